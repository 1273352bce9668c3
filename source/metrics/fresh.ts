import type { EndpointStatus } from '../prometheus/scraper.ts';

/** Scrapes that may be missed before a number counts as old. */
const MISSED = 3;

/** Whether an endpoint's numbers are older than a few scrapes. */
export function isOld({ lastScrape }: EndpointStatus, intervalMs: number, now: number): boolean {
  return lastScrape !== undefined && now - lastScrape > MISSED * intervalMs;
}
