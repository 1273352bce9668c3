import type { ContainerFacts, HealthCheck } from '../engine/facts.ts';
import { type ProbeFault, probeFault } from './probe-faults.ts';
import type { ContainerMemory } from './state.ts';

/** Docker's health checks, read from what inspect keeps of them. Times are ms since the epoch, durations ms. */

/** Docker's defaults, where the definition leaves a field at 0. */
const DEFAULTS = { interval: 30_000, timeout: 30_000, retries: 3 } as const;

/** The definition in force: defaults filled in, the command as one line. */
export function definition(check: HealthCheck): HealthCheck & { command: string } {
  const [kind, ...words] = check.test;
  return {
    ...check,
    interval: check.interval || DEFAULTS.interval,
    timeout: check.timeout || DEFAULTS.timeout,
    retries: check.retries || DEFAULTS.retries,
    command: kind === 'CMD' || kind === 'CMD-SHELL' ? words.join(' ') : check.test.join(' '),
  };
}

/** When the next probe starts: an interval after the last one ended (or after the start); undefined when it does not run. */
export function nextProbe(facts: ContainerFacts): number | undefined {
  const check = facts.detail?.healthCheck;
  if (!check || check.test[0] === 'NONE' || facts.state !== 'running') return undefined;
  const from = facts.detail?.probes.at(-1)?.end ?? facts.detail?.startedAt;
  return from === undefined ? undefined : from + definition(check).interval;
}

/** The fault of the newest failed probe. */
export function healthFault(facts: ContainerFacts): ProbeFault | undefined {
  const last = facts.detail?.probes.at(-1);
  return last && probeFault(last);
}

/**
 * Since when it is unhealthy: by the event, else by the failing streak, of which Docker keeps the last five probes: earlier
 * ones are counted back by the spacing of those. Undefined when the facts do not say.
 */
export function unhealthySince(facts: ContainerFacts, memory: ContainerMemory): number | undefined {
  const change = memory.healthChanges.at(-1);
  const started = facts.detail?.startedAt ?? 0;
  if (change?.health === 'unhealthy' && change.at >= started) return change.at;
  const { probes, failingStreak, healthCheck } = facts.detail ?? {
    probes: [],
    failingStreak: 0,
    healthCheck: undefined,
  };
  const first = probes[0];
  const last = probes.at(-1);
  if (!first || !last || failingStreak === 0) return undefined;
  // The verdict changes with the probe that completes the retries, not with the first that failed.
  const back = failingStreak - (healthCheck ? definition(healthCheck).retries : 1);
  const index = probes.length - 1 - back;
  const exact = probes[Math.max(0, Math.min(index, probes.length - 1))];
  if (index >= 0 || probes.length < 2) return exact?.end;
  const spacing = (last.start - first.start) / (probes.length - 1);
  return Math.max(started, Math.round(first.end + index * spacing));
}
