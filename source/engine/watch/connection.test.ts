import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine, fakeEvent } from '../../../test/builders/fake-engine.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import { type Connection, EngineError } from '../engine.ts';
import { type Connecting, connect } from './connection.ts';

let connecting: Connecting | undefined;
afterEach(() => connecting?.stop());

/** A connection that writes down what happens, in order. */
function setUp() {
  const clock = fakeClock(0);
  const engine = new FakeEngine(clock);
  const emitted: Connection[] = [];
  const steps: string[] = [];
  const start = () => {
    connecting = connect({
      engine,
      clock,
      random: () => 1,
      pollMs: 10_000,
      timeoutMs: 5000,
      onChange(connection) {
        emitted.push(connection);
        steps.push(connection.state);
      },
      visitor: {
        info: () => steps.push('info'),
        since: () => 77,
        event: ({ action }) => steps.push(action),
        async list(signal) {
          await engine.containers({ signal, timeoutMs: 5000 });
          steps.push('list');
        },
      },
    });
    return connecting;
  };
  return { clock, engine, emitted, steps, start };
}

const refused = new EngineError('connection-refused', 'nobody listens');

describe('connecting', () => {
  it("pings, resumes events while reading the engine's info, lists, and is ready", async () => {
    const { clock, engine, steps, start } = setUp();
    start();
    await clock.settle();
    expect(engine.calls).toEqual(['ping', 'events 77', 'info', 'containers']);
    expect(steps).toEqual(['connecting', 'info', 'list', 'ready']);
  });

  it('receives events from before the list', async () => {
    const { clock, engine, steps, start } = setUp();
    const release = engine.hold('containers');
    start();
    await clock.settle();
    engine.emit(fakeEvent('web', 'start', 100));
    release();
    await clock.settle();
    expect(steps).toEqual(['connecting', 'info', 'start', 'list', 'ready']);
  });

  it('lists again at every poll, later if the engine is slow, and at once on request', async () => {
    const { clock, engine, start } = setUp();
    const { pollNow } = start();
    const lists = () => engine.calls.filter((call) => call === 'containers').length;
    await clock.advance(10_000);
    expect(lists()).toBe(2);
    const release = engine.hold('containers');
    await clock.advance(13_000);
    release();
    await clock.settle();
    expect(lists()).toBe(3);
    await clock.advance(29_000);
    expect(lists()).toBe(3);
    await clock.advance(1000);
    expect(lists()).toBe(4);
    pollNow();
    await clock.settle();
    expect(lists()).toBe(5);
  });
});

