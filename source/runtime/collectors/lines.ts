import { findingIn } from '../../desk/findings.ts';
import { LastLinesReader } from '../../engine/watch/last-lines-reader.ts';
import type { ContainerId } from '../../lib/ids.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { linesReadClosely, linesSwept } from './plan.ts';

/** Reads the last log lines of what is in trouble or looked at, and now and then those of the rest. */
export function collectLines({ store, clock, engine }: CollectorDeps): Collector {
  let swept: ReadonlySet<ContainerId> = new Set();
  const reader = new LastLinesReader({
    engine,
    clock,
    emit(message) {
      // Of a container that is well so far only a finding is worth keeping, or that there is none any more.
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
