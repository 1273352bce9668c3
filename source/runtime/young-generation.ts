import { setFlagsFromString } from 'node:v8';
import type { Clock } from '../lib/clock.ts';

/** Delay after the start (ms), which is faster while it may grow. */
const STARTED_MS = 1500;

/**
 * Stops V8's young generation from growing beyond its size after the start (16 MiB). During a flood of log lines it would grow to 128 MiB
 * and stay there without benefit: short-lived objects only need more frequent collections. V8 reads this flag whenever it would grow, so it
 * takes effect at once. The returned function cancels it.
 */
export function boundYoungGeneration(clock: Clock): () => void {
  return clock.after(STARTED_MS, () => setFlagsFromString('--semi-space-growth-factor=1'));
}
