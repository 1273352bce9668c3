import type { Desk } from '../desk/model.ts';
import type { DeskState, TimelineEntry } from '../desk/state.ts';
import { duration } from '../lib/format.ts';
import type { ContainerId } from '../lib/ids.ts';
import type { CollectorDeps } from './collectors/collector.ts';
import { collectLines } from './collectors/lines.ts';
import { collectProbes } from './collectors/probes.ts';
import { collectUsage } from './collectors/usage.ts';
import { verdictNotes } from './verdict-notes.ts';

/** What is read beside the engine's own facts, as the desk has need of it: own probes, last log lines, unseen load. */
export type Collectors = {
  /** Containers on the screen, whose readings others make; those of the selected service are probed and read more often. */
  watch(visible: readonly ContainerId[], selected: readonly ContainerId[]): void;
  close(): void;
};

/** Between two looks at the desk (ms). */
const LOOK_MS = 1_000;
/** A cursor that runs over services has nothing read for them before it has stayed for so long (ms). */
const STAY_MS = 150;
/** How often readings of resources are looked through for suspicious ones (ms). */
const SUSPECT_MS = 5_000;

/** Follows the desk: what is probed and read changes with its services and their verdicts. */
export function startCollectors(deps: CollectorDeps): Collectors {
  const { store, clock } = deps;
  const collectors = [collectProbes(deps), collectLines(deps), collectUsage(deps)];
  const noted = connectionNotes();
  let desk: Desk | undefined;
  let looked: { visible: readonly ContainerId[]; selected: readonly ContainerId[] } = { visible: [], selected: [] };
  let connected = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let cancelLook: (() => void) | undefined;

  function connection(state: DeskState): void {
    const entry = noted(state);
    if (entry) store.dispatch({ type: 'note', entry });
    const ready = state.connection.state === 'ready';
    if (ready === connected) return;
    connected = ready;
    for (const collector of collectors) {
      if (ready) collector.resume();
      else collector.pause();
    }
  }

  /** What follows from a change costs as much as there are containers, so it is seen to by the second. */
  function changed(): void {
    const state = store.seen();
    connection(state);
    // Suspicions of load change with readings that make no new desk.
    const ago = clock.now() - lookedAt;
    if (store.deskOf(state) !== desk || ago >= SUSPECT_MS) lookIn(LOOK_MS - ago);
  }

  const notesOf = verdictNotes();

  function lookIn(ms: number): void {
    cancelLook ??= clock.after(Math.max(0, ms), look);
  }

  function look(): void {
    cancelLook = undefined;
    lookedAt = clock.now();
    const state = store.seen();
    desk = store.deskOf(state);
    const notes = state.connection.state === 'ready' ? notesOf(desk, clock.now()) : [];
    if (notes.length > 0) store.dispatch(...notes.map((entry) => ({ type: 'note' as const, entry })));
    for (const collector of collectors) collector.follow({ state, desk, ...looked });
  }

  const end = store.subscribe(changed);
  changed();
  return {
    watch(visible, selected) {
      if (selected.join() === looked.selected.join() && visible.join() === looked.visible.join()) return;
      looked = { visible, selected };
      lookIn(STAY_MS);
    },
    close() {
      end();
      cancelLook?.();
      for (const collector of collectors) collector.stop();
    },
  };
}

/** Notes for the timeline that an engine which was there is lost, and that it is back. */
function connectionNotes(): (state: DeskState) => TimelineEntry | undefined {
  let lostAt: number | undefined;
  return ({ connection, lastUpdateAt }) => {
    if (connection.state === 'lost' && lostAt === undefined && lastUpdateAt !== undefined) {
      lostAt = connection.since;
      const text = `engine lost: ${connection.why.message}`;
      return { at: connection.since, kind: 'connection', level: 'bad', text };
    }
    if (connection.state !== 'ready' || lostAt === undefined) return undefined;
    const text = `engine back after ${duration(connection.since - lostAt)}`;
    lostAt = undefined;
    return { at: connection.since, kind: 'connection', level: 'good', text };
  };
}
