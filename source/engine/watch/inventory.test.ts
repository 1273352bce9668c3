import { describe, expect, it } from 'vitest';
import { listed } from '../../../test/builders/facts.ts';
import { fakeEvent } from '../../../test/builders/fake-engine.ts';
import { setUp } from '../../../test/builders/inventory.ts';
import { containerId } from '../../lib/ids.ts';
import type { EngineMessage } from '../message.ts';

describe('at the start', () => {
  it('emits the engine, the containers and readiness in this order, then the details', async () => {
    const { emitted, start, shown } = await setUp([listed('web'), listed('db')]);
    await start();
    const others = emitted.filter(({ type }) => type !== 'container');
    expect(others.map(({ type }) => type)).toEqual(['connection', 'engine', 'containers', 'connection']);
    expect(emitted.indexOf(others[2] as EngineMessage)).toBe(2);
    expect([...shown().values()].every(({ detail }) => detail !== undefined)).toBe(true);
  });

  it('reads the details of containers with problems first, then of visible ones', async () => {
    const containers = [
      listed('fine'),
      listed('seen'),
      listed('gone', { state: 'exited', exitCode: 1 }),
      listed('sick', { health: 'unhealthy' }),
    ];
    const { clock, engine, start } = await setUp(containers, { parallel: 1 });
    const release = engine.hold('containers');
    (await start()).want([containerId('seen')]);
    release();
    await clock.advance(100);
    expect(engine.calls.filter((call) => call.startsWith('container '))).toEqual([
      'container gone',
      'container sick',
      'container seen',
      'container fine',
    ]);
  });

  it('requests the events of the last hour, so that earlier events are known', async () => {
    const { clock, engine, of, start } = await setUp([listed('web')]);
    engine.emit(fakeEvent('web', 'oom', clock.now() - 600_000));
    engine.emit(fakeEvent('web', 'die', clock.now() - 590_000, { exitCode: '137' }));
    engine.emit(fakeEvent('web', 'start', clock.now() - 580_000));
    const begun = clock.now();
    await start();
    expect(engine.calls).toContain(`events ${begun - 3_600_000}`);
    expect(of('event').map(({ event }) => event.action)).toEqual(['oom', 'die', 'start']);
    expect(of('container').every(({ container }) => container.state === 'running')).toBe(true);
  });
});

describe('an event', () => {
  it('changes its row at once, before any inspect, and touches no other container', async () => {
    const { clock, engine, emitted, start, shown, event, inspects, forget } = await setUp([
      listed('web'),
      listed('db'),
    ]);
    await start();
    forget();
    engine.known.set('web', listed('web', { state: 'restarting', exitCode: 137 }));
    event('web', 'die', { exitCode: '137' });
    expect(inspects()).toBe(0);
    expect(emitted.map(({ type }) => type)).toEqual(['event', 'container']);
    expect(emitted[1]).toMatchObject({ container: { id: 'web', state: 'exited', exitCode: 137 } });
    await clock.advance(50);
    expect(engine.calls).toEqual(['container web']);
    expect(shown().get('web')).toMatchObject({ state: 'restarting', exitCode: 137 });
  });

  it('among many for one container causes one inspect', async () => {
    const { clock, start, event, inspects, forget } = await setUp([listed('web'), listed('db')]);
    await start();
    forget();
    for (const action of ['kill', 'die', 'stop', 'start', 'restart']) event('web', action);
    await clock.advance(1000);
    expect(inspects()).toBe(1);
  });

  it('of a health probe costs nothing and is not emitted', async () => {
    const { clock, engine, emitted, start, event, forget } = await setUp([listed('web')]);
    await start();
    forget();
    for (const action of ['exec_create: curl', 'exec_start: curl', 'exec_die']) event('web', action);
    await clock.advance(5000);
    expect(emitted).toEqual([]);
    expect(engine.calls).toEqual([]);
  });

  it('adds a new container and removes a destroyed one', async () => {
    const { clock, engine, start, shown, event, inspects, forget } = await setUp([listed('web')]);
    await start();
    forget();
    engine.known.set('new', listed('new'));
    event('new', 'create');
    event('new', 'start');
    event('web', 'destroy');
    expect(shown().has('web')).toBe(false);
    await clock.advance(50);
    expect([...shown().keys()]).toEqual(['new']);
    expect(inspects('web')).toBe(0);
  });

  it('of a short-lived container is harmless', async () => {
    const { clock, engine, of, start, event, inspects, forget } = await setUp([]);
    await start();
    forget();
    for (const action of ['create', 'start', 'die', 'destroy']) event('short', action);
    event('never-seen', 'destroy');
    event('unknown', 'health_status: unhealthy');
    await clock.advance(1000);
    expect(inspects('short')).toBe(0);
    expect(inspects('unknown')).toBe(1);
    expect(of('container')).toEqual([]);
    expect(engine.calls).toEqual(['container unknown']);
  });

  it('received twice is emitted once', async () => {
    const { clock, engine, of, start, forget } = await setUp([listed('web')]);
    await start();
    forget();
    const die = fakeEvent('web', 'die', clock.now());
    engine.emit(die);
    engine.emit(die);
    expect(of('event').length).toBe(1);
  });

  it('that is late and older than the list is not applied', async () => {
    const { clock, engine, of, start, shown, forget } = await setUp([listed('web')]);
    await start();
    forget();
    engine.emit(fakeEvent('web', 'die', clock.now() - 60_000));
    expect(of('container')).toEqual([]);
    await clock.advance(50);
    expect(engine.calls).toEqual(['container web']);
    expect(shown().get('web')?.state ?? 'running').toBe('running');
  });

  it('renames a container at once', async () => {
    const { engine, start, shown, event } = await setUp([listed('web')]);
    await start();
    engine.known.set('web', listed('web', { name: 'api' }));
    event('web', 'rename', { name: 'api', oldName: '/web' });
    expect(shown().get('web')?.name).toBe('api');
  });
});

