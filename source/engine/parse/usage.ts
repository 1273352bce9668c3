import type { Usage } from '../facts.ts';

/**
 * Resource usage of a container, computed as by `docker stats` (docker/cli, cli/command/container/stats_helpers.go), from the
 * engine's one-shot readings. Pure: two readings in, one Usage out.
 */

/** The counters of one answer of GET /containers/{id}/stats, flat; undefined if the engine left it out. */
export type UsageReading = {
  /** When the console received it: ms since the epoch, by the console's clock. */
  at: number;
  /** When the engine took it, by the engine's clock; `at` if it does not say. */
  taken: number;
  /** Container's and host's CPU time in ns; the host's summed over its CPUs. */
  cpu?: number;
  hostCpu?: number;
  cpus?: number;
  memory?: number;
  memoryLimit?: number;
  pids?: number;
  /** The engine reported network or block I/O at all. */
  counted: boolean;
  totals: Usage['totals'];
};

type Json = Readonly<Record<string, unknown>>;

/** Reads an answer of the stats call; anything missing, null or not a number (podman, a stopped container) stays undefined. */
export function readingFrom(stats: unknown, at: number): UsageReading {
  const root = object(stats);
  const cpu = object(root.cpu_stats);
  const cpuUsage = object(cpu.cpu_usage);
  const hostCpu = positive(cpu.system_cpu_usage);
  const networks = Object.values(object(root.networks)).map(object);
  const blocks = list(object(root.blkio_stats).io_service_bytes_recursive).map(object);
  return {
    at,
    taken: takenAt(root.read) ?? at,
    // A stopped container reports zeros: without the host's figure they mean nothing.
    cpu: hostCpu === undefined ? undefined : number(cpuUsage.total_usage),
    hostCpu,
    cpus: positive(cpu.online_cpus) ?? positive(list(cpuUsage.percpu_usage).length),
    ...memoryOf(object(root.memory_stats)),
    pids: positive(object(root.pids_stats).current),
    counted: networks.length > 0 || Array.isArray(object(root.blkio_stats).io_service_bytes_recursive),
    totals: {
      received: sum(networks, 'rx_bytes'),
      sent: sum(networks, 'tx_bytes'),
      read: blockBytes(blocks, 'r'),
      written: blockBytes(blocks, 'w'),
    },
  };
}

/**
 * Usage at `reading`; CPU and rates need a `previous` reading of the same run. If a counter went back (the container was restarted in
 * between) they stay undefined rather than wrong.
 */
export function usageFrom(reading: UsageReading, previous?: UsageReading): Usage {
  const usage: Usage = {
    at: reading.at,
    memory: reading.memory,
    memoryLimit: reading.memoryLimit,
    pids: reading.pids,
    totals: reading.totals,
  };
  if (previous === undefined || restarted(reading, previous)) return usage;
  return {
    ...usage,
    cpuPercent: cpuPercent(reading, previous),
    rates: rates(reading, previous),
  };
}

function restarted(reading: UsageReading, previous: UsageReading): boolean {
  const back = (now: number | undefined, before: number | undefined) => (now ?? 0) < (before ?? 0);
  return back(reading.cpu, previous.cpu) || back(reading.hostCpu, previous.hostCpu);
}

/** cpuDelta / systemDelta * onlineCPUs * 100; undefined (not 0) if no time has passed. */
function cpuPercent(reading: UsageReading, previous: UsageReading): number | undefined {
  const used = difference(reading.cpu, previous.cpu);
  const passed = difference(reading.hostCpu, previous.hostCpu);
  if (used === undefined || passed === undefined || passed <= 0 || reading.cpus === undefined) return undefined;
  return (used / passed) * reading.cpus * 100;
}

function rates(reading: UsageReading, previous: UsageReading): Usage['rates'] {
  const seconds = (reading.taken - previous.taken) / 1000;
  if (!reading.counted || !previous.counted || !(seconds > 0)) return undefined;
  const rate = (key: keyof Usage['totals']) => (reading.totals[key] - previous.totals[key]) / seconds;
  const all = { received: rate('received'), sent: rate('sent'), read: rate('read'), written: rate('written') };
  return Object.values(all).some((value) => value < 0) ? undefined : all;
}

/** Usage without reclaimable page cache: total_inactive_file on cgroup v1, inactive_file on v2, if it is less than the usage. */
function memoryOf(memory: Json): Pick<UsageReading, 'memory' | 'memoryLimit'> {
  const used = number(memory.usage);
  const limit = positive(memory.limit);
  if (used === undefined) return { memoryLimit: limit };
  const stats = object(memory.stats);
  const fits = (cache: number | undefined) => cache !== undefined && cache < used;
  const cache = [number(stats.total_inactive_file), number(stats.inactive_file)].find(fits) ?? 0;
  return { memory: used - cache, memoryLimit: limit };
}

function blockBytes(blocks: readonly Json[], letter: 'r' | 'w'): number {
  const wanted = ({ op }: Json) => typeof op === 'string' && op.charAt(0).toLowerCase() === letter;
  return sum(blocks.filter(wanted), 'value');
}

/** The engine sends Go's zero time (year 1) for a container that does not run. */
function takenAt(read: unknown): number | undefined {
  return typeof read === 'string' ? positive(Date.parse(read)) : undefined;
}

function sum(items: readonly Json[], key: string): number {
  return items.reduce((total, item) => total + (number(item[key]) ?? 0), 0);
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
const positive = (value: unknown): number | undefined => number(value) || undefined;
