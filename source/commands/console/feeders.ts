import { hostname } from 'node:os';
import type { Clock } from '../../clock.ts';
import { deriveDesk } from '../../desk/derive.ts';
import { wantsLines } from '../../desk/impact.ts';
import type { Desk, Service } from '../../desk/model.ts';
import type { DeskState, TimelineEntry } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import { isTrouble } from '../../desk/verdict.ts';
import type { Endpoint } from '../../engine/endpoint.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { LastLinesReader, type WantedLines } from '../../engine/last-lines-reader.ts';
import { probeTargets, type Reach } from '../../engine/probe-targets.ts';
import { type OwnedTarget, Prober, type Told } from '../../engine/prober.ts';
import { duration } from '../../format.ts';
import type { Settings } from '../../settings/schema.ts';

/** What is read beside the engine's own facts, as the desk has need of it: own probes, last log lines. */
export type Feeders = {
  /** Containers of the selected service: probed and read more often. */
  watch(selected: readonly string[]): void;
  close(): void;
};

export type FeedersOptions = {
  store: Store;
  clock: Clock;
  engine: Pick<Engine, 'logs'>;
  endpoint: Endpoint;
  settings: Settings;
};

/** Follows the desk: what is probed and read changes with its services and their verdicts. */
export function startFeeders({ store, clock, engine, endpoint, settings }: FeedersOptions): Feeders {
  let desk: Desk | undefined;
  let selected: readonly string[] = [];
  let connected = true;
  let lookedAt = 0;
  const prober = new Prober({
    clock,
    tell(serviceId, probe, turned) {
      store.dispatch({ type: 'probe', serviceId, probe });
      const service = desk?.byId.get(serviceId);
      if (turned && service) store.dispatch({ type: 'note', entry: probeEntry(service, probe, turned) });
    },
  });
  const reader = new LastLinesReader({ engine, clock, tell: (message) => store.dispatch(message) });

  function connection(state: DeskState): void {
    const ready = state.connection.state === 'ready';
    if (ready === connected) return;
    connected = ready;
    for (const feeder of [prober, reader]) {
      if (ready) feeder.resume();
      else feeder.pause();
    }
  }

  function look(): void {
    const state = store.seen();
    connection(state);
    const next = deriveDesk(state);
    // Suspicions of load change with readings that make no new desk.
    if (next === desk && clock.now() - lookedAt < SUSPECT_MS) return;
    lookedAt = clock.now();
    if (next !== desk) prober.set(targetsOf(next, reachOf(endpoint, state), settings));
    desk = next;
    prober.hurry(hurriedOf(next, selected));
    reader.want(wantedOf(next, state, selected));
  }

  const end = store.subscribe(look);
  look();
  return {
    watch(ids) {
      if (ids.join() === selected.join()) return;
      selected = ids;
      lookedAt = 0;
      look();
    },
    close() {
      end();
      prober.stop();
      reader.stop();
    },
  };
}

/** How often readings of resources are looked through for suspicious ones (ms). */
const SUSPECT_MS = 5_000;

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

/** All addresses to probe, by service. */
function targetsOf(desk: Desk, reach: Reach, settings: Settings): OwnedTarget[] {
  return desk.services.flatMap((service) => {
    const key = service.project === undefined ? service.name : `${service.project}/${service.name}`;
    const configured = settings.services[key]?.health;
    return service.containers.flatMap((container) =>
      probeTargets(container, reach, configured).map((target) => ({
        ...target,
        owner: service.id,
        startedAt: container.detail?.startedAt,
      })),
    );
  });
}

function hurriedOf(desk: Desk, selected: readonly string[]): string[] {
  const troubled = desk.services.filter(({ verdict }) => isTrouble(verdict)).map(({ id }) => id);
  return [...troubled, ...selected.flatMap((id) => desk.ownerOf.get(id) ?? [])];
}

/** Troubles in which what was said before the present run tells more than what is said in it. */
const ENDED_BEFORE = new Set<string>(['restart-loop', 'restarting', 'oom-killed']);

function wantedOf(desk: Desk, state: DeskState, selected: readonly string[]): WantedLines[] {
  const suspicious = [...state.containers.values()].filter((facts) => isSuspicious(facts, state));
  const looked = selected.flatMap((id) => state.containers.get(id) ?? []).filter((facts) => facts.state !== 'created');
  const all = new Set([...looked, ...wantsLines(desk), ...suspicious]);
  return [...all].slice(0, MOST_READ).map((facts) => {
    const { startedAt, finishedAt, tty = false } = facts.detail ?? {};
    const running = facts.state === 'running';
    const service = desk.byId.get(desk.ownerOf.get(facts.id) ?? '');
    const whole = !running || ENDED_BEFORE.has(service?.verdict.code ?? '');
    const run = `${running} ${startedAt} ${finishedAt} ${whole}`;
    return { id: facts.id, tty, run, again: running, ...(whole ? {} : { since: startedAt }) };
  });
}

/** Containers whose lines are read at once, at most. */
const MOST_READ = 40;
/** Processes and threads of a container from which on it may run out of them. */
const MANY_PIDS = 256;

/** Up, but its readings are such that its log may say why: many threads, memory at its limit, a network gone quiet. */
function isSuspicious({ id, state, detail }: ContainerFacts, { usage, vitals }: DeskState): boolean {
  if (state !== 'running') return false;
  const pids = usage.get(id)?.pids ?? 0;
  const most = Math.min(MANY_PIDS, 0.8 * (detail?.limits.pids ?? MANY_PIDS));
  const signs = vitals.get(id);
  return pids >= most || signs?.memoryHigh === true || signs?.quietSince !== undefined;
}

function probeEntry({ id, name }: Service, probe: Told, turned: 'bad' | 'good'): TimelineEntry {
  const { at, url, error, status, latencyMs } = probe;
  const took = latencyMs === undefined ? '' : ` in ${duration(latencyMs)}`;
  const said = error ?? (status === undefined ? `answers${took}` : `HTTP ${status}${took}`);
  const text =
    turned === 'bad' ? `${name} own probe: ${url}: ${said}` : `${name} own probe is well again: ${url}: ${said}`;
  return { at, kind: 'health', serviceId: id, level: turned, text };
}
