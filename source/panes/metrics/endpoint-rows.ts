import { age, duration } from '../../lib/format.ts';
import { displayText } from '../../lib/secrets.ts';
import type { UnmatchedTarget } from '../../metrics/servers.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import { type Column, type ListSize, listHead, listRows } from './list-rows.ts';
import { brokenText } from './metric-rows.ts';

/** An endpoint, or a Prometheus server's target that is not scraped from here. */
export type ListedEndpoint =
  | { status: EndpointStatus; unmatched?: undefined }
  | { status?: undefined; unmatched: UnmatchedTarget };

/** Every endpoint, and the unmatched targets; guesses that never answered are left out. */
export function listedEndpoints(
  statuses: readonly EndpointStatus[],
  unmatched: readonly UnmatchedTarget[],
): readonly ListedEndpoint[] {
  const known = statuses.filter(({ endpoint, lastScrape }) => !endpoint.guess || lastScrape !== undefined);
  return [...known.map((status) => ({ status })), ...unmatched.map((unmatched) => ({ unmatched }))];
}

/** Each with its state, last scrape, duration, samples and error; scrolled to the selected one. */
export function endpointRows(
  listed: readonly ListedEndpoint[],
  selected: number,
  size: ListSize & { now: number },
): string[] {
  const { width, now, theme } = size;
  if (listed.length === 0) return [theme.paint('dim', ' no endpoint was found')];
  const columns: readonly Column[] = [
    { name: 'ENDPOINT', cells: Math.max(12, Math.min(30, Math.floor(width * 0.25))) },
    { name: 'STATE', cells: 7 },
    { name: 'SCRAPED', cells: 7, align: 'right' },
    { name: 'TOOK', cells: 5, align: 'right' },
    { name: 'SAMPLES', cells: 7, align: 'right' },
  ];
  const rows = listed.map(({ status, unmatched }) =>
    status
      ? { cells: statusCells(status, now), tone: status.state === 'down' ? ('bad' as const) : ('plain' as const) }
      : { cells: unmatchedCells(unmatched), tone: 'dim' as const },
  );
  return [listHead(columns, 'WHERE', size), ...listRows(columns, rows, selected, size)];
}

function statusCells(status: EndpointStatus, now: number): string[] {
  const { name, url, origin, inside, scrapedBy } = status.endpoint;
  const { state, lastScrape, samples, duration: took, error, notes } = status;
  const broken = brokenText(status);
  const place = url === '' ? `port ${inside?.port} by exec` : url;
  const known = scrapedBy === undefined ? origin : `${origin}, target ${scrapedBy.job}`;
  return [
    displayText(name),
    state,
    lastScrape === undefined ? '-' : age(now - lastScrape),
    took === undefined ? '-' : duration(took),
    String(samples),
    displayText(
      state === 'down' ? (error ?? 'down') : [`${place} (${known})`, ...notes, broken].filter(Boolean).join('; '),
    ),
  ];
}

function unmatchedCells({ server, job, url, why }: UnmatchedTarget): string[] {
  return [displayText(job), 'skipped', '-', '-', '-', displayText(`${why}: ${url}, target of ${server}`)];
}
