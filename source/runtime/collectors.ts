import type { Desk } from '../desk/model.ts';
import type { DeskState, TimelineEntry } from '../desk/state.ts';
import { duration } from '../lib/format.ts';
import type { ContainerId } from '../lib/ids.ts';
import type { CollectorDeps } from './collectors/collector.ts';
import { collectDrift } from './collectors/drift.ts';
import { collectLines } from './collectors/lines.ts';
import { collectProbes } from './collectors/probes.ts';
import { collectUsage } from './collectors/usage.ts';
import { verdictNotes } from './verdict-notes.ts';

/** Collects what the desk needs beyond the engine's facts: probes, last log lines, usage of invisible containers. */
export type Collectors = {
  /** Containers on the screen, which are sampled elsewhere; those of the selected service are probed and read more often. */
  watch(visible: readonly ContainerId[], selected: readonly ContainerId[]): void;
  close(): void;
};

/** Least interval between checks of the desk (ms), and how many times longer than a check it is at least: thousands of services take long. */
const LOOK_MS = 1_000;
const LOOK_SPACING = 100;
/** How long (ms) the cursor must stay on a service before anything is read for it. */
const STAY_MS = 150;
/** How often usage readings are checked for suspicious ones (ms). */
const SUSPECT_MS = 5_000;

/** Follows the desk: services and verdicts decide what is probed and read. */
export function startCollectors(deps: CollectorDeps): Collectors {
  const { store, clock } = deps;
  const collectors = [collectProbes(deps), collectLines(deps), collectUsage(deps), collectDrift(deps)];
  const noted = connectionNotes();
  let desk: Desk | undefined;
  let looked: { visible: readonly ContainerId[]; selected: readonly ContainerId[] } = { visible: [], selected: [] };
  let connected = true;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let lookTook = 0;
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

  /** Handling a change costs time proportional to all containers, so it is done once per second at most. */
  function changed(): void {
    const state = store.seen();
    connection(state);
    // Suspicious usage changes with readings that do not change the desk.
    const ago = clock.now() - lookedAt;
    if (store.deskOf(state) !== desk || ago >= SUSPECT_MS) lookIn(Math.max(LOOK_MS, LOOK_SPACING * lookTook) - ago);
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
    lookTook = clock.now() - lookedAt;
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

/** Notes for the timeline when the engine is lost and when it is back. */
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
