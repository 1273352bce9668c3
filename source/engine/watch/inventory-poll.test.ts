import { describe, expect, it } from 'vitest';
import { listed } from '../../../test/builders/facts.ts';
import { fakeEvent } from '../../../test/builders/fake-engine.ts';
import { setUp } from '../../../test/builders/inventory.ts';
import { containerId } from '../../lib/ids.ts';
import { EngineError } from '../engine.ts';
import type { ContainerFacts } from '../facts.ts';
import type { SwarmService } from '../swarm-facts.ts';

const refused = new EngineError('connection-refused', 'nobody listens');

describe('the poll', () => {
  it('without changes emits the same array of the same objects and inspects nothing', async () => {
    const { clock, engine, emitted, of, start, shown, forget } = await setUp([listed('web'), listed('db')]);
    await start();
    await clock.advance(10_000);
    const before = of('containers').at(-1)?.containers;
    const rows = [...shown().values()];
    forget();
    await clock.advance(10_000);
    expect(emitted.map(({ type }) => type)).toEqual(['containers']);
    expect(of('containers')[0]?.containers).toBe(before);
    expect([...shown().values()].every((row, at) => row === rows[at])).toBe(true);
    expect(engine.calls).toEqual(['containers']);
  });

  it('corrects missed events: an exit, a removal, a new container, a restart', async () => {
    const { clock, engine, start, shown, inspects, forget } = await setUp(['web', 'db', 'api'].map((id) => listed(id)));
    await start();
    forget();
    engine.known.set('web', listed('web', { state: 'exited', exitCode: 1, status: 'Exited (1) 2 seconds ago' }));
    engine.known.set('api', listed('api', { status: 'Up 2 seconds' }));
    engine.known.delete('db');
    engine.known.set('new', listed('new'));
    await clock.advance(10_000);
    expect([...shown().keys()].sort()).toEqual(['api', 'new', 'web']);
    expect(shown().get('web')).toMatchObject({ state: 'exited', exitCode: 1 });
    expect([inspects('web'), inspects('api'), inspects('new'), inspects('db')]).toEqual([1, 1, 1, 1]);
  });

  it('keeps containers that an incomplete list lacks while the engine still has them, and reports it', async () => {
    const { clock, engine, of, start, shown } = await setUp(['web', 'db'].map((id) => listed(id)));
    await start();
    const containers = engine.containers.bind(engine);
    engine.containers = async () => [];
    await clock.advance(10_000);
    expect([...shown().keys()].sort()).toEqual(['db', 'web']);
    expect(of('trouble').map(({ text }) => text)).toEqual([
      "the engine's list left out web, which is there",
      "the engine's list left out db, which is there",
    ]);
    engine.containers = containers;
    await clock.advance(10_000);
    expect([...shown().keys()].sort()).toEqual(['db', 'web']);
  });

  it("removes nothing for a 404 without the engine's message", async () => {
    const { clock, engine, of, start, shown, event } = await setUp(['web', 'db'].map((id) => listed(id)));
    await start();
    engine.fail('', new EngineError('not-found', 'The engine refused: page not found', '', { status: 404 }));
    event('web', 'update');
    await clock.advance(60_000);
    expect([...shown().keys()].sort()).toEqual(['db', 'web']);
    expect(of('connection').at(-1)?.connection.state).toBe('lost');
  });

  it('detects a dead event stream, applies the missed events and reopens it', async () => {
    const { clock, engine, of, start, event } = await setUp([listed('web')]);
    await start();
    event('web', 'update');
    engine.mute();
    await clock.advance(12_000);
    event('web', 'die', { exitCode: '1' });
    event('web', 'start');
    await clock.advance(30_000);
    expect(of('event').map((message) => message.event.action)).toEqual(['update', 'die', 'start']);
    expect(of('trouble')).toMatchObject([
      { text: expect.stringMatching(/event stream had gone silent: 2 events of the last \d+s came late/) },
    ]);
    event('web', 'pause');
    await clock.settle();
    expect(of('event').at(-1)?.event.action).toBe('pause');
    expect(engine.subscribers()).toBe(1);
    await clock.advance(60_000);
    expect(of('event')).toHaveLength(4);
    expect(of('trouble')).toHaveLength(1);
  });

  it('re-reads followed containers and emits only changes', async () => {
    const { clock, engine, of, start, inspects, forget } = await setUp([listed('web'), listed('db')]);
    const it = await start();
    it.follow([containerId('web')]);
    await clock.settle();
    forget();
    await clock.advance(20_000);
    expect([inspects('web'), inspects('db')]).toEqual([2, 0]);
    expect(of('container')).toEqual([]);
    const web = engine.known.get('web');
    const [emitted] = of('containers').at(-1)?.containers ?? [];
    if (web && emitted?.detail) engine.known.set('web', { ...web, detail: { ...emitted.detail, failingStreak: 1 } });
    await clock.advance(10_000);
    expect(of('container')).toMatchObject([{ container: { detail: { failingStreak: 1 } } }]);
  });

  it('does not retry a failing inspect until something happens to the container', async () => {
    const { clock, engine, start, inspects, event } = await setUp([listed('web')]);
    engine.fail('container web', new EngineError('engine-error', 'broken'));
    await start();
    await clock.advance(50_000);
    expect(inspects()).toBe(1);
    event('web', 'update');
    await clock.advance(50);
    expect(inspects()).toBe(2);
    engine.heal();
    await clock.advance(70_000);
    expect(inspects()).toBe(3);
  });

  it('retries an inspect that failed after an event', async () => {
    const { clock, engine, start, shown, event } = await setUp([listed('web')]);
    await start();
    engine.fail('container', new EngineError('engine-error', 'busy'));
    const detail = { ...shown().get('web')?.detail, restartCount: 7 } as ContainerFacts['detail'];
    engine.known.set('web', listed('web', { detail }));
    event('web', 'update');
    await clock.advance(50);
    engine.heal();
    await clock.advance(70_000);
    expect(shown().get('web')?.detail?.restartCount).toBe(7);
  });

  it('does not lose the engine over a 404', async () => {
    const { clock, engine, of, start, shown, event } = await setUp([listed('web'), listed('db')]);
    await start();
    engine.known.delete('web');
    event('web', 'update');
    await clock.advance(50);
    expect([...shown().keys()]).toEqual(['db']);
    expect(of('connection').at(-1)?.connection.state).toBe('ready');
  });

  it('checks the engine at once if an inspect cannot reach it', async () => {
    const { clock, engine, of, start, event } = await setUp([listed('web')]);
    await start();
    engine.fail('', refused);
    event('web', 'update');
    await clock.advance(50);
    expect(of('connection').at(-1)?.connection).toMatchObject({ state: 'lost', why: refused });
  });
});

