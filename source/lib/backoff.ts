/** First and longest wait, in milliseconds. */
const BACKOFF = { first: 500, most: 15_000 };

/**
 * The wait before the next try, in milliseconds: doubles with every failed attempt (1, 2, 3 …) up to `most`, then spread over
 * 75–100 % of that by `random` (0–1), so that many consoles do not reconnect to a restarted engine at the same moment.
 */
export function backoff(attempt: number, random: number, { first, most } = BACKOFF): number {
  const full = Math.min(most, first * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(full * (0.75 + 0.25 * random));
}
