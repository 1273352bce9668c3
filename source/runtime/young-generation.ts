import { setFlagsFromString } from 'node:v8';
import type { Clock } from '../lib/clock.ts';

/** After the start, which is quicker while it may grow (ms). */
const STARTED_MS = 1500;

/**
 * Lets V8's young generation grow no more than it has at the start (to 16 MiB). Beside a torrent of log lines it would go to 128 MiB and
 * stay there, for nothing: what is thrown away at once needs no more room, only a collection more often. V8 looks at this flag
 * whenever it would grow, so that it holds from then on. The returned function calls it off.
 */
export function boundYoungGeneration(clock: Clock): () => void {
  return clock.after(STARTED_MS, () => setFlagsFromString('--semi-space-growth-factor=1'));
}
