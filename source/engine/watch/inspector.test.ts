import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { containerId } from '../../lib/ids.ts';
import { Inspector } from './inspector.ts';

/** An inspector whose reads end when the test says so, or at once. */
function setUp({ parallel = 1, perSecond = 1000, restPerSecond = 1000, slow = false } = {}) {
  const clock = fakeClock(0);
  const read: string[] = [];
  const open: (() => void)[] = [];
  const inspector = new Inspector({
    clock,
    parallel,
    perSecond,
    restPerSecond,
    inspect(id) {
      read.push(id);
      return slow ? new Promise((done) => open.push(done)) : Promise.resolve();
    },
  });
  const finish = async () => {
    open.shift()?.();
    await clock.settle();
  };
  return { clock, read, inspector, finish, open };
}

describe('Inspector', () => {
  it('reads in the order of the lanes, and each container once', async () => {
    const { read, inspector, finish } = setUp({ slow: true });
    inspector.ask(containerId('rest'), 'rest');
    inspector.ask(containerId('seen'), 'rest');
    inspector.ask(containerId('down'), 'troubled');
    inspector.ask(containerId('seen'), 'wanted');
    inspector.ask(containerId('died'), 'event');
    inspector.ask(containerId('died'), 'rest');
    for (let reads = 0; reads < 8; reads += 1) await finish();
    expect(read).toEqual(['died', 'down', 'seen', 'rest']);
  });

  it('re-reads a container only if an event touched it while it was being read', async () => {
    const { read, inspector, finish } = setUp({ slow: true });
    inspector.ask(containerId('web'), 'wanted');
    await finish();
    inspector.ask(containerId('web'), 'wanted');
    inspector.ask(containerId('web'), 'event');
    inspector.ask(containerId('web'), 'event');
    for (let reads = 0; reads < 4; reads += 1) await finish();
    expect(read).toEqual(['web', 'web']);
  });

  it('never runs more than `parallel` inspects at once', async () => {
    const { inspector, finish, open } = setUp({ slow: true, parallel: 3 });
    for (let id = 0; id < 10; id += 1) inspector.ask(containerId(`c${id}`), 'wanted');
    await Promise.resolve();
    for (let reads = 0; reads < 10; reads += 1) {
      expect(open.length).toBe(Math.min(3, 10 - reads));
      await finish();
    }
  });

  it('limits thousands to a burst of one second’s worth, then the rate; urgent ones go first', async () => {
    const { clock, read, inspector } = setUp({ parallel: 4, perSecond: 100, restPerSecond: 20 });
    for (let id = 0; id < 5000; id += 1) inspector.ask(containerId(`c${id}`), 'rest');
    await clock.settle();
    expect(read.length).toBe(20);
    await clock.advance(10_000);
    expect(read.length).toBeGreaterThanOrEqual(215);
    expect(read.length).toBeLessThanOrEqual(220);
    inspector.ask(containerId('c4999'), 'event');
    await clock.settle();
    expect(read.at(-1)).toBe('c4999');
  });

  it('forgets removed containers, and everything when cleared', async () => {
    const { clock, read, inspector, finish } = setUp({ slow: true });
    for (const id of ['a', 'b', 'c']) inspector.ask(containerId(id), 'rest');
    inspector.drop(containerId('b'));
    await finish();
    await finish();
    inspector.ask(containerId('d'), 'event');
    inspector.clear();
    await finish();
    await finish();
    await clock.advance(10_000);
    expect(read).toEqual(['a', 'c']);
    expect(clock.waiting()).toBe(0);
  });
});
