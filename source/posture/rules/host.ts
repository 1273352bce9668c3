import { percent } from '../../lib/format.ts';
import {
  found,
  type LocalHost,
  type Observation,
  type PostureInput,
  passed,
  type Rule,
  unknown,
} from '../model/rule.ts';

/** The host itself, where the engine runs on this machine. */

const LEAST_FREE = 0.1;
/** Percent of the last minute in which some task waited for the resource (Documentation/accounting/psi). */
const MOST_PRESSURE = 10;

/** A check of one fact of the local host: without the fact it is unknown; on a remote engine it does not apply. */
function local<K extends keyof LocalHost>(
  field: K,
  what: string,
  judge: (value: NonNullable<LocalHost[K]>, input: PostureInput) => readonly Observation[],
) {
  return (input: PostureInput): readonly Observation[] => {
    if (!input.host.local) return passed;
    const value = input.host.local[field];
    return value === undefined || value === null ? unknown(`${what} cannot be read`) : judge(value, input);
  };
}

const hasEngine = ({ subjects }: PostureInput) => subjects.some(({ role }) => role === 'engine');

export const host: readonly Rule[] = [
  {
    id: 'clock',
    on: 'host',
    title: 'Clock not synchronised',
    severity: 'high',
    why: 'Orders, logs and records carry wrong times; exchanges reject requests whose time is off.',
    fix: 'Start chrony, systemd-timesyncd or ptp4l.',
    check: local('clockSynchronised', 'clock synchronisation', (synchronised) =>
      synchronised ? passed : found('the kernel says the clock is not synchronised'),
    ),
  },
  {
    id: 'disk-space',
    on: 'host',
    title: 'Little free disk space',
    severity: 'high',
    why: 'Databases stop, logs are lost and containers fail to start when the disk is full.',
    fix: 'Prune images (never volumes), bound the logs, or enlarge the disk.',
    check: local('diskFree', 'free disk space', (free) =>
      free < LEAST_FREE ? found(`${percent(100 * free)} free`, free < LEAST_FREE / 2 ? 'high' : 'medium') : passed,
    ),
  },
  {
    id: 'inodes',
    on: 'host',
    title: 'Few free inodes',
    severity: 'medium',
    why: 'No more files can be created, even though there is space.',
    fix: 'Remove many small files: old layers, build cache, session files.',
    check: local('inodesFree', 'free inodes', (free) =>
      free < LEAST_FREE ? found(`${percent(100 * free)} free`) : passed,
    ),
  },
  {
    id: 'pressure',
    on: 'host',
    title: 'Work waits for the host',
    severity: 'medium',
    why: 'Programs wait for CPU, memory or I/O, which adds latency.',
    fix: 'Find the consumer (sort the desk by CPU and memory), and limit or move it.',
    check: local('pressure', 'pressure stall information', (pressure) =>
      (['cpu', 'memory', 'io'] as const).flatMap((kind) => {
        const share = pressure[kind];
        return share !== undefined && share > MOST_PRESSURE
          ? found(`${kind}: ${percent(share)} of the last minute`)
          : passed;
      }),
    ),
  },
  {
    id: 'huge-pages',
    on: 'host',
    title: 'Transparent huge pages: always',
    severity: 'low',
    why: 'The kernel merges pages in the background, which stalls databases and latency-critical programs.',
    fix: 'Set /sys/kernel/mm/transparent_hugepage/enabled to madvise.',
    check: local('hugePages', 'transparent huge pages', (mode) => (mode === 'always' ? found('always') : passed)),
  },
  {
    id: 'isolated-cpus',
    on: 'host',
    title: 'No isolated CPUs',
    severity: 'low',
    why: 'The scheduler runs other work on the CPUs of the trading engine.',
    fix: 'Boot with isolcpus= and nohz_full=, and pin the engine to those CPUs with cpuset.',
    check: local('isolatedCpus', 'isolated CPUs', (cpus, input) =>
      cpus === '' && hasEngine(input) ? found('none') : passed,
    ),
  },
  {
    id: 'governor',
    on: 'host',
    title: 'CPU frequency can drop',
    severity: 'low',
    why: 'A CPU that has clocked down can take milliseconds to reach full speed again.',
    fix: 'Set the cpufreq governor to performance.',
    check: local('governors', 'the frequency governor', (governors, input) => {
      const slow = governors.filter((governor) => governor !== 'performance');
      return slow.length > 0 && hasEngine(input) ? found([...new Set(slow)].join(', ')) : passed;
    }),
  },
];
