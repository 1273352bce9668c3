import { describe, expect, it } from 'vitest';
import { container, NOON } from '../../test/incidents/facts.ts';
import type { Clock } from '../clock.ts';
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
const arrival = (name: string) => ({ type: 'container', at: NOON, container: container({ name }) }) as const;

describe('the store', () => {
  it('tells a first change at once and a burst together, at most once every notifyMs', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, notifyMs: 100 });
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    store.dispatch(arrival('a'));
    store.dispatch(arrival('b'));
    expect(told).toBe(0);
    advance(0);
    expect(told).toBe(1);
    store.dispatch(arrival('c'));
    advance(50);
    store.dispatch(arrival('d'));
    advance(49);
    expect(told).toBe(1);
    advance(1);
    expect(told).toBe(2);
    expect(store.seen().containers.size).toBe(4);
  });

  it('has the newest state at any time, and a snapshot that moves only when it tells', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, notifyMs: 100 });
    const first = store.seen();
    store.dispatch(arrival('a'));
    expect(store.get().containers.size).toBe(1);
    expect(store.seen()).toBe(first);
    store.flush();
    expect(store.seen()).toBe(store.get());
    advance(1000);
    expect(store.seen().containers.size).toBe(1);
  });

  it('does not tell what is no news, nor after its end', () => {
    const { clock, advance } = handClock();
    const store = createStore({ clock, notifyMs: 100 });
    let told = 0;
    const end = store.subscribe(() => {
      told += 1;
    });
    store.dispatch({ type: 'tick', now: NOON });
    advance(1000);
    expect(told).toBe(0);
    store.dispatch(arrival('a'));
    end();
    advance(1000);
    expect(told).toBe(0);
    store.dispatch(arrival('b'));
    store.close();
    advance(1000);
    expect(told).toBe(0);
  });
});
