import { clockTime, duration } from '../lib/format.ts';
import type { ServiceId } from '../lib/ids.ts';
import type { Group } from './group.ts';
import { hinders } from './hinders.ts';
import { isClear, isTrouble, severity } from './levels.ts';
import { missedRestart } from './links.ts';
import type { Cause, Dependency, Service, Verdict, VerdictCode } from './model.ts';
import { verdict } from './verdict.ts';

/** The result of the search for causes: a service's cause, or the services that it explains, in the given order. */
export type Explained = {
  verdict?: Verdict;
  cause?: Cause;
  otherCauses?: readonly Cause[];
  blocks?: readonly ServiceId[];
  needs?: readonly string[];
  recovering?: Service['recovering'];
};

/** Problems that another service may have caused; the others (out of memory, stopped on request, a taken port …) explain themselves. */
const SYMPTOMS: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'created',
  'unhealthy',
  'flapping',
  'probe-disagrees',
  'restart-loop',
  'restarting',
  'exited',
  'job-failed',
  'replicas-missing',
  'stalled',
]);

/**
 * Finds causes: each service with a problem is traced along its failing dependencies to those whose own dependencies are fine. Cycles end
 * the walk: if all in a cycle fail, the earliest is the cause. `suspicions`: services that are up but whose last lines report a refused
 * connection, with the host if it is named.
 */
export function explain(
  ordered: readonly Group[],
  services: ReadonlyMap<ServiceId, Service>,
  suspicions: ReadonlyMap<ServiceId, Suspicion>,
  now: number,
): Map<ServiceId, Explained> {
  const explained = new Map<ServiceId, Explained>();
  const blocks = new Map<ServiceId, ServiceId[]>();
  for (const { identity } of ordered) {
    const service = services.get(identity.id);
    if (!service) continue;
    const open = isClear(service.verdict) || service.verdict.code === 'log-errors';
    const suspicion = open ? suspicions.get(service.id) : undefined;
    noteNeeds(service, suspicion, services, explained);
    noteRestart(service, services, explained);
    if (!suspicion && !SYMPTOMS.has(service.verdict.code)) continue;
    const causes = causesOf(service, services, suspicion);
    const result =
      resultFor(service, causes, services, suspicion) ??
      reachedAgain(service, services, suspicion) ??
      recoveryOf(service, services, now);
    if (result) explained.set(service.id, { ...explained.get(service.id), ...result });
    for (const { serviceId } of causes) {
      const list = blocks.get(serviceId);
      if (list) list.push(service.id);
      else blocks.set(serviceId, [service.id]);
    }
  }
  for (const [id, list] of blocks) explained.set(id, { ...explained.get(id), blocks: list });
  return explained;
}

function noteNeeds(
  service: Service,
  suspicion: Suspicion | undefined,
  services: ReadonlyMap<ServiceId, Service>,
  explained: Map<ServiceId, Explained>,
): void {
  const needs = suspicion ? [] : downNeeds(service, services);
  if (needs.length > 0) explained.set(service.id, { needs });
}

/** It may hold connections or keys from the dependency's earlier run; nothing is wrong so far. */
function noteRestart(
  service: Service,
  services: ReadonlyMap<ServiceId, Service>,
  explained: Map<ServiceId, Explained>,
): void {
  const missed = service.verdict.level === 'ok' && !service.job ? missedRestart(service, services) : undefined;
  if (missed === undefined) return;
  const noted = { ...service.verdict, reason: `${service.verdict.reason}; ${missed}` };
  explained.set(service.id, { ...explained.get(service.id), verdict: noted });
}

/** The missing dependencies of a healthy service: it may not have noticed yet, and should not look entirely healthy. */
function downNeeds({ verdict, job, dependsOn }: Service, services: ReadonlyMap<ServiceId, Service>): string[] {
  if (verdict.level !== 'ok' || job) return [];
  return dependsOn.flatMap(({ serviceId }) => {
    const needed = serviceId && services.get(serviceId);
    return needed && !needed.job && needed.verdict.level === 'down' ? needed.name : [];
  });
}

