import { findingIn } from '../desk/findings.ts';
import type { Desk, Service } from '../desk/model.ts';
import type { DeskState, TimelineEntry } from '../desk/state.ts';
import type { Store } from '../desk/store.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { Engine } from '../engine/engine.ts';
import { LastLinesReader } from '../engine/watch/last-lines-reader.ts';
import { Sampler } from '../engine/watch/sampler.ts';
import type { Clock } from '../lib/clock.ts';
import { duration } from '../lib/format.ts';
import { type ProbeReport, Prober } from '../probes/prober.ts';
import type { Settings } from '../settings/schema.ts';
import { linesReadClosely, linesSwept, probedSooner, reachOf, targetsOf, usageFollowed } from './collection-plan.ts';

/** What is read beside the engine's own facts, as the desk has need of it: own probes, last log lines. */
export type Collectors = {
  /** Containers on the screen, whose readings others make; those of the selected service are probed and read more often. */
  watch(visible: readonly string[], selected: readonly string[]): void;
  close(): void;
};

export type CollectorsOptions = {
  store: Store;
  clock: Clock;
  engine: Engine;
  endpoint: Endpoint;
  settings: Settings;
};

/** Follows the desk: what is probed and read changes with its services and their verdicts. */
export function startCollectors({ store, clock, engine, endpoint, settings }: CollectorsOptions): Collectors {
  let desk: Desk | undefined;
  let selected: readonly string[] = [];
  let visible: readonly string[] = [];
  let swept: ReadonlySet<string> = new Set();
  let connected = true;
  /** Since when the engine is lost, once it was there. */
  let lostAt: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let cancelLook: (() => void) | undefined;
  const prober = new Prober({
    clock,
    emit(serviceId, probe, turned) {
      store.dispatch({ type: 'probe', serviceId, probe });
      const service = desk?.byId.get(serviceId);
      if (turned && service) note(probeEntry(service, probe, turned));
    },
  });
  const reader = new LastLinesReader({
    engine,
    clock,
    emit(message) {
      // Of a container that is well so far only a finding is worth keeping, or that there is none any more.
      const telling = !swept.has(message.id) || findingIn(message) || store.get().lines.has(message.id);
      if (telling) store.dispatch(message);
    },
  });
  const sampler = new Sampler({
    engine,
    clock,
    emit: (message) => store.dispatch(message),
    seconds: QUIET_SECONDS,
    parallel: 1,
  });

  function note(entry: TimelineEntry): void {
    store.dispatch({ type: 'note', entry });
  }

  function connection({ connection: now, lastUpdateAt }: DeskState): void {
    const ready = now.state === 'ready';
    if (now.state === 'lost' && lostAt === undefined && lastUpdateAt !== undefined) {
      lostAt = now.since;
      note({ at: now.since, kind: 'connection', level: 'bad', text: `engine lost: ${now.why.message}` });
    }
    if (ready && lostAt !== undefined) {
      const text = `engine back after ${duration(now.since - lostAt)}`;
      lostAt = undefined;
      note({ at: now.since, kind: 'connection', level: 'good', text });
    }
    if (ready === connected) return;
    connected = ready;
    for (const feeder of [prober, reader, sampler]) {
      if (ready) feeder.resume();
      else feeder.pause();
    }
  }

  /** Something was told. What follows from it costs as much as there are containers, so it is seen to by the second. */
  function told(): void {
    const state = store.seen();
    connection(state);
    // Suspicions of load change with readings that make no new desk.
    const looked = clock.now() - lookedAt;
    if (store.deskOf(state) !== desk || looked >= SUSPECT_MS) lookIn(LOOK_MS - looked);
  }

  function lookIn(ms: number): void {
    cancelLook ??= clock.after(Math.max(0, ms), look);
  }

  function look(): void {
    cancelLook = undefined;
    lookedAt = clock.now();
    const state = store.seen();
    const next = store.deskOf(state);
    if (next !== desk) prober.set(targetsOf(next, reachOf(endpoint, state), settings.services));
    desk = next;
    prober.hurry(probedSooner(next, selected));
    const closely = linesReadClosely(next, state, selected);
    const sweep = linesSwept(state, closely);
    swept = new Set(sweep.map(({ id }) => id));
    reader.want([...closely, ...sweep]);
    sampler.watch(usageFollowed(state, visible));
  }

  const end = store.subscribe(told);
  told();
  return {
    watch(shown, ids) {
      if (ids.join() === selected.join() && shown.join() === visible.join()) return;
      [visible, selected] = [shown, ids];
      lookIn(STAY_MS);
    },
    close() {
      end();
      cancelLook?.();
      prober.stop();
      reader.stop();
      sampler.stop();
    },
  };
}

/** Between two looks at the desk. */
const LOOK_MS = 1_000;
/** A cursor that runs over services has nothing read for them before it has stayed for so long (ms). */
const STAY_MS = 150;
/** How often readings of resources are looked through for suspicious ones (ms). */
const SUSPECT_MS = 5_000;
/** Between two readings of a container that is followed unseen. */
const QUIET_SECONDS = 20;

function probeEntry({ id, name }: Service, probe: ProbeReport, turned: 'bad' | 'good'): TimelineEntry {
  const { at, url, error, status, latencyMs } = probe;
  const took = latencyMs === undefined ? '' : ` in ${duration(latencyMs)}`;
  const said = error ?? (status === undefined ? `answers${took}` : `HTTP ${status}${took}`);
  const text =
    turned === 'bad' ? `${name} own probe: ${url}: ${said}` : `${name} own probe is well again: ${url}: ${said}`;
  return { at, kind: 'health', serviceId: id, level: turned, text };
}
