import type { ContainerFacts, Health, HealthCheck } from '../engine/facts.ts';
import { isBelow } from '../lib/version.ts';
import { type ProbeFault, probeFault } from './probe-faults.ts';
import type { ContainerMemory } from './state.ts';

/** Docker's health checks, as inspect reports them. Times are ms since the epoch, durations ms. */

/** Docker's defaults for fields that are 0 in the definition. */
const DEFAULTS = { interval: 30_000, timeout: 30_000, retries: 3 } as const;

/** The effective definition: defaults filled in, the command as one line. */
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

/** The engine's own start interval, since API 1.44, where the definition has a start period and no start interval. */
const START_INTERVAL = 5_000;

/** Interval between probes in the start period; undefined if it is the same as later. */
function startInterval(check: HealthCheck, apiVersion: string | undefined): number | undefined {
  if (check.startPeriod === 0) return undefined;
  const known = apiVersion !== undefined && !isBelow(apiVersion, '1.44');
  return check.startInterval ?? (known ? START_INTERVAL : undefined);
}

/** When the next probe starts: an interval after the last one ended (or after the start); undefined if it is not running. */
export function nextProbe(facts: ContainerFacts, apiVersion?: string): number | undefined {
  const check = facts.detail?.healthCheck;
  if (!check || check.test[0] === 'NONE' || facts.state !== 'running') return undefined;
  const started = facts.detail?.startedAt;
  // Probes of an earlier run say nothing about this one.
  const from = Math.max(started ?? 0, facts.detail?.probes.at(-1)?.end ?? 0);
  if (from === 0) return undefined;
  const { interval } = definition(check);
  const early = facts.health === 'starting' ? startInterval(check, apiVersion) : undefined;
  if (early === undefined || started === undefined) return from + interval;
  return from < started + check.startPeriod ? from + early : from + interval;
}

/** `every 2s for the first 2m, then every 1m, timeout 30s, 3 retries`. */
export function checkTimes(check: HealthCheck, apiVersion: string | undefined): string {
  const { interval, timeout, retries, startPeriod } = definition(check);
  const early = startInterval(check, apiVersion);
  const rhythm =
    early === undefined
      ? `every ${span(interval)}`
      : `every ${span(early)} for the first ${span(startPeriod)}, then every ${span(interval)}`;
  const unused =
    check.startInterval !== undefined && startPeriod === 0
      ? `; start interval ${span(check.startInterval)} has no effect without a start period`
      : '';
  const grace = early === undefined ? `, start period ${span(startPeriod)}` : '';
  return `${rhythm}, timeout ${span(timeout)}, ${retries} retries${grace}${unused}`;
}

/** Durations as written in a definition: 30s, 1m30s, 0s. */
function span(ms: number): string {
  if (ms < 1000 && ms > 0) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Number(((ms % 60_000) / 1000).toFixed(1));
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds === 0 ? '' : `${seconds}s`}`;
}

/**
 * The health that the evidence supports. A stopped container is not probed, so its last health is old. And when the engine closes its
 * monitor (on pause or commit) it reports "unhealthy" until the next probe although none failed: that counts as unknown.
 */
export function probedHealth({ state, health, detail }: Pick<ContainerFacts, 'state' | 'health' | 'detail'>): Health {
  if (state !== 'running') return 'none';
  return health === 'unhealthy' && detail?.failingStreak === 0 ? 'unknown' : health;
}

/** The fault of the newest failed probe. */
export function healthFault(facts: ContainerFacts): ProbeFault | undefined {
  const last = facts.detail?.probes.at(-1);
  return last && probeFault(last);
}

/**
 * Since when it is unhealthy: by the event, else by the failing streak. Docker keeps only the last five probes; the times of earlier ones
 * are extrapolated. Undefined if the facts do not say.
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
  // The health changes with the probe that uses up the retries, not with the first failed one.
  const back = failingStreak - (healthCheck ? definition(healthCheck).retries : 1);
  const index = probes.length - 1 - back;
  const exact = probes[Math.max(0, Math.min(index, probes.length - 1))];
  if (index >= 0 || probes.length < 2) return exact?.end;
  const spacing = (last.start - first.start) / (probes.length - 1);
  return Math.max(started, Math.round(first.end + index * spacing));
}