describe('events during a list', () => {
  it('are applied after it if it is the first one', async () => {
    const { clock, engine, emitted, start, shown, event } = await setUp([listed('web'), listed('db')]);
    const release = engine.hold('containers');
    await start();
    event('web', 'die', { exitCode: '3' });
    event('db', 'destroy');
    engine.known.set('web', listed('web', { state: 'exited', exitCode: 3 }));
    engine.known.delete('db');
    expect(emitted.some(({ type }) => type === 'event')).toBe(false);
    release();
    await clock.settle();
    expect([...shown().values()]).toMatchObject([{ id: 'web', state: 'exited', exitCode: 3 }]);
    await clock.advance(1000);
    expect([...shown().values()]).toMatchObject([{ id: 'web', state: 'exited', exitCode: 3 }]);
  });

  it('are applied at once if it is a later one, and not undone by it', async () => {
    const { clock, engine, start, shown, event } = await setUp([listed('web'), listed('db')]);
    await start();
    await clock.advance(9999);
    const release = engine.hold('containers');
    await clock.advance(1);
    event('web', 'die', { exitCode: '3' });
    event('db', 'destroy');
    engine.known.set('web', listed('web', { state: 'exited', exitCode: 3 }));
    engine.known.delete('db');
    expect([...shown().values()]).toMatchObject([{ id: 'web', state: 'exited' }]);
    release();
    await clock.advance(1000);
    expect([...shown().values()]).toMatchObject([{ id: 'web', state: 'exited', exitCode: 3 }]);
  });
});

describe('five thousand containers', () => {
  const many = () => Array.from({ length: 5000 }, (_, at) => listed(`c${at}`, { labels: { n: String(at) } }));

  it('are shown at once and inspected gradually in small slices', async () => {
    const { clock, engine, start, shown, inspects } = await setUp(many());
    let turns = 0;
    let listed = false;
    const count = () => {
      if (listed) return;
      turns += 1;
      setImmediate(count);
    };
    const release = engine.hold('containers');
    const it = await start();
    setImmediate(count);
    release();
    while (shown().size < 5000) await clock.settle();
    listed = true;
    expect(turns).toBeGreaterThanOrEqual(10);
    const before = inspects();
    expect(before).toBeLessThanOrEqual(100);
    it.want([containerId('c4000'), containerId('c4001')]);
    await clock.settle();
    expect(engine.calls.slice(-2)).toEqual(['container c4000', 'container c4001']);
    await clock.advance(1000);
    expect(inspects()).toBeLessThanOrEqual(210);
  });

  it('that all die at once are shown dead at once, without a flood of inspects', async () => {
    const { clock, start, shown, event, inspects, of, forget } = await setUp(many(), { restPerSecond: 1 });
    await start();
    while (of('connection').at(-1)?.connection.state !== 'ready') await clock.settle();
    for (let at = 0; at < 5000; at += 1) event(`c${at}`, 'die', { exitCode: '1' });
    expect([...shown().values()].every(({ state }) => state === 'exited')).toBe(true);
    forget();
    await clock.advance(1000);
    expect(inspects()).toBeLessThanOrEqual(210);
  });
});

describe('stopped', () => {
  it('emits nothing more and leaves no timer', async () => {
    const { clock, engine, emitted, start, event } = await setUp([listed('web')]);
    const it = await start();
    event('web', 'die');
    const before = emitted.length;
    await it.stop();
    await clock.advance(60_000);
    expect(emitted.length).toBe(before);
    expect(engine.subscribers()).toBe(0);
    expect(clock.waiting()).toBe(0);
  });
});
