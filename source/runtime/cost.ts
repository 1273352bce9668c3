import { cpus, freemem, totalmem } from 'node:os';
import type { Clock } from '../lib/clock.ts';
import { type Budget, stretched } from './budget.ts';

/** CPU (percent of one CPU) and bytes a second to the terminal are undefined until some seconds have been measured. */
export type Cost = {
  cpuPercent?: number;
  bytesPerSecond?: number;
  rss: number;
  /** By how much the intervals of reading and drawing are stretched to stay within the budget; 1: not at all. */
  stretch: number;
};
export type Load = { cpuPercent?: number; memoryUsed: number; memoryTotal: number };

/** The resources that a process has used so far: CPU time in microseconds, bytes written to the terminal, and its memory in bytes. */
export type Measure = () => { cpu: number; written: number; rss: number };

const ofThisProcess: Measure = () => {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, written: process.stdout.bytesWritten, rss: process.memoryUsage.rss() };
};

/** Interval of readings: the header should not change faster than it can be read. */
const EVERY_MS = 5000;

/** The resource usage of this process and the load of this machine, averaged over the last seconds. */
export function watchCost(
  clock: Clock,
  budget: Budget,
  measure: Measure = ofThisProcess,
): { cost(): Cost; load(): Load; stop(): void } {
  let before = { at: clock.now(), ...measure(), host: hostTimes() };
  let cost: Cost = { rss: before.rss, stretch: 1 };
  let load: Load = readLoad(before.host, before.host);
  const read = () => {
    const now = { at: clock.now(), ...measure(), host: hostTimes() };
    const ms = Math.max(1, now.at - before.at);
    const cpuPercent = (now.cpu - before.cpu) / 10 / ms;
    const bytesPerSecond = ((now.written - before.written) * 1000) / ms;
    const stretch = stretched(cost.stretch, { cpuPercent, bytesPerSecond }, budget);
    cost = { cpuPercent, bytesPerSecond, rss: now.rss, stretch };
    load = readLoad(before.host, now.host);
    before = now;
    cancel = clock.after(EVERY_MS, read);
  };
  let cancel = clock.after(EVERY_MS, read);
  return { cost: () => cost, load: () => load, stop: () => cancel() };
}

type HostTimes = { busy: number; all: number };

function hostTimes(): HostTimes {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    busy += sum - times.idle;
    all += sum;
  }
  return { busy, all };
}

/** Share of all CPUs in percent, as in the summary of `top`. */
function readLoad(before: HostTimes, now: HostTimes): Load {
  const all = now.all - before.all;
  return {
    cpuPercent: all > 0 ? (100 * (now.busy - before.busy)) / all : undefined,
    memoryUsed: totalmem() - freemem(),
    memoryTotal: totalmem(),
  };
}
