import { describe, expect, it } from 'vitest';
import { container, NOON } from '../../test/builders/facts.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import type { Clock } from '../lib/clock.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { initialState } from './reduce.ts';
import type { DeskMessage, DeskState } from './state.ts';
import { createStore } from './store.ts';

function handClock() {
  let now = NOON;
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  };
  const advance = (ms: number) => {
    now += ms;
    const due = timers.filter((one) => one.at <= now);
    timers = timers.filter((one) => one.at > now);
    for (const one of due) one.run();
  };
  return { clock, advance };
}
/** A desk that is connected and has been listed. */
const READY: DeskState = {
  ...initialState(NOON, engineId('fake')),
  connection: { state: 'ready', since: NOON },
  lastUpdateAt: NOON,
};
const NO_BYTES = { received: 0, sent: 0, read: 0, written: 0 };
const arrival = (name: string) => ({ type: 'container', at: NOON, container: container(name) }) as const;

describe('the store', () => {
  it('waits longer to stay within a budget, but never more than two seconds for an event', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, engine: engineId('fake'), notifyMs: 200, stretch: () => 30 });
    store.dispatch({ type: 'containers', at: NOON, containers: [container('redis')] });
    advance(0);
    const seen: number[] = [];
    store.subscribe(() => seen.push(clock.now() - NOON));
    for (let ms = 0; ms < 6000; ms += 500) {
      store.dispatch(arrival(`worker-${ms}`));
      advance(500);
    }
    expect(seen).toEqual([2000, 4000, 6000]);
  });

  it('notifies a first change at once and a burst together, at most once every notifyMs', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, engine: engineId('fake'), notifyMs: 100 });
    let received = 0;
    store.subscribe(() => {
      received += 1;
    });
    store.dispatch(arrival('a'));
    store.dispatch(arrival('b'));
    expect(received).toBe(0);
    advance(0);
    expect(received).toBe(1);
    store.dispatch(arrival('c'));
    advance(50);
    store.dispatch(arrival('d'));
    advance(49);
    expect(received).toBe(1);
    advance(1);
    expect(received).toBe(2);
    expect(store.seen().containers.size).toBe(4);
  });

  it('always has the newest state, and a snapshot that changes only with a notification', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, engine: engineId('fake'), notifyMs: 100 });
    const first = store.seen();
    store.dispatch(arrival('a'));
    expect(store.get().containers.size).toBe(1);
    expect(store.seen()).toBe(first);
    store.flush();
    expect(store.seen()).toBe(store.get());
    advance(1000);
    expect(store.seen().containers.size).toBe(1);
  });

  it('does not notify without changes, nor after it was closed', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, engine: engineId('fake'), notifyMs: 100 });
    let received = 0;
    const end = store.subscribe(() => {
      received += 1;
    });
    store.dispatch({ type: 'tick', now: NOON });
    advance(1000);
    expect(received).toBe(0);
    store.dispatch(arrival('a'));
    end();
    advance(1000);
    expect(received).toBe(0);
    store.dispatch(arrival('b'));
    store.close();
    advance(1000);
    expect(received).toBe(0);
  });

  it('notifies readings once per round and ticks rarely while nothing happens, and events at once', () => {
    const { clock, advance } = handClock();
    const store = createStore({ engine: engineId('fake'), clock, notifyMs: 100, initial: READY });
    const received: number[] = [];
    store.subscribe(() => received.push(clock.now() - NOON));
    const usage = (cpuPercent?: number) => ({ at: clock.now(), cpuPercent, totals: NO_BYTES });
    // First readings fill empty cells.
    store.dispatch({ type: 'usage', id: containerId('a'), usage: usage() });
    advance(0);
    store.dispatch({ type: 'usage', id: containerId('a'), usage: usage(1) });
    advance(100);
    expect(received).toEqual([0, 100]);
    advance(900);
    store.dispatch({ type: 'usage', id: containerId('a'), usage: usage(2) });
    advance(400);
    store.dispatch({ type: 'usage', id: containerId('a'), usage: usage(3) }, { type: 'tick', now: clock.now() });
    advance(1099);
    expect(received).toHaveLength(2);
    advance(1);
    expect(received).toEqual([0, 100, 2500]);
    expect(store.seen()).toMatchObject({ now: NOON + 1400 });
    store.dispatch({ type: 'tick', now: clock.now() });
    advance(2999);
    expect(received).toHaveLength(3);
    advance(1);
    expect(received).toEqual([0, 100, 2500, 5500]);
    store.dispatch({ type: 'usage', id: containerId('a'), usage: usage(4) }, arrival('b'));
    advance(0);
    expect(store.seen().usage.get(containerId('a'))?.cpuPercent).toBe(3);
    advance(100);
    expect(store.seen().usage.get(containerId('a'))?.cpuPercent).toBe(4);
  });

  it('delays nothing until the engine has listed its containers', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, engine: engineId('fake'), notifyMs: 100 });
    store.dispatch({ type: 'note', entry: { at: NOON, kind: 'event', level: 'info', text: 'connecting' } });
    advance(0);
    store.dispatch(arrival('a'));
    advance(0);
    expect(store.seen().containers.size).toBe(1);
    store.dispatch(arrival('b'));
    advance(0);
    expect(store.seen().containers.size).toBe(1);
    advance(100);
    expect(store.seen().containers.size).toBe(2);
  });

  it('notifies every tick while ages on the screen count seconds', () => {
    const { clock, advance } = handClock();
    const store = createStore({ engine: engineId('fake'), clock, notifyMs: 100, initial: READY });
    let received = 0;
    store.subscribe(() => {
      received += 1;
    });
    store.dispatch({ type: 'note', entry: { at: NOON, kind: 'event', level: 'info', text: 'started' } });
    advance(0);
    for (let second = 1; second <= 5; second += 1) {
      advance(1000);
      store.dispatch({ type: 'tick', now: clock.now() });
      advance(0);
    }
    expect(received).toBe(6);
  });

  it('notifies ticks rarely once no age counts seconds, and less often while no one is watching', () => {
    const { clock, advance } = handClock();
    const look = { away: false };
    const store = createStore({
      engine: engineId('fake'),
      clock,
      notifyMs: 100,
      away: () => look.away,
      initial: {
        ...initialState(NOON, engineId('fake')),
        connection: { state: 'ready', since: NOON },
        lastUpdateAt: NOON,
      },
    });
    let received = 0;
    store.subscribe(() => {
      received += 1;
    });
    const ticks = (seconds: number) => {
      received = 0;
      for (let second = 0; second < seconds; second += 1) {
        advance(1000);
        store.dispatch({ type: 'tick', now: clock.now() });
      }
      return received;
    };
    expect(ticks(60)).toBeLessThan(21);
    look.away = true;
    ticks(10);
    expect(ticks(110)).toBeLessThan(12);
    store.dispatch({ type: 'note', entry: { at: clock.now(), kind: 'event', level: 'bad', text: 'died' } });
    advance(0);
    expect(ticks(30)).toBeGreaterThan(25);
  });
});

describe('a message that cannot be applied', () => {
  it('is reported, and its neighbours are not lost', () => {
    const failures: unknown[] = [];
    const store = createStore({
      clock: fakeClock(),
      engine: engineId('fake'),
      onError: (error) => failures.push(error),
    });
    const broken: DeskMessage = {
      type: 'note',
      get entry(): never {
        throw new RangeError('too deep');
      },
    };
    store.dispatch({ type: 'tick', now: 5 }, broken, { type: 'tick', now: 7 });
    expect(store.get().now).toBe(7);
    expect(failures).toHaveLength(1);
  });

  it('does not let a failing listener silence the others', () => {
    const failures: unknown[] = [];
    const store = createStore({
      clock: fakeClock(),
      engine: engineId('fake'),
      onError: (error) => failures.push(error),
    });
    let heard = 0;
    store.subscribe(() => {
      throw new Error('broken');
    });
    store.subscribe(() => {
      heard += 1;
    });
    store.dispatch({ type: 'tick', now: 5 });
    store.flush();
    expect(heard).toBe(1);
    expect(failures).toHaveLength(1);
  });
});
