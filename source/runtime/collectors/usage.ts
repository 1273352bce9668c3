import { Sampler } from '../../engine/watch/sampler.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { usageFollowed } from './plan.ts';

/** Interval of readings of an invisible container. */
const QUIET_SECONDS = 20;

/** Samples invisible containers with suspicious usage; visible ones are sampled elsewhere. */
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
