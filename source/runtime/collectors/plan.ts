import { hostname } from 'node:os';
import { serviceName } from '../../desk/identity.ts';
import { wantsLines } from '../../desk/impact.ts';
import { isTrouble } from '../../desk/levels.ts';
import type { Desk } from '../../desk/model.ts';
import { asReached, borrowsNetwork } from '../../desk/namespaces.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import type { LinesRequest } from '../../engine/watch/last-lines-reader.ts';
import { probeTargets, type Reach } from '../../probes/probe-targets.ts';
import type { OwnedTarget } from '../../probes/prober.ts';
import type { Settings } from '../../settings/schema.ts';

/** What the desk, as it is, has need of beside the engine's facts: what to probe, whose last lines and readings. Pure. */

/** How the engine's containers are reached from here. */
export function reachOf(endpoint: Pick<Endpoint, 'target'>, { engine }: Pick<DeskState, 'engine'>): Reach {
  const { target } = endpoint;
  const guess = engine?.simulated === false;
  if (target.kind !== 'unix') {
    const local = /^(localhost|127\.|::1$)/.test(target.host);
    return { host: target.host, local, routable: false, guess };
  }
  // A socket may be forwarded from another machine, or lead into a virtual machine that forwards its published ports.
  const here = engine?.name === hostname();
  const forwarded = process.platform !== 'linux' || engine?.name === 'docker-desktop';
  const local = here || forwarded;
  const routable = here && process.platform === 'linux' && engine?.rootless === false;
  return { host: '127.0.0.1', local, routable, guess: guess && local };
}

/** All addresses to probe, by service; `services` as the settings have them. */
export function targetsOf(desk: Desk, reach: Reach, services: Settings['services']): OwnedTarget[] {
  const reached = asReached(desk.services.flatMap(({ containers }) => containers));
  return reached.flatMap((container) => {
    const service = desk.byId.get(desk.ownerOf.get(container.id) ?? '');
    if (!service) return [];
    const targets = probeTargets(container, reach, services[serviceName(service)]?.health);
    // What listens on the ports of a borrowed network may be its owner as well.
    const own = borrowsNetwork(container) ? targets.filter(({ guessed }) => !guessed) : targets;
    return own.map((target) => ({
      ...target,
      owner: service.id,
      startedAt: container.detail?.startedAt,
      timeoutMs: patienceOf(container),
    }));
  });
}

/** As long as its health check waits, where that is less than usual. */
function patienceOf({ detail }: ContainerFacts): number | undefined {
  const timeout = detail?.healthCheck?.timeout ?? 0;
  return timeout > 0 && timeout < LONGEST_MS ? timeout : undefined;
}

const LONGEST_MS = 3_000;

/** Services that are probed more often: in trouble, or looked at. */
export function probedSooner(desk: Desk, selected: readonly string[]): string[] {
  const troubled = desk.services.filter(({ verdict }) => isTrouble(verdict)).map(({ id }) => id);
  return [...troubled, ...selected.flatMap((id) => desk.ownerOf.get(id) ?? [])];
}

/** Containers whose lines are followed closely, at most, and those of the sweep. */
const MOST_READ = 40;
const MOST_SWEPT = 500;
/** Between two readings of one that goes on writing, and between two readings of the sweep (ms). */
const AGAIN_MS = 30_000;
const SWEEP_MS = 2_000;
/** The first time they are read one so long after the other (ms): trouble that was there before is to be seen soon. */
const FIRST_MS = 300;
/** Troubles in which what was said before the present run tells more than what is said in it. */
const ENDED_BEFORE = new Set<string>(['restart-loop', 'restarting', 'restarted', 'oom-killed']);

/** Whose last lines are read closely: of the selected service, of those in trouble and what hangs on them, of suspicious ones. */
export function linesReadClosely(desk: Desk, state: DeskState, selected: readonly string[]): LinesRequest[] {
  const suspicious = [...state.containers.values()].filter((facts) => isSuspicious(facts, state));
  const looked = selected.flatMap((id) => state.containers.get(id) ?? []).filter((facts) => facts.state !== 'created');
  const all = new Set([...looked, ...wantsLines(desk), ...suspicious]);
  return [...all].slice(0, MOST_READ).map((facts) => {
    const running = facts.state === 'running';
    const service = desk.byId.get(desk.ownerOf.get(facts.id) ?? '');
    const whole = !running || ENDED_BEFORE.has(service?.verdict.code ?? '');
    return { ...linesOf(facts, whole), ...(running ? { again: AGAIN_MS } : {}) };
  });
}

/**
 * All other running containers, one after the other: what only the log tells (threads used up, a full disk) is found without
 * anybody looking.
 */
export function linesSwept({ containers }: DeskState, closely: readonly LinesRequest[]): LinesRequest[] {
  const read = new Set(closely.map(({ id }) => id));
  const rest = [...containers.values()].filter(
    ({ id, state, detail }) => state === 'running' && detail && !read.has(id),
  );
  const again = Math.max(60_000, rest.length * SWEEP_MS);
  return rest
    .slice(0, MOST_SWEPT)
    .map((facts, index) => ({ ...linesOf(facts, false), again, delay: index * FIRST_MS }));
}

/** `whole`: lines of earlier runs too. */
function linesOf({ id, state, detail }: ContainerFacts, whole: boolean): LinesRequest {
  const { startedAt, finishedAt, tty = false } = detail ?? {};
  const run = `${state === 'running'} ${startedAt} ${finishedAt} ${whole}`;
  return { id, tty, run, ...(whole ? {} : { since: startedAt }) };
}

/** Processes and threads of a container from which on it may run out of them. */
const MANY_PIDS = 256;

/** Up, but its readings are such that its log may say why: many threads, memory at its limit, a network gone quiet. */
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
 * whether they are on the screen or not. Those that are `visible` have theirs made already.
 */
export function usageFollowed({ containers }: DeskState, visible: readonly string[]): string[] {
  const seen = new Set(visible);
  const silent = ({ id, state, health, ports }: ContainerFacts) =>
    state === 'running' && health === 'none' && !ports.some(({ host }) => host !== undefined) && !seen.has(id);
  return [...containers.values()]
    .filter(silent)
    .slice(0, MOST_FOLLOWED)
    .map(({ id }) => id);
}
