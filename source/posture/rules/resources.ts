import { isUp } from '../../lib/container-state.ts';
import { bytes } from '../../lib/format.ts';
import { cpuList } from '../model/cpu-list.ts';
import { found, type Observation, type PostureInput, passed, type Rule, type Subject, unknown } from '../model/rule.ts';

/** Memory, CPU and kernel limits. */

const upNow = ({ facts }: Subject) => isUp(facts);

export const resources: readonly Rule[] = [
  {
    id: 'no-memory-limit',
    on: 'container',
    title: 'No memory limit',
    severity: 'medium',
    why: 'One leak takes the memory of the whole host, and the kernel may kill another program for it.',
    fix: 'Set deploy.resources.limits.memory (live until the next recreate: docker update --memory).',
    check: ({ facts }) => (facts.detail && facts.detail.limits.memory === undefined ? found('unlimited') : passed),
  },
  {
    id: 'no-pids-limit',
    on: 'container',
    title: 'No process limit',
    severity: 'low',
    why: 'Threads that are never joined can exhaust the process table of the host.',
    fix: 'Set pids_limit.',
    check: ({ facts }) => (facts.detail && facts.detail.limits.pids === undefined ? found('unlimited') : passed),
  },
  {
    id: 'memory-overcommitted',
    on: 'host',
    title: 'Memory limits exceed the memory of the host',
    severity: 'medium',
    why: 'If all containers use as much as they may, the kernel kills one of them.',
    fix: 'Lower the limits until their sum fits the host, or move a service.',
    check: memoryOvercommitted,
  },
  {
    id: 'cpu-quota',
    on: 'container',
    title: 'CPU quota on a latency-critical service',
    severity: 'medium',
    why: 'The kernel stops the program for the rest of each 100 ms period once its quota is used: latency jumps by tens of milliseconds.',
    fix: 'Replace the quota by cpuset (whole CPUs), or by cpu_shares.',
    check: ({ hardening, role, facts }) =>
      role === 'engine' && hardening.cpuQuota ? found(`${facts.detail?.limits.cpus ?? '?'} CPUs by quota`) : passed,
  },
  {
    id: 'cpuset-overlap',
    on: 'host',
    title: 'Pinned CPUs are shared',
    severity: 'medium',
    why: 'Two containers pinned to one CPU disturb each other, which pinning was meant to avoid.',
    fix: 'Give each latency-critical service CPUs of its own.',
    check: cpusetOverlap,
  },
  {
    id: 'swap',
    on: 'container',
    title: 'Latency-critical service may be swapped out',
    severity: 'low',
    why: 'A page that was swapped out takes milliseconds to come back.',
    fix: 'Set memswap_limit equal to the memory limit, or mem_swappiness: 0.',
    check: ({ facts, hardening, role }, { host }) => {
      const limits = facts.detail?.limits;
      if (role !== 'engine' || !limits || hardening.swappiness === 0 || host.local?.swappiness === 0) return passed;
      return limits.memory !== undefined && limits.memorySwap === limits.memory ? passed : found(swapWords(limits));
    },
  },
  {
    id: 'memlock',
    on: 'container',
    title: 'Memory cannot be locked',
    severity: 'low',
    why: 'A latency-critical program that calls mlockall is refused, or its pages may be swapped out.',
    fix: 'Set ulimits.memlock to -1.',
    check: engineUlimit('memlock', (soft) => soft === -1, 'memlock is not unlimited'),
  },
  {
    id: 'nofile',
    on: 'container',
    title: 'Low open-file limit',
    severity: 'low',
    why: 'A program with many connections fails with "too many open files".',
    fix: 'Set ulimits.nofile to 65536 or more.',
    check: ({ hardening }) =>
      hardening.ulimits
        .filter(({ name, soft }) => name === 'nofile' && soft !== -1 && soft < 4096)
        .flatMap(({ soft }) => found(`nofile ${soft}`)),
  },
  {
    id: 'rtprio',
    on: 'container',
    title: 'No real-time priority',
    severity: 'low',
    why: 'Threads that ask for real-time scheduling are refused unless the container has SYS_NICE or the ulimit.',
    fix: 'Set ulimits.rtprio, or cap_add: [SYS_NICE], if the program uses real-time threads.',
    check: (subject) =>
      subject.hardening.addedCapabilities.includes('SYS_NICE')
        ? passed
        : engineUlimit('rtprio', (soft) => soft === -1 || soft > 0, 'rtprio is 0')(subject),
  },
  {
    id: 'oom-score',
    on: 'container',
    title: 'Killed first when memory runs out',
    severity: 'medium',
    why: 'The kernel kills the program with the highest score first.',
    fix: 'Lower oom_score_adj, and raise that of services which can be lost.',
    check: ({ hardening: { oomScoreAdjust }, role }) =>
      oomScoreAdjust > 0 && (role === 'engine' || role === 'database')
        ? found(`oom_score_adj ${oomScoreAdjust}`)
        : passed,
  },
  {
    id: 'oom-kill-disabled',
    on: 'container',
    title: 'Never killed when memory runs out',
    severity: 'high',
    why: 'Without a memory limit the kernel has to kill something else, which may be the engine; with one the program hangs.',
    fix: 'Remove oom_kill_disable.',
    check: ({ hardening }) => (hardening.oomKillDisabled ? found('oom_kill_disable: true') : passed),
  },
];

function memoryOvercommitted({ subjects, host: { memory } }: PostureInput): readonly Observation[] {
  if (memory === undefined) return unknown('the engine does not say how much memory the host has');
  const limits = subjects.filter(upNow).flatMap(({ facts }) => facts.detail?.limits.memory ?? []);
  const sum = limits.reduce((total, limit) => total + limit, 0);
  return sum > memory ? found(`${bytes(sum)} of limits, ${bytes(memory)} of memory`) : passed;
}

function cpusetOverlap({ subjects }: PostureInput): readonly Observation[] {
  const pinned = subjects.filter((subject) => upNow(subject) && subject.hardening.cpuset !== '');
  const users = new Map<number, string[]>();
  for (const { name, hardening } of pinned)
    for (const cpu of cpuList(hardening.cpuset)) users.set(cpu, [...(users.get(cpu) ?? []), name]);
  const shared = new Map<string, number[]>();
  for (const [cpu, names] of users) {
    if (names.length < 2) continue;
    const key = names.join(' and ');
    shared.set(key, [...(shared.get(key) ?? []), cpu]);
  }
  return [...shared].map(([names, cpus]) => ({ found: `${names} share CPU ${cpus.join(', ')}` }));
}

function swapWords({ memory, memorySwap }: { memory?: number; memorySwap?: number }): string {
  if (memory === undefined) return 'no memory limit: all swap of the host';
  if (memorySwap === -1) return 'unlimited swap';
  return `${bytes((memorySwap ?? 2 * memory) - memory)} of swap allowed`;
}

function engineUlimit(wanted: string, enough: (soft: number) => boolean, missing: string) {
  return ({ hardening, role }: Subject): readonly Observation[] => {
    if (role !== 'engine') return passed;
    const limit = hardening.ulimits.find(({ name }) => name === wanted);
    return limit && enough(limit.soft) ? passed : found(limit ? `${wanted} ${limit.soft}` : missing);
  };
}
