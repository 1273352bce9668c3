import { afterEach, describe, expect, it } from 'vitest';
import { listed } from '../../../test/builders/facts.ts';
import { FakeEngine, fakeEvent } from '../../../test/builders/fake-engine.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import { containerId } from '../../lib/ids.ts';
import { EngineError } from '../engine.ts';
import type { ContainerFacts } from '../facts.ts';
import type { EngineMessage } from '../message.ts';
import type { SwarmService } from '../swarm-facts.ts';
import { Inventory, type InventorySettings } from './inventory.ts';

let inventory: Inventory | undefined;
afterEach(() => inventory?.stop());

type Message<T extends EngineMessage['type']> = Extract<EngineMessage, { type: T }>;

async function setUp(containers: readonly ContainerFacts[], settings: Partial<InventorySettings> = {}) {
  const clock = fakeClock();
  const engine = new FakeEngine(clock, containers);
  const emitted: EngineMessage[] = [];
  const start = async () => {
    inventory = new Inventory({ engine, clock, emit: (message) => emitted.push(message), settings, random: () => 1 });
    await clock.settle();
    return inventory;
  };
  const of = <T extends EngineMessage['type']>(type: T) => emitted.filter((m): m is Message<T> => m.type === type);
  /** What the desk would show now. */
  const shown = () => {
    const all = new Map<string, ContainerFacts>();
    for (const message of emitted) {
      if (message.type === 'containers') all.clear();
      if (message.type === 'containers') for (const container of message.containers) all.set(container.id, container);
      if (message.type === 'container') all.set(message.container.id, message.container);
      if (message.type === 'container-gone') all.delete(message.id);
    }
    return all;
  };
  const event = (id: string, action: string, attributes = {}) =>
    engine.emit(fakeEvent(id, action, clock.now(), attributes));
  const inspects = (id = '') => engine.calls.filter((call) => call.startsWith(`container ${id}`)).length;
  const forget = () => {
    emitted.length = 0;
    engine.calls.length = 0;
  };
  return { clock, engine, emitted, of, start, shown, event, inspects, forget };
}

const refused = new EngineError('connection-refused', 'nobody listens');

describe('at the start', () => {
  it('reports the engine, the containers and that it is ready, in this order, then the details', async () => {
    const { emitted, start, shown } = await setUp([listed('web'), listed('db')]);
    await start();
    const others = emitted.filter(({ type }) => type !== 'container');
    expect(others.map(({ type }) => type)).toEqual(['connection', 'engine', 'containers', 'connection']);
    expect(emitted.indexOf(others[2] as EngineMessage)).toBe(2);
    expect([...shown().values()].every(({ detail }) => detail !== undefined)).toBe(true);
  });

  it('reads the details of what is in trouble first, then of what is wanted', async () => {
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

  it('asks for the events of the last hour, so that what happened before is known', async () => {
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

  it('among many of one container leads to one inspect', async () => {
    const { clock, start, event, inspects, forget } = await setUp([listed('web'), listed('db')]);
    await start();
    forget();
    for (const action of ['kill', 'die', 'stop', 'start', 'restart']) event('web', action);
    await clock.advance(1000);
    expect(inspects()).toBe(1);
  });

  it('of a health probe costs nothing and is not even reported', async () => {
    const { clock, engine, emitted, start, event, forget } = await setUp([listed('web')]);
    await start();
    forget();
    for (const action of ['exec_create: curl', 'exec_start: curl', 'exec_die']) event('web', action);
    await clock.advance(5000);
    expect(emitted).toEqual([]);
    expect(engine.calls).toEqual([]);
  });

  it('brings a new container and takes a destroyed one out', async () => {
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

  it('of a container that lived for a moment only is harmless', async () => {
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

  it('reported twice is passed on once', async () => {
    const { clock, engine, of, start, forget } = await setUp([listed('web')]);
    await start();
    forget();
    const die = fakeEvent('web', 'die', clock.now());
    engine.emit(die);
    engine.emit(die);
    expect(of('event').length).toBe(1);
  });

  it('that comes late, and is older than the list, does not show the past', async () => {
    const { clock, engine, of, start, shown, forget } = await setUp([listed('web')]);
    await start();
    forget();
    engine.emit(fakeEvent('web', 'die', clock.now() - 60_000));
    expect(of('container')).toEqual([]);
    await clock.advance(50);
    expect(engine.calls).toEqual(['container web']);
    expect(shown().get('web')?.state ?? 'running').toBe('running');
  });

  it('of a renamed container shows the new name at once', async () => {
    const { engine, start, shown, event } = await setUp([listed('web')]);
    await start();
    engine.known.set('web', listed('web', { name: 'api' }));
    event('web', 'rename', { name: 'api', oldName: '/web' });
    expect(shown().get('web')?.name).toBe('api');
  });
});

describe('events during a list', () => {
  it('the first one: they are applied after it', async () => {
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

  it('a later one: they show at once, and its older picture does not undo them', async () => {
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

describe('the poll', () => {
  it('that finds nothing new tells the same array of the same objects, and inspects nothing', async () => {
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

  it('repairs missed events: an exit, a removal, a new one, a restart', async () => {
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

  it('keeps what an empty or shortened list leaves out while the engine still has it, and says so', async () => {
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

  it('removes nothing for a 404 that is not the words of the engine', async () => {
    const { clock, engine, of, start, shown, event } = await setUp(['web', 'db'].map((id) => listed(id)));
    await start();
    engine.fail('', new EngineError('not-found', 'The engine refused: page not found', '', { status: 404 }));
    event('web', 'update');
    await clock.advance(60_000);
    expect([...shown().keys()].sort()).toEqual(['db', 'web']);
    expect(of('connection').at(-1)?.connection.state).toBe('lost');
  });

  it('finds an event stream that has gone silent, makes up for it and opens another', async () => {
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

  it('reads those again that are followed, and reports only what changed in them', async () => {
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

  it('lets a container rest whose inspect fails, until something happens to it', async () => {
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

  it('reads again what an event’s inspect failed to tell', async () => {
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

  it('looks at once whether the engine is lost when an inspect cannot reach it', async () => {
    const { clock, engine, of, start, event } = await setUp([listed('web')]);
    await start();
    engine.fail('', refused);
    event('web', 'update');
    await clock.advance(50);
    expect(of('connection').at(-1)?.connection).toMatchObject({ state: 'lost', why: refused });
  });
});

describe('an engine that went and came back', () => {
  it('is taken up where it stopped: what was missed is reported once, nothing twice', async () => {
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

  it('keeps the events of a try that failed before its list', async () => {
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

  it('leaves unchanged containers as they were', async () => {
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

  it('services are read with the list and after their events, on a manager only, and told when they change', async () => {
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

  it('may have been left when its services are gone: then the engine is asked what it is', async () => {
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

  it('is not asked for elsewhere', async () => {
    const { clock, engine, start } = await setUp([]);
    await start();
    await clock.advance(20_000);
    expect(engine.calls).not.toContain('swarmServices');
  });
});

describe('five thousand containers', () => {
  const many = () => Array.from({ length: 5000 }, (_, at) => listed(`c${at}`, { labels: { n: String(at) } }));

  it('are shown at once and inspected little by little, in small turns', async () => {
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

  it('that all die at once are shown dead at once, without a storm of inspects', async () => {
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
  it('reports nothing more and leaves no timer', async () => {
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
