import { age, duration } from '../../format.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import { fit, safe } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';

/** Every endpoint with its state, last scrape, duration, samples and error; guesses that never answered are left out. */
export function listedEndpoints(statuses: readonly EndpointStatus[]): readonly EndpointStatus[] {
  return statuses.filter(({ endpoint, lastScrape }) => !endpoint.guess || lastScrape !== undefined);
}

/** The list, scrolled to the selected one. */
export function endpointRows(
  statuses: readonly EndpointStatus[],
  selected: number,
  { width, height, now, theme }: { width: number; height: number; now: number; theme: Theme },
): string[] {
  if (statuses.length === 0) return [theme.paint('dim', ' no endpoint was found')];
  const names = Math.max(12, Math.min(30, Math.floor(width * 0.25)));
  const row = (
    cells: readonly [name: string, state: string, scraped: string, took: string, samples: string, url: string],
  ) =>
    fit(
      ` ${fit(cells[0], names)} ${fit(cells[1], 7)} ${fit(cells[2], 8, 'right')} ${fit(cells[3], 6, 'right')} ${fit(cells[4], 7, 'right')}  ${cells[5]}`,
      width,
      'left',
      theme.glyph('ellipsis'),
    );
  const page = Math.max(1, height - 1);
  const at = Math.min(selected, statuses.length - 1);
  const top = Math.max(0, Math.min(at - (page >> 1), statuses.length - page));
  const rows = statuses.slice(top, top + page).map((status, index) => {
    const { endpoint, state, lastScrape, samples } = status;
    const scraped = lastScrape === undefined ? '-' : age(now - lastScrape);
    const took = status.duration === undefined ? '-' : duration(status.duration);
    const where = state === 'down' ? (status.error ?? 'down') : `${endpoint.url} (${endpoint.origin})`;
    const text = row([safe(endpoint.name), state, scraped, took, String(samples), safe(where)]);
    return theme.paint(top + index === at ? 'cursor' : state === 'down' ? 'bad' : 'plain', text);
  });
  return [theme.paint('dim', row(['ENDPOINT', 'STATE', 'SCRAPED', 'TOOK', 'SAMPLES', 'WHERE'])), ...rows];
}