describe('an engine that went away and came back', () => {
  it('is resumed where it stopped: missed events are emitted once, none twice', async () => {
    const { clock, engine, of, start, shown, event, forget } = await setUp([listed('web'), listed('db')]);
    await start();
    event('web', 'die', { exitCode: '1' });
    const last = clock.now();
    engine.fail('', refused);
    engine.endEvents();
    await clock.advance(3000);
    expect(of('connection').at(-1)?.connection.state).toBe('lost');
    forget();
    event('web', 'start');
    engine.known.set('db', listed('db', { state: 'exited', exitCode: 0, status: 'Exited (0) 1 second ago' }));
    engine.heal();
    await clock.advance(5000);
    expect(engine.calls).toContain(`events ${last - 1000}`);
    expect(of('event').map(({ event: { action } }) => action)).toEqual(['start']);
    expect(of('connection').at(-1)?.connection.state).toBe('ready');
    expect(shown().get('web')?.state).toBe('running');
    expect(shown().get('db')?.state).toBe('exited');
  });

  it('keeps the events of an attempt that failed before its list', async () => {
    const { clock, engine, of, start, event } = await setUp([listed('web')]);
    const unavailable = new EngineError('engine-error', 'starting', '', { status: 503 });
    engine.hang('containers');
    await start();
    event('web', 'oom');
    engine.endEvents(unavailable);
    await clock.settle();
    expect(of('event')).toEqual([]);
    engine.heal();
    await clock.advance(1000);
    expect(of('event').map(({ event: { action } }) => action)).toEqual(['oom']);
  });

  it('keeps unchanged containers', async () => {
    const { clock, engine, start, shown } = await setUp([listed('web')]);
    await start();
    const before = shown().get('web');
    engine.endEvents();
    await clock.advance(1000);
    expect(shown().get('web')).toBe(before);
    expect(before?.detail).toBeDefined();
  });
});

describe('swarm', () => {
  const service: SwarmService = {
    id: 's1',
    name: 'stack_api',
    running: 1,
    wanted: 2,
    labels: {},
    ports: [],
    image: 'api:1',
    mode: 'replicated',
    created: 0,
    version: 1,
  };

  it('services are read with the list and after their events, only on a manager, and emitted when they change', async () => {
    const { clock, engine, of, start, forget } = await setUp([]);
    engine.engineInfo = { ...engine.engineInfo, swarm: 'manager' };
    engine.services = [service];
    await start();
    expect(of('swarm')).toEqual([{ type: 'swarm', services: [service] }]);
    await clock.advance(10_000);
    expect(of('swarm').length).toBe(1);
    forget();
    engine.services = [{ ...service, running: 2 }];
    engine.emit({ ...fakeEvent('s1', 'update', clock.now()), type: 'service' });
    await clock.advance(250);
    expect(of('swarm')).toMatchObject([{ services: [{ running: 2 }] }]);
  });

  it("may have been left if its services are gone, so the engine's info is read again", async () => {
    const { clock, engine, of, start } = await setUp([]);
    engine.engineInfo = { ...engine.engineInfo, swarm: 'manager' };
    engine.services = [service];
    await start();
    engine.engineInfo = { ...engine.engineInfo, swarm: 'inactive' };
    engine.services = [];
    await clock.advance(10_000);
    expect(of('engine').at(-1)).toMatchObject({ info: { swarm: 'inactive' } });
    expect(of('swarm').at(-1)).toEqual({ type: 'swarm', services: [] });
  });

  it('is not queried on other engines', async () => {
    const { clock, engine, start } = await setUp([]);
    await start();
    await clock.advance(20_000);
    expect(engine.calls).not.toContain('swarmServices');
  });
});