describe('losing the engine', () => {
  it('does not reconnect by itself if the key was refused, only on request', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.fail('ping', new EngineError('login-refused', 'no key is welcome'));
    const connection = start();
    await clock.advance(3_600_000);
    expect(engine.calls).toEqual(['ping']);
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', nextTry: Number.POSITIVE_INFINITY });
    engine.heal();
    connection.retryNow();
    await clock.settle();
    expect(emitted.at(-1)?.state).toBe('ready');
  });

  it('says why and since when, and retries at growing intervals without end', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.fail('ping', refused);
    start();
    await clock.advance(120_000);
    const lost = emitted.slice(1).map((connection) => (connection.state === 'lost' ? connection : undefined));
    expect(lost.every((connection) => connection?.why === refused && connection.since === 0)).toBe(true);
    expect(lost.map((connection) => connection?.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lost.slice(0, 6).map((connection) => connection?.nextTry)).toEqual([500, 1500, 3500, 7500, 15_500, 30_500]);
  });

  it('reconnects by itself when the engine returns, and resets its attempts once steady', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.fail('', refused);
    start();
    await clock.advance(2000);
    engine.heal();
    await clock.advance(2000);
    expect(emitted.at(-1)).toEqual({ state: 'ready', since: 3500 });
    await clock.advance(20_000);
    engine.endEvents();
    await clock.settle();
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', attempt: 1, since: 24_000, why: { kind: 'closed' } });
    await clock.advance(500);
    expect(emitted.at(-1)?.state).toBe('ready');
  });

  it('retries every second for two minutes after losing a steady connection, then less often', async () => {
    const { clock, engine, start } = setUp();
    start();
    await clock.advance(20_000);
    engine.fail('', refused);
    engine.endEvents(new EngineError('closed', 'the network is gone'));
    await clock.settle();
    await clock.advance(60_000);
    const soon = engine.calls.length;
    await clock.advance(20_000);
    expect(engine.calls.length - soon).toBe(20);
    await clock.advance(100_000);
    const later = engine.calls.length;
    await clock.advance(60_000);
    expect(engine.calls.length - later).toBe(4);
  });

  it('does not spin on an engine that is only briefly available', async () => {
    const { clock, engine, emitted, start } = setUp();
    start();
    const attempts: number[] = [];
    for (const wait of [0, 500, 1000, 2000]) {
      await clock.advance(wait);
      expect(emitted.at(-1)?.state).toBe('ready');
      engine.endEvents(new EngineError('closed', 'gone again'));
      await clock.settle();
      const last = emitted.at(-1);
      if (last?.state === 'lost') attempts.push(last.attempt);
    }
    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  it('notices an engine that accepts but never answers at the timeout of a poll', async () => {
    const { clock, engine, emitted, start } = setUp();
    start();
    await clock.advance(9000);
    engine.hang();
    await clock.advance(1000 + 4999);
    expect(emitted.at(-1)?.state).toBe('ready');
    await clock.advance(1);
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', since: 15_000, why: { kind: 'timeout' } });
    expect(engine.subscribers()).toBe(0);
  });

  it('notices an engine that never accepts the event subscription', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.hang('events');
    start();
    await clock.advance(5000);
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', why: { kind: 'timeout' } });
    expect(engine.calls).not.toContain('containers');
  });

  it('stays connected to an engine that refuses a list, until it has refused three in a row', async () => {
    const { clock, engine, emitted, start } = setUp();
    start();
    await clock.settle();
    engine.fail('containers', new EngineError('engine-error', 'layer does not exist', '', { status: 500 }));
    await clock.advance(10_000);
    expect(emitted.at(-1)).toMatchObject({ state: 'ready', refused: 'layer does not exist' });
    await clock.advance(3000);
    expect(emitted.at(-1)?.state).toBe('ready');
    await clock.advance(1000);
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', why: { kind: 'engine-error' } });
  });

  it('reports a refused list as long as it is refused', async () => {
    const { clock, engine, emitted, start } = setUp();
    start();
    await clock.settle();
    engine.fail('containers', new EngineError('forbidden', 'not for you', '', { status: 403 }));
    await clock.advance(10_000);
    engine.heal();
    await clock.advance(2000);
    expect(emitted.slice(-2)).toMatchObject([{ state: 'ready', refused: 'not for you' }, { state: 'ready' }]);
    expect(emitted.at(-1)).not.toHaveProperty('refused');
  });

  it('stays lost while it retries, and retries at once on request', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.fail('', refused);
    const { retryNow } = start();
    await clock.advance(8000);
    const before = engine.calls.length;
    retryNow();
    await clock.settle();
    expect(engine.calls.length).toBe(before + 1);
    expect(emitted.slice(1).every(({ state }) => state === 'lost')).toBe(true);
    engine.heal();
    retryNow();
    await clock.settle();
    expect(emitted.at(-1)).toEqual({ state: 'ready', since: 8000 });
  });

  it('treats any other error as a lost connection too', async () => {
    const { clock, engine, emitted, start } = setUp();
    engine.info = () => Promise.reject(new TypeError('not a function'));
    start();
    await clock.settle();
    expect(emitted.at(-1)).toMatchObject({ state: 'lost', why: { kind: 'engine-error', message: 'not a function' } });
  });
});

describe('stopping', () => {
  it.each(['ready', 'waiting', 'hanging'])('ends everything when %s, and emits nothing more', async (when) => {
    const { clock, engine, emitted, start } = setUp();
    if (when === 'waiting') engine.fail('', refused);
    if (when === 'hanging') engine.hang();
    const { stop } = start();
    await clock.settle();
    const before = emitted.length;
    await stop();
    await clock.advance(60_000);
    expect(emitted.length).toBe(before);
    expect(engine.subscribers()).toBe(0);
    expect(clock.waiting()).toBe(0);
  });
});
