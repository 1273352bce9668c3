import { findingIn } from '../../desk/findings.ts';
import { LastLinesReader } from '../../engine/watch/last-lines-reader.ts';
import type { ContainerId } from '../../lib/ids.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { linesReadClosely, linesSwept } from './plan.ts';

/** Reads the last log lines of containers with problems or on the screen, and occasionally of the others. */
export function collectLines({ store, clock, engine }: CollectorDeps): Collector {
  let swept: ReadonlySet<ContainerId> = new Set();
  const reader = new LastLinesReader({
    engine,
    clock,
    emit(message) {
      // For a healthy container only a finding, or its disappearance, is worth keeping.
      const relevant = !swept.has(message.id) || findingIn(message) || store.get().lines.has(message.id);
      if (relevant) store.dispatch(message);
    },
  });
  return {
    follow({ desk, state, selected }) {
      const closely = linesReadClosely(desk, state, selected);
      const sweep = linesSwept(state, closely);
      swept = new Set(sweep.map(({ id }) => id));
      reader.want([...closely, ...sweep]);
    },
    pause: () => reader.pause(),
    resume: () => reader.resume(),
    stop: () => reader.stop(),
  };
}
