import { isTrouble, isWell } from './levels.ts';
import type { Dependency, Service, Verdict, VerdictCode } from './model.ts';

/** Degraded, but still serving others. */
const HARMLESS: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'oom-inside',
  'probe-broken',
  'probe-disagrees',
  'log-errors',
  'threshold',
  'alert',
  'restarted',
  'recreate-failed',
]);

/** Intermittent problems: the time of the current one does not show which began first. */
const RECURRING: ReadonlySet<VerdictCode> = new Set<VerdictCode>(['restart-loop', 'flapping', 'restarting']);

/** A problem that began this much later than another one did not cause it (ms). */
const SLACK = 60_000;

/** Whether a dependency's state explains that the service is not ok, or has not started. */
export function hinders(service: Service, link: Dependency, dependency: Service): boolean {
  if (service.verdict.code === 'created') return keepsFromStarting(link, dependency);
  if (!isTrouble(dependency.verdict) || isServing(dependency.verdict)) return false;
  return !beganLater(service, dependency) && !workedBesideIt(service, dependency);
}

/** Has a problem but serves others: a service that was killed for memory and runs again no longer keeps them down. */
function isServing({ code, level }: Verdict): boolean {
  return HARMLESS.has(code) || (code === 'oom-killed' && level === 'degraded');
}

function keepsFromStarting(link: Dependency, { verdict, job, health }: Service): boolean {
  if (link.signal !== 'depends_on') return verdict.level === 'down';
  if (link.condition === 'service_completed_successfully') return job && verdict.level !== 'done';
  if (link.condition === 'service_healthy') return health !== 'healthy' && !isWell(verdict.level);
  return verdict.level === 'down' || verdict.code === 'created';
}

function beganLater(service: Service, dependency: Service): boolean {
  const [mine, theirs] = [service.verdict.since, dependency.verdict.since];
  if (
    !isTrouble(service.verdict) ||
    mine === undefined ||
    theirs === undefined ||
    RECURRING.has(dependency.verdict.code)
  )
    return false;
  return theirs > mine + SLACK;
}

/** Its previous image ran while the dependency was already impaired: the new image explains the problem, not the dependency. */
function workedBesideIt({ imageChange }: Service, { verdict: { level, since } }: Service): boolean {
  return imageChange !== undefined && level === 'degraded' && since !== undefined && since < imageChange.at - SLACK;
}
