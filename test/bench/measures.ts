import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs, residentMiB } from './process.ts';
import { deskhand, type Program, type Subject, startProgram } from './program.ts';
import type { Setup } from './setups.ts';
import { quantile, type Spread, spread } from './statistics.ts';

export type Result = {
  setup: string;
  /** exec until the first frame with names, ms. */
  firstFrameMs: Spread;
  /** Percent of one core. */
  idleCpuPercent: Spread;
  residentMiB: Spread;
  bytesPerSecond: Spread;
  /** Percent of one core that the engine takes more than without the console; undefined where it is the simulator. */
  enginePercent?: Spread;
  /** Key until its frame, ms. */
  keyMs: { p50: number; p95: number; p99: number; n: number };
};

export type Effort = { repeats: number; seconds: number; keys: number };

const SETTLE_MS = 3000;
/** A console that stays open for days: what V8 compiles of it during the first half minute is no part of what it costs. */
const WARM_UP_MS = 30_000;

/** Everything measured of one console on one setup; `note` says what is being measured. */
export async function measure(
  setup: Setup,
  effort: Effort,
  note: (text: string) => void,
  subject: Subject = deskhand,
): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'deskhand-bench-'));
  const start = () => startProgram(subject, setup.host, home, setup.name);
  try {
    note('first frame');
    const firstFrameMs = await firstFrames(start, effort.repeats * 3);
    note('idle');
    const quiet = await enginePercent(setup, effort.seconds);
    const idles = await withProgram(start, async (it) => {
      await delay(WARM_UP_MS);
      const windows = [];
      for (let run = 0; run < effort.repeats; run++) windows.push(await idle(it, setup, effort.seconds));
      return windows;
    });
    note('keys');
    const keyTimes = await withProgram(start, (it) => keys(it, effort.keys, subject.moved));
    const engine = idles.flatMap(({ engine }) => (engine === undefined || quiet === undefined ? [] : [engine - quiet]));
    return {
      setup: setup.title,
      firstFrameMs,
      idleCpuPercent: spread(idles.map(({ cpu }) => cpu)),
      residentMiB: spread(idles.map(({ memory }) => memory)),
      bytesPerSecond: spread(idles.map(({ bytes }) => bytes)),
      enginePercent: engine.length ? spread(engine) : undefined,
      keyMs: {
        p50: quantile(keyTimes, 0.5) ?? Number.NaN,
        p95: quantile(keyTimes, 0.95) ?? Number.NaN,
        p99: quantile(keyTimes, 0.99) ?? Number.NaN,
        n: keyTimes.length,
      },
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function withProgram<T>(start: () => Promise<Program>, use: (program: Program) => Promise<T>): Promise<T> {
  const program = await start();
  try {
    await delay(SETTLE_MS);
    return await use(program);
  } finally {
    await program.end();
  }
}

/** Starts of one and the other in turn, so that what else the machine does meets both: the ratios of their first frames. */
export async function pairedStarts(setup: Setup, one: Subject, other: Subject, pairs: number): Promise<Spread> {
  const home = mkdtempSync(join(tmpdir(), 'deskhand-bench-'));
  const once = async (subject: Subject) => {
    const program = await startProgram(subject, setup.host, home, setup.name);
    await delay(200);
    await program.end();
    return program.firstFrameMs;
  };
  try {
    const ratios: number[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const [first, second] = [await once(one), await once(other)];
      ratios.push(first / second);
    }
    return spread(ratios);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The first start fills the compile cache and is not counted. */
async function firstFrames(start: () => Promise<Program>, times: number): Promise<Spread> {
  const taken: number[] = [];
  for (let run = 0; run <= times; run++) {
    const program = await start();
    // Node writes its compile cache when it ends by itself, or is told to.
    await delay(run === 0 ? SETTLE_MS : 200);
    await program.end();
    if (run > 0) taken.push(program.firstFrameMs);
  }
  return spread(taken);
}

async function idle(program: Program, setup: Setup, seconds: number) {
  const before = { own: cpuMs([program.pid]), bytes: program.bytesWritten() };
  const engine = await enginePercent(setup, seconds);
  return {
    cpu: (cpuMs([program.pid]) - before.own) / (seconds * 10),
    memory: residentMiB(program.pid),
    bytes: (program.bytesWritten() - before.bytes) / seconds,
    engine,
  };
}

/** Waits, and says what the engine used meanwhile. */
async function enginePercent(setup: Setup, seconds: number): Promise<number | undefined> {
  const before = setup.enginePids.length ? cpuMs(setup.enginePids) : undefined;
  await delay(seconds * 1000);
  return before === undefined ? undefined : (cpuMs(setup.enginePids) - before) / (seconds * 10);
}

/** Down and up in turn, at uneven times, so that no beat of the console's own falls in with them. */
async function keys(program: Program, times: number, moved: RegExp): Promise<number[]> {
  const taken: number[] = [];
  for (let press = 0; press < times; press++) {
    taken.push(await program.press(press % 2 ? 'k' : 'j', moved));
    await delay(40 + ((press * 37) % 61));
  }
  return taken;
}
