import { hostname } from 'node:os';
import { serviceName } from '../../desk/identity.ts';
import { wantsLines } from '../../desk/impact.ts';
import { isTrouble } from '../../desk/levels.ts';
import type { Desk } from '../../desk/model.ts';
import { asReached, borrowsNetwork } from '../../desk/namespaces.ts';
import { ownerOf } from '../../desk/owner.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import type { LinesRequest } from '../../engine/watch/last-lines-reader.ts';
import type { ContainerId, ServiceId } from '../../lib/ids.ts';
import { probeTargets, type Reach } from '../../probes/probe-targets.ts';
import type { OwnedTarget } from '../../probes/prober.ts';
import type { Settings } from '../../settings/schema.ts';

/** Decides what the desk needs beyond the engine's facts: what to probe, and whose lines and usage to read. Pure. */

/** How the engine's containers can be reached from here. */
export function reachOf(endpoint: Pick<Endpoint, 'target'>, { engine }: Pick<DeskState, 'engine'>): Reach {
  const { target } = endpoint;
  const guess = engine?.simulated === false;
  if (target.kind !== 'unix') {
    const local = /^(localhost|127\.|::1$)/.test(target.host);
    return { host: target.host, local, routable: false, guess };
  }
  // A socket may be forwarded from another machine, or belong to a virtual machine that forwards its published ports.
  const here = engine?.name === hostname();
  const forwarded = process.platform !== 'linux' || engine?.name === 'docker-desktop';
  const local = here || forwarded;
  const routable = here && process.platform === 'linux' && engine?.rootless === false;
  return { host: '127.0.0.1', local, routable, guess: guess && local };
}

/** All addresses to probe, by service; `services`: from the settings. */
export function targetsOf(desk: Desk, reach: Reach, services: Settings['services']): OwnedTarget[] {
  const reached = asReached(desk.services.flatMap(({ containers }) => containers));
  return reached.flatMap((container) => {
    const service = ownerOf(desk, container.id);
    if (!service) return [];
    const targets = probeTargets(container, reach, services[serviceName(service)]?.health);
    // What listens on the ports of a borrowed network may be its owner as well.
    const own = borrowsNetwork(container) ? targets.filter(({ guessed }) => !guessed) : targets;
    return own.map((target) => ({
      ...target,
      owner: service.id,
      startedAt: container.detail?.startedAt,
      timeoutMs: probeTimeout(container),
    }));
  });
}

/** The timeout of its health check, if that is shorter than the default. */
function probeTimeout({ detail }: ContainerFacts): number | undefined {
  const timeout = detail?.healthCheck?.timeout ?? 0;
  return timeout > 0 && timeout < LONGEST_MS ? timeout : undefined;
}

const LONGEST_MS = 3_000;

/** Services that are probed more often: those with problems or on the screen. */
export function probedSooner(desk: Desk, selected: readonly ContainerId[]): ServiceId[] {
  const troubled = desk.services.filter(({ verdict }) => isTrouble(verdict)).map(({ id }) => id);
  return [...troubled, ...selected.flatMap((id) => desk.ownerOf.get(id) ?? [])];
}

/** Most containers whose lines are followed closely, and those of the sweep. */
const MOST_READ = 40;
const MOST_SWEPT = 500;
/** Interval of close readings, and of the sweep (ms). */
const AGAIN_MS = 30_000;
const SWEEP_MS = 2_000;
/** Delay between first readings of the sweep (ms), so that existing problems are found soon. */
const FIRST_MS = 300;
/** Problems for which the log of the previous run is more useful than that of the current one. */
const ENDED_BEFORE = new Set<string>(['restart-loop', 'restarting', 'restarted', 'oom-killed']);

/**
 * Containers whose last lines are read closely: of the selected service, of services with problems and their dependents, and suspicious
 * ones.
 */
export function linesReadClosely(desk: Desk, state: DeskState, selected: readonly ContainerId[]): LinesRequest[] {
  const suspicious = [...state.containers.values()].filter((facts) => isSuspicious(facts, state));
  const looked = selected.flatMap((id) => state.containers.get(id) ?? []).filter((facts) => facts.state !== 'created');
  const all = new Set([...looked, ...wantsLines(desk), ...suspicious]);
  return [...all].slice(0, MOST_READ).map((facts) => {
    const running = facts.state === 'running';
    const service = ownerOf(desk, facts.id);
    const whole = !running || ENDED_BEFORE.has(service?.verdict.code ?? '');
    return { ...linesOf(facts, whole), ...(running ? { again: AGAIN_MS } : {}) };
  });
}

/**
 * All other running containers in turn, so that problems shown only in logs (exhausted threads, a full disk) are found.
 */
export function linesSwept({ containers }: DeskState, closely: readonly LinesRequest[]): LinesRequest[] {
  const read = new Set(closely.map(({ id }) => id));
  const rest = [...containers.values()].filter(
    ({ id, state, detail }) => state === 'running' && detail && !read.has(id),
  );
  const again = Math.max(60_000, rest.length * SWEEP_MS);
  return rest.slice(0, MOST_SWEPT).map((facts, index) => {
    const lines = linesOf(facts, false);
    // What is not kept now is read again once it is read closely.
    return { ...lines, run: `swept ${lines.run}`, again, delay: index * FIRST_MS };
  });
}

/** `whole`: lines of earlier runs too. */
function linesOf({ id, state, detail }: ContainerFacts, whole: boolean): LinesRequest {
  const { startedAt, finishedAt, tty = false } = detail ?? {};
  const run = `${state === 'running'} ${startedAt} ${finishedAt} ${whole}`;
  return { id, tty, run, ...(whole ? {} : { since: startedAt }) };
}

/** Number of processes and threads from which a container may run out of them. */
const MANY_PIDS = 256;

/** Running containers whose usage is suspicious, so that the log may explain it: many threads, memory at its limit, no network traffic. */
function isSuspicious({ id, state, detail }: ContainerFacts, { usage, usageSignals }: DeskState): boolean {
  if (state !== 'running') return false;
  const pids = usage.get(id)?.pids ?? 0;
  const most = Math.min(MANY_PIDS, 0.8 * (detail?.limits.pids ?? MANY_PIDS));
  const signs = usageSignals.get(id);
  return (
    pids >= most || signs?.memoryHigh === true || signs?.quietSince !== undefined || signs?.idleSince !== undefined
  );
}

const MOST_FOLLOWED = 50;

/**
 * Containers whose only sign of life is what they receive (no health check, no published port): their readings are followed
 * whether they are on the screen or not. The `visible` ones are sampled already.
 */
export function usageFollowed({ containers }: DeskState, visible: readonly ContainerId[]): ContainerId[] {
  const seen = new Set(visible);
  const silent = ({ id, state, health, ports }: ContainerFacts) =>
    state === 'running' && health === 'none' && !ports.some(({ host }) => host !== undefined) && !seen.has(id);
  return [...containers.values()]
    .filter(silent)
    .slice(0, MOST_FOLLOWED)
    .map(({ id }) => id);
}
