import { afterEach, describe, expect, it } from 'vitest';
import { pick, random, whole } from '../../source/simulator/world/random.ts';
import { ARMED_AFTER_MS } from '../../source/ui/dialog/use-dialog.ts';
import { type MountedConsole, type MountOptions, mountConsole } from '../builders/console.tsx';

/** Nothing is done that the operator has not seen and meant, whatever is typed and however slow the engine is. */

let mounted: MountedConsole | undefined;

afterEach(async () => {
  await mounted?.close();
  mounted = undefined;
});

async function open(options: MountOptions = {}): Promise<MountedConsole> {
  mounted = await mountConsole({ columns: 120, rows: 40, ...options });
  await mounted.shows('exness/redis');
  return mounted;
}

const SLOW = { slow: 1500 };

const begun = async (console: MountedConsole) => (await console.audit()).filter(({ kind }) => kind === 'begin');

it('says once why the danger is higher', async () => {
  const settings = { services: { '*/*': { protected: true } } };
  const console = await open({ settings });
  await console.press('r');
  await console.shows('danger 3: ');
  expect(console.text().match(/protected by the settings/g)).toHaveLength(1);
});

describe('what was asked for on a slow engine', () => {
  it.each([
    ['a command is begun', [':', 's', 'v', 'c'], /^:svc/m],
    ['a filter is begun', ['/', 'r'], /^\/r/m],
    ['another view is opened', ['?'], '┌ Help '],
    ['one turns to another pane', ['tab'], 'Services('],
  ] as const)('is dropped when %s', async (_what, keys, sign) => {
    const console = await open();
    await console.simulator.misbehave(SLOW);
    await console.press('r');
    await console.press(...keys);
    await console.shows(sign);
    await console.pass(20_000);
    expect(console.text()).not.toContain('> Cancel <');
    await console.press('tab', 'enter');
    expect(await begun(console)).toEqual([]);
  });

  it('is dropped when one goes back, and says so', async () => {
    const console = await open();
    await console.simulator.misbehave(SLOW);
    await console.press('r');
    await console.press('esc');
    await console.shows('planning cancelled');
    await console.pass(20_000);
    expect(console.text()).not.toContain('> Cancel <');
  });

  it('is asked for when one waits, and done when it is confirmed', async () => {
    const console = await open();
    await console.simulator.misbehave(SLOW);
    await console.press('r');
    await console.shows('> Cancel <');
    await console.press('tab', 'enter');
    await console.shows(/restart .*(running again|healthy)/);
    expect(await begun(console)).toHaveLength(1);
  });
});

describe('marks', () => {
  it('end with the action that they were meant for, and outlast a dialog that is cancelled', async () => {
    const console = await open();
    await console.type(':project exness\r');
    await console.press('space', 'space');
    await console.press('r');
    await console.shows('Type 2 marked');
    await console.press('esc');
    expect(marked(console)).toBe(2);
    await console.press('r');
    await console.shows('Type 2 marked');
    await console.type('2 marked\r');
    await console.shows(/restart 2 marked.*running again/);
    expect(marked(console)).toBe(0);
    await console.press('r');
    expect(await console.shows('> Cancel <')).not.toContain('marked');
  });
});

const marked = (console: MountedConsole) => console.text().match(/^│\*/gm)?.length ?? 0;

describe('a dialog', () => {
  it('names the engine', async () => {
    const console = await open();
    await console.press('r');
    expect(await console.shows('> Cancel <')).toContain(`on unix://${console.simulator.socketPath}`);
  });

  it('keeps what was taken out of its plan while the window is too small, and takes no key then', async () => {
    const console = await open();
    await console.type(':prune images\r');
    await console.shows('> Cancel <');
    await console.type(' ');
    await console.shows('[ ]');
    console.resize(50, 12);
    await console.shows('too small');
    for (const key of ['/', 'tab', 'enter', 'space']) await console.press(key);
    console.resize(120, 40);
    const screen = await console.shows('> Cancel <');
    expect(screen.match(/\[ \]/g)).toHaveLength(1);
  });
});

describe('running work', () => {
  it('keeps running when one goes back, and ends only after a question', async () => {
    const console = await open();
    await console.press('r');
    await console.shows('> Cancel <');
    await console.press('tab');
    console.resize(120, 40);
    await console.type('\r');
    await console.press('esc', 'q');
    await console.press('esc');
    await console.shows(/restart .*(running again|healthy)/);
    const ends = (await console.audit()).filter((line) => line.kind === 'end');
    expect(ends).toMatchObject([{ ok: true, cancelled: false }]);
  });
});

const SEED = 20_261_128;
const BURSTS = 60;
const KEYS = ['r', 't', '\u000b', '\u0004', 'j', ' ', '\t', '\r', '\u001b[C', 'y', 'X', 'restart', '\u001b[Z'] as const;

it(`does nothing for keys that come in bursts (seed ${SEED}, ${BURSTS} bursts)`, async () => {
  const console = await open();
  const chance = random('bursts', SEED);
  let keys = 0;
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const typed = Array.from({ length: whole(chance, 1, 60) }, () => pick(chance, KEYS));
    keys += typed.length;
    console.write(typed.join(''));
    // Never long enough for a dialog to have been read.
    await console.pass(whole(chance, 0, ARMED_AFTER_MS / 2));
    if (chance() < 0.3) await console.press('esc', 'esc');
  }
  expect(keys).toBeGreaterThan(BURSTS);
  expect(await begun(console)).toEqual([]);
});
