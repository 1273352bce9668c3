import type { ContainerFacts } from '../engine/facts.ts';
import { plural } from '../lib/format.ts';
import type { Incident, Service } from './model.ts';
import type { ContainerMemory, DeskState } from './state.ts';
import { mayEndWithEngine } from './verdict.ts';
import { WINDOW } from './window.ts';

/**
 * Problems that affect many services without any of them being the cause: the engine or the host was restarted, the disk is full. Pure;
 * times are ms since the epoch.
 */
export function incidentsOf(
  services: readonly Service[],
  state: Pick<DeskState, 'memory' | 'alerts' | 'engineLostAt'>,
): readonly Incident[] {
  const found = [engineRestart(services, state), fullDisk(services)].filter((incident) => incident !== undefined);
  return [...found, ...deskAlerts(services, state.alerts)];
}

/** Alerts of the stacks' own Prometheus that do not concern a service of the desk, critical ones first. */
function deskAlerts(services: readonly Service[], alerts: DeskState['alerts']): Incident[] {
  if (alerts.length === 0) return [];
  const ids = new Set(services.map(({ id }) => id));
  return alerts
    .filter(({ serviceId }) => serviceId === undefined || !ids.has(serviceId))
    .toSorted((a, b) => Number(b.level === 'critical') - Number(a.level === 'critical'))
    .map(({ text, since }) => ({
      kind: 'alert',
      reason: text,
      ...(since === undefined ? {} : { since }),
      services: [],
    }));
}

/** When the engine stops, its containers end within this time: it gives them ten seconds, and some wait for others. */
const STOP_MS = 30_000;

/**
 * Everything ended at once without a request, and restart policies started some again: the engine itself stopped. With live-restore some
 * containers keep running, and this does not apply.
 */
function engineRestart(
  services: readonly Service[],
  { memory, engineLostAt }: Pick<DeskState, 'memory' | 'engineLostAt'>,
): Incident | undefined {
  const asked = (facts: ContainerFacts) =>
    !mayEndWithEngine(facts.detail?.finishedAt ?? 0, engineLostAt) && wasAsked(memory.get(facts.id), facts);
  const withEnded = services.filter(({ job, containers }) => !job && containers.some(hasEnded));
  const left = membersOf(withEnded).filter(({ facts }) => hasEnded(facts) && !asked(facts));
  if (left.length === 0) return undefined;
  const last = Math.max(0, ...left.map(({ facts }) => facts.detail?.finishedAt ?? 0));
  const from = last - STOP_MS;
  const within = (facts: ContainerFacts) =>
    (facts.detail?.finishedAt ?? 0) >= from && (facts.detail?.finishedAt ?? 0) <= last + STOP_MS;
  const running = membersOf(services).filter(({ facts }) => facts.state === 'running' || facts.state === 'restarting');
  if (running.some(({ facts }) => facts.state === 'running' && (facts.detail?.startedAt ?? 0) < from)) return undefined;
  // Without a restart policy an operator started it again, not the engine.
  const back = running.filter(
    ({ facts }) => within(facts) && !asked(facts) && isSupervised(facts) && !isLooping(facts),
  );
  const stayed = left.filter(({ facts }) => within(facts) && !failedAtOnce(facts));
  const killed = stayed.filter(({ facts }) => facts.exitCode === ENGINE_DIED).length;
  const sure = stayed.length + back.length >= 2 && (back.length > 0 || killed >= 2);
  if (stayed.length === 0 || !sure) return undefined;
  const ids = [...new Set(stayed.map(({ service }) => service.id))];
  const what = plural(ids.length, 'service');
  return {
    kind: 'engine-restart',
    reason: `the engine or the host was restarted: ${what} did not come back`,
    since: last,
    services: ids,
  };
}

function membersOf(services: readonly Service[]): { service: Service; facts: ContainerFacts }[] {
  return services.flatMap((service) => service.containers.map((facts) => ({ service, facts })));
}

/** The exit code that the engine records for a container that it finds dead at its start. */
const ENGINE_DIED = 255;

function isSupervised({ detail }: ContainerFacts): boolean {
  const policy = detail?.restartPolicy.name ?? '';
  return policy !== '' && policy !== 'no';
}

/** It exits repeatedly, so its exit at that time says nothing about the engine. */
function isLooping({ detail }: ContainerFacts): boolean {
  return (detail?.restartCount ?? 0) >= WINDOW.loopExits;
}

/** A run shorter than this that ended with its own exit code failed by itself (ms). */
const FAILED_RUN_MS = 10_000;

function failedAtOnce({ exitCode = 0, detail }: ContainerFacts): boolean {
  const { startedAt, finishedAt } = detail ?? {};
  const own = exitCode > 0 && exitCode < 125;
  return own && startedAt !== undefined && finishedAt !== undefined && finishedAt - startedAt < FAILED_RUN_MS;
}

/** Ended, and no restart policy brings it back. */
function hasEnded({ state, detail }: ContainerFacts): boolean {
  return state === 'exited' && detail?.finishedAt !== undefined;
}

function wasAsked(memory: ContainerMemory | undefined, { detail }: ContainerFacts): boolean {
  const finished = detail?.finishedAt ?? 0;
  return memory?.exits.some((exit) => exit.wanted && Math.abs(exit.at - finished) < 5000) === true;
}

/** Two volumes do not fill up at the same time: it is the host's disk. */
function fullDisk(services: readonly Service[]): Incident | undefined {
  const full = services.filter(
    ({ verdict }) => verdict.level !== 'ok' && /the disk is full|no space left/.test(verdict.reason),
  );
  if (full.length < 2) return undefined;
  const since = Math.min(...full.map(({ verdict }) => verdict.since ?? Number.POSITIVE_INFINITY));
  return {
    kind: 'disk-full',
    reason: `the disk of the host is full: ${full.length} services cannot write`,
    ...(Number.isFinite(since) ? { since } : {}),
    services: full.map(({ id }) => id),
  };
}

/** The service as part of an incident, with its own verdict corrected. */
export function inIncident(service: Service, { kind }: Incident): Service {
  const { verdict } = service;
  const reason =
    kind === 'engine-restart' ? verdict.reason.replace(BLAMED, 'ended with the engine or the host') : verdict.reason;
  return { ...service, incident: kind, verdict: { ...verdict, reason } };
}

const BLAMED =
  /exited by itself|killed: a stop that timed out or kill -9 \(its events were not seen\)|^(?:job )?stopped(?:; ignored the stop signal, killed after \d+s)?/;