/** A refused connection: the times of its last and first lines. */
export type Suspicion = { words: string; at: number; since: number; link?: Dependency };

function resultFor(
  service: Service,
  causes: readonly Cause[],
  services: ReadonlyMap<ServiceId, Service>,
  suspicion: Suspicion | undefined,
): Explained | undefined {
  const [cause, ...otherCauses] = causes;
  if (!cause) {
    const race = startRace(service, services);
    return race ? { verdict: { ...service.verdict, reason: `${service.verdict.reason}; ${race}` } } : undefined;
  }
  const by = services.get(cause.serviceId);
  return {
    verdict: explainedVerdict(service, by, suspicion),
    cause,
    ...(otherCauses.length > 0 ? { otherCauses } : {}),
  };
}

/** Its log reported a host that has been restarted since, and no newer line says that it cannot be reached. */
function reachedAgain(
  service: Service,
  services: ReadonlyMap<string, Service>,
  suspicion: Suspicion | undefined,
): Explained | undefined {
  const host = services.get(suspicion?.link?.serviceId ?? '');
  if (!suspicion || !host || service.verdict.code !== 'log-errors') return undefined;
  if (isTrouble(host.verdict) || !cameBackSince(host, suspicion)) return undefined;
  const code = service.health === 'healthy' ? 'healthy' : 'running';
  const reason = `${code}; could not reach ${host.name} until ${clockTime(suspicion.at)}, by its log`;
  return { verdict: verdict('ok', code, reason, service.startedAt) };
}

/** Problems that end by themselves, with the next probe or restart, once a dependency is back. */
const RECOVERING: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'unhealthy',
  'flapping',
  'probe-disagrees',
  'restart-loop',
  'restarting',
  'log-errors',
]);

/** How long after its dependency a service may take to recover (ms). */
const RECOVERY_MS = 2 * 60_000;

/** A dependency that was started a moment ago, after the problem began: its effects may not be over yet. */
function recoveryOf(service: Service, services: ReadonlyMap<ServiceId, Service>, now: number): Explained | undefined {
  const { code, since } = service.verdict;
  if (!RECOVERING.has(code) || since === undefined) return undefined;
  const back = service.dependsOn
    .flatMap(({ serviceId }) => (serviceId && services.get(serviceId)) ?? [])
    .find(({ startedAt = 0, verdict }) => !isTrouble(verdict) && startedAt > since && now < startedAt + RECOVERY_MS);
  if (!back) return undefined;
  return { recovering: { name: back.name, until: (back.startedAt ?? 0) + RECOVERY_MS } };
}

function explainedVerdict(service: Service, by: Service | undefined, suspicion: Suspicion | undefined): Verdict {
  const own = service.verdict;
  // By the name of the cause, since the wording of the log changes from line to line.
  if (suspicion)
    return verdict('degraded', 'log-errors', `up, but cannot reach ${by?.name ?? 'a host'}`, suspicion.since);
  if (own.code !== 'created' || !by) return own;
  if (isTrouble(by.verdict) && !(by.running > 0 && isClear(by.verdict)))
    return verdict('down', 'blocked', `not started: waiting for ${by.name} (${by.verdict.reason})`, own.since);
  const what = by.job ? 'to complete' : by.health === 'none' ? 'to start' : 'to be healthy';
  return verdict('starting', 'blocked', `waits for ${by.name} ${what}`, own.since);
}

type Step = { service: Service; link: Dependency; from?: Step };

