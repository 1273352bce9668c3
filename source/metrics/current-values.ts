import { hasProcess } from '../lib/container-state.ts';
import type { History } from '../prometheus/history.ts';
import type { EndpointStatus, Scraper } from '../prometheus/scraper.ts';

/** Greatest age of a metric that guards an action (ms). */
const TRUSTED_MS = 60_000;

/** The current values of a metric per series, or why they are unknown. */
export type CurrentValues =
  | { known: true; values: readonly { value: number; series: string }[] }
  | { known: false; why: string };

type Source = Pick<Scraper, 'statuses' | 'history'>;

/**
 * Every current series of a metric from every running container. Known only if each container exposes it on an answering endpoint with a
 * recent page. Series that are no longer on the page are not current.
 */
export function currentValues(
  scraper: Source,
  metric: string,
  containers: readonly { id: string; name: string; state: string }[],
  now: number,
): CurrentValues {
  const running = containers.filter(hasProcess);
  if (running.length === 0) return { known: false, why: 'none of its containers is running' };
  const all: { value: number; series: string }[] = [];
  for (const { id, name } of running) {
    const own = scraper.statuses().filter(({ endpoint }) => endpoint.containerId === id);
    const values = own.flatMap((status) => fresh(status, scraper.history(status.endpoint.id), metric, now));
    if (values.length === 0)
      return { known: false, why: own.map(whyNot(now)).find(Boolean) ?? silent(name, own, metric) };
    all.push(...values);
  }
  return { known: true, values: all };
}

function silent(name: string, own: readonly EndpointStatus[], metric: string): string {
  return own.length === 0 ? `${name} has no metrics endpoint that is read` : `${name} does not expose ${metric}`;
}

function whyNot(now: number): (status: EndpointStatus) => string | undefined {
  return ({ endpoint, state, error, lastScrape }) => {
    if (state === 'down') return `${endpoint.name} does not answer${error === undefined ? '' : ` (${error})`}`;
    if (state === 'waiting') return `${endpoint.name} has not been read yet`;
    return isFresh(lastScrape, now) ? undefined : `${endpoint.name} was last read too long ago`;
  };
}

function isFresh(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at < TRUSTED_MS;
}

function fresh(
  { state, lastScrape }: EndpointStatus,
  history: History | undefined,
  metric: string,
  now: number,
): { value: number; series: string }[] {
  const page = history?.latest?.exposition;
  if (state !== 'up' || page === undefined || !isFresh(lastScrape, now)) return [];
  return page.series.flatMap(({ name, labels }, index) =>
    name === metric ? [{ series: seriesName(name, labels), value: page.values[index] ?? Number.NaN }] : [],
  );
}

/** As the exposition writes it: pos{symbol="ETH"}. */
export function seriesName(name: string, labels: readonly string[]): string {
  const pairs: string[] = [];
  for (let at = 0; at + 1 < labels.length; at += 2) pairs.push(`${labels[at]}="${labels[at + 1]}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
