import { Sampler } from '../../engine/watch/sampler.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { usageFollowed } from './plan.ts';

/** Between two readings of a container that is followed unseen. */
const QUIET_SECONDS = 20;

/** Samples what nobody looks at and whose load is suspicious; what is on the screen others sample. */
export function collectUsage({ store, clock, engine }: CollectorDeps): Collector {
  const sampler = new Sampler({
    engine,
    clock,
    emit: (message) => store.dispatch(message),
    seconds: QUIET_SECONDS,
    parallel: 1,
  });
  return {
    follow: ({ state, visible }) => sampler.watch(usageFollowed(state, visible)),
    pause: () => sampler.pause(),
    resume: () => sampler.resume(),
    stop: () => sampler.stop(),
  };
}