/** The root causes of a service's problem, the worst and nearest first. */
function causesOf(start: Service, services: ReadonlyMap<ServiceId, Service>, suspicion?: Suspicion): Cause[] {
  const seen = new Set([start.id]);
  const reached: Step[] = [];
  const roots: Step[] = [];
  const visit = (service: Service, from?: Step): void => {
    let deeper = false;
    for (const link of linksOf(service, from ? undefined : suspicion)) {
      const next = link.serviceId && services.get(link.serviceId);
      if (!next || !hinders(service, link, next) || (!from && suspicion && cameBackSince(next, suspicion))) continue;
      deeper = true;
      if (seen.has(next.id)) continue;
      seen.add(next.id);
      reached.push({ service: next, link, ...(from ? { from } : {}) });
    }
    if (from && !deeper) roots.push(from);
  };
  visit(start);
  for (let index = 0; index < reached.length; index += 1) {
    const step = reached[index];
    if (step) visit(step.service, step);
  }
  const found = roots.length > 0 ? roots : earliestOfCycle(start, reached);
  return found
    .sort((a, b) => severity(b.service.verdict.level) - severity(a.service.verdict.level))
    .map((step) => ({ serviceId: step.service.id, name: step.service.name, signal: signalOf(start, step) }));
}

function linksOf(service: Service, suspicion: Suspicion | undefined): readonly Dependency[] {
  return suspicion?.link ? [...service.dependsOn, suspicion.link] : service.dependsOn;
}

/** All wait for each other: the first to fail explains the others and has no cause itself. */
function earliestOfCycle(start: Service, reached: readonly Step[]): Step[] {
  const before = (a: Service, b: Service): boolean => {
    const [left, right] = [a.verdict.since ?? Number.POSITIVE_INFINITY, b.verdict.since ?? Number.POSITIVE_INFINITY];
    return left === right ? a.id < b.id : left < right;
  };
  const first = reached.reduce<Step | undefined>(
    (best, step) => (best && before(best.service, step.service) ? best : step),
    undefined,
  );
  return first && before(first.service, start) ? [first] : [];
}

/** The log lines are older than the start of the dependency and say nothing about the time since. */
function cameBackSince({ running, startedAt = 0 }: Service, { at }: Suspicion): boolean {
  return running > 0 && at < startedAt;
}

/** The path from symptom to cause in words, and how much earlier the cause began. */
function signalOf(start: Service, step: Step): string {
  const links: string[] = [];
  for (let at: Step | undefined = step; at; at = at.from) links.unshift(linkWords(at.link));
  const mine = isTrouble(start.verdict) && start.verdict.code !== 'created' ? start.verdict.since : undefined;
  const theirs = step.service.verdict.since;
  const earlier = mine !== undefined && theirs !== undefined ? mine - theirs : 0;
  const timing = earlier >= 1000 && earlier < 10 * 60_000 ? `; ${duration(earlier)} earlier` : '';
  return `${links.join(', ')}${timing}`;
}

function linkWords(link: Dependency): string {
  if (link.signal === 'environment') return `environment ${link.via} names ${link.service}`;
  if (link.signal === 'log') return `its log names ${link.service}`;
  return `depends_on ${link.service} (${link.condition})`;
}

/**
 * It exited within a minute of a dependency's start without waiting for it to be healthy: started too early rather than broken. (Docker
 * starts such services together; without a restart policy it stays down.)
 */
function startRace(service: Service, services: ReadonlyMap<ServiceId, Service>): string | undefined {
  const ended = service.verdict.since;
  if (service.verdict.code !== 'exited' || service.job || ended === undefined) return undefined;
  const said = service.said?.text ?? '';
  // Prefer the dependency that its last lines name, if any.
  const named = service.dependsOn.filter((link) => said.includes(link.service));
  for (const link of [...named, ...service.dependsOn]) {
    const dependency = link.serviceId && services.get(link.serviceId);
    if (dependency?.verdict.level !== 'ok' || link.condition !== 'service_started') continue;
    const started = Math.max(0, ...dependency.containers.map((one) => one.detail?.startedAt ?? 0));
    const lead = ended - started;
    if (started > 0 && lead >= 0 && lead < 60_000) {
      return `${dependency.name} had started only ${duration(lead)} before: probably not ready yet (${linkWords(link)})`;
    }
  }
  return undefined;
}
