import type { Track } from './track.ts';

/**
 * The increase of a counter in the `window` ms up to `at`, by Prometheus' rules (promql/functions.go, extrapolatedRate): from the first to
 * the last sample in (at - window, at], a decrease counts as a reset to zero, extrapolated to the borders of the window if samples are near
 * them, but never to before the counter was zero. Undefined with fewer than two samples.
 */
export function increase(track: Track, at: number, window: number): number | undefined {
  const found = track.window(at - window, at);
  if (found === undefined) return undefined;
  const { first, end, gained, samples } = found;
  const sampled = end - first.time;
  const spacing = sampled / (samples - 1);
  const near = spacing * 1.1;
  let before = first.time - (at - window);
  let after = at - end;
  if (before >= near) before = spacing / 2;
  if (gained > 0 && first.value >= 0) before = Math.min(before, sampled * (first.value / gained));
  if (after >= near) after = spacing / 2;
  return gained * ((sampled + before + after) / sampled);
}

/** Steps of a coarse history that a window must span to have two samples in it. */
const STEPS = 2.5;

/** The window of a rate at `at`: wider if only a coarse history is left. */
export function widened(track: Track, at: number, window: number): number {
  return Math.max(window, STEPS * track.resolution(at - window));
}

/** `increase` per second over the window, widened if necessary. */
export function rate(track: Track, at: number, window: number): number | undefined {
  const span = widened(track, at, window);
  const gained = increase(track, at, span);
  return gained === undefined ? undefined : gained / (span / 1000);
}
