import { hash } from './random.ts';

/**
 * A container's resource usage as closed formulas of time: counters are integrals of a varying load, so that any two readings
 * agree, however far apart, and no timer is needed.
 */
export type Load = {
  /** Percent of one CPU. */
  cpu: number;
  /** Bytes in use without the file cache. */
  memory: number;
  cache?: number;
  /** Bytes per second. */
  receive?: number;
  send?: number;
  read?: number;
  write?: number;
  pids: number;
  /** How far CPU and traffic vary around their mean, 0–1. */
  swing?: number;
  /** Bytes per second that memory grows, up to `ceiling`. */
  leak?: number;
  ceiling?: number;
  /** 0: the program runs but does no work. */
  pace?: 0 | 1;
};

export const IDLE: Load = { cpu: 0, memory: 0, pids: 0, pace: 0 };

/** Counters at the moment `from`, since when `load` holds. CPU in ns, work in ms, the rest in bytes. */
export type Meter = {
  seed: number;
  from: number;
  cpu: number;
  work: number;
  received: number;
  sent: number;
  read: number;
  written: number;
};

export function newMeter(seed: string, name: string, at: number): Meter {
  return { seed: hash(seed, name, 'load'), from: at, cpu: 0, work: 0, received: 0, sent: 0, read: 0, written: 0 };
}

const PERIODS = [2_900, 17_300, 127_000] as const;

/** Integral over [from, to] of 1 + swing·(three slow sines), in ms. */
function swung(seed: number, swing: number, from: number, to: number): number {
  let sum = to - from;
  for (const period of PERIODS) {
    const phase = (seed % 1000) / 159 + period;
    const omega = (2 * Math.PI) / period;
    sum += (swing / PERIODS.length / omega) * (Math.cos(omega * from + phase) - Math.cos(omega * to + phase));
  }
  return sum;
}

/** The counters at `at`. */
export function readMeter(meter: Meter, load: Load, at: number): Meter {
  const to = Math.max(at, meter.from);
  const swing = load.swing ?? 0.5;
  const busy = swung(meter.seed, swing, meter.from, to);
  const traffic = swung(meter.seed + 7, swing, meter.from, to) / 1000;
  return {
    seed: meter.seed,
    from: to,
    cpu: meter.cpu + (load.cpu / 100) * busy * 1e6,
    work: meter.work + (load.pace ?? 1) * (to - meter.from),
    received: meter.received + (load.receive ?? 0) * traffic,
    sent: meter.sent + (load.send ?? 0) * traffic,
    read: meter.read + (load.read ?? 0) * traffic,
    written: meter.written + (load.write ?? 0) * traffic,
  };
}

/** The fields of a container that determine its memory. */
type Metered = { load: Load; meter: Meter; hostConfig: { Memory: number } };

/** Bytes in use without the file cache: drifts, or grows by the leak since the load began, never above the limit. */
export function memoryInUse(container: Metered, at: number): number {
  const { load, meter } = container;
  const drift = 1 + 0.04 * Math.sin(at / 61_000 + meter.seed) + 0.015 * Math.sin(at / 7_100 + meter.seed);
  const grown = load.leak
    ? Math.min(load.ceiling ?? Infinity, load.memory + (load.leak * (at - meter.from)) / 1000)
    : 0;
  const limit = container.hostConfig.Memory || Infinity;
  return Math.floor(Math.min(limit, grown || load.memory * drift));
}

/** When a leak reaches the limit; undefined if it never does. */
export function outOfMemoryAt(container: Metered): number | undefined {
  const { load, meter, hostConfig } = container;
  if (!load.leak || !hostConfig.Memory || (load.ceiling ?? Infinity) < hostConfig.Memory) return undefined;
  return meter.from + Math.max(0, (hostConfig.Memory - load.memory) / load.leak) * 1000;
}
