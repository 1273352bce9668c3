import { hash } from '../world/random.ts';

/**
 * The trading engine's metrics as a function of the work done since its start: counters only grow, the log and the
 * metrics agree, and the numbers of a stalled engine do not change.
 */

/** Events that the engine has processed; about 96 per second, more in some minutes than in others. */
export function eventsAfter(work: number): number {
  return Math.floor(0.096 * (work + wave(work, 90_000, 0.35) + wave(work, 1_300_000, 0.2)));
}

/** Integral of depth·sin over the work, never steeper than 1: keeps a counter growing. */
function wave(work: number, period: number, depth: number): number {
  const omega = (2 * Math.PI) / period;
  return (depth / omega) * (1 - Math.cos(omega * work));
}

export type Figures = { events: number; orders: number; fills: number; position: number; pnl: number };

/** `seed` makes engines differ from each other. |position| stays within its risk limit of 50. */
export function figuresAfter(work: number, seed: string): Figures {
  const phase = hash(seed, 'market') % 1000;
  const events = eventsAfter(work);
  const orders = Math.floor(events * 0.051);
  const minutes = work / 60_000;
  const position = Math.round(
    19 * Math.sin(minutes / 3.1 + phase) + 11 * Math.sin(minutes / 0.83 + 2 * phase) + 5 * Math.sin(minutes * 3.7),
  );
  const pnl =
    1.9 * minutes + 210 * Math.sin(minutes / 41 + phase) + 34 * Math.sin(minutes / 2.3) + 6 * Math.sin(minutes * 5.1);
  return { events, orders, fills: Math.floor(orders * 0.806), position, pnl: Math.round(pnl * 4) / 4 };
}

export type Histogram = { sum: number; count: number; buckets: readonly number[] };

/** 100·2^k ns, k = 0…19. */
export const BOUNDS: readonly number[] = Array.from({ length: 20 }, (_, k) => 100 * 2 ** k);

/**
 * A latency histogram after `count` observations: a log-normal around `median` ns, mixed at times with a slower one
 * (so that quantiles move). Cumulative counts, +Inf last.
 */
export function latencies(count: number, median: number, spread: number): Histogram {
  const slow = Math.floor(0.06 * (count + wave(count, 9_000, 0.9)));
  const fast = count - slow;
  const below = (bound: number): number =>
    Math.floor(fast * logNormal(bound, median, spread)) +
    Math.floor(slow * logNormal(bound, median * 1.45, spread * 1.4));
  const mean = Math.exp(spread ** 2 / 2) * median;
  const slowMean = Math.exp((spread * 1.4) ** 2 / 2) * median * 1.45;
  return { sum: Math.round(fast * mean + slow * slowMean), count, buckets: [...BOUNDS.map(below), count] };
}

/** Share of a log-normal distribution below `x`. */
function logNormal(x: number, median: number, spread: number): number {
  return normal(Math.log(x / median) / spread);
}

/** The normal distribution's integral (logistic approximation, off by less than 0.0002: Bowling et al. 2009). */
function normal(z: number): number {
  return 1 / (1 + Math.exp(-0.07056 * z ** 3 - 1.5976 * z));
}
