import { deriveDesk } from '../../desk/derive.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import type { Clock } from '../../lib/clock.ts';
import { matching } from '../../lib/glob.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText, safe } from '../../lib/text.ts';
import { seriesName } from '../../metrics/current-values.ts';
import type { Scraper } from '../../prometheus/scraper.ts';
import { takeSnapshot } from '../../runtime/snapshot.ts';
import { EXIT } from '../command-line.ts';
import { namedServices } from '../named-services.ts';

export type MetricsDeps = {
  engine: Engine;
  clock: Clock;
  /** Scrapes the endpoints of these containers once. */
  scrape(state: DeskState, containers: readonly ContainerFacts[]): Promise<Pick<Scraper, 'statuses' | 'history'>>;
  print(text: string): void;
  printError(text: string): void;
  signal: AbortSignal;
};

type Sample = { endpoint: string; series: string; value: number };

/**
 * `deskhand metrics SERVICE [NAME...]`: what its endpoints expose now, as Prometheus writes it. Exit status 0, 1 where there is no
 * such service or an endpoint does not answer, 3 where the engine cannot be reached, 64 without a service.
 */
export async function metrics(
  [service, ...patterns]: readonly string[],
  { json }: { json?: boolean },
  deps: MetricsDeps,
): Promise<number> {
  const { engine, clock, signal, printError } = deps;
  if (service === undefined) {
    printError('deskhand: Name a service. "deskhand services --quiet" lists them.\n');
    return EXIT.usage;
  }
  const state = await takeSnapshot(engine, clock, signal);
  if (state.connection.state === 'lost') throw state.connection.why;
  const named = namedServices(deriveDesk(state), [service]);
  if (typeof named === 'string') {
    printError(`deskhand: ${safe(named)}\n`);
    return 1;
  }
  const scraper = await deps.scrape(
    state,
    named.flatMap(({ containers }) => containers),
  );
  const failed = failures(scraper, service);
  for (const text of failed) printError(`deskhand: ${safe(text)}\n`);
  const samples = samplesOf(scraper, patterns);
  deps.print(json ? `${jsonText({ schema: 1, samples }, 2)}\n` : samples.map(lineOf).join(''));
  return failed.length > 0 || samples.length === 0 ? 1 : 0;
}

function failures(scraper: Pick<Scraper, 'statuses'>, service: string): string[] {
  const statuses = scraper.statuses();
  if (statuses.length === 0) return [`${service} has no metrics endpoint: set one with services.NAME.metrics.`];
  return statuses.flatMap(({ endpoint, state, error }) =>
    state === 'up' ? [] : [`${endpoint.name} does not answer${error === undefined ? '' : `: ${error}`}`],
  );
}

function samplesOf(scraper: Pick<Scraper, 'statuses' | 'history'>, patterns: readonly string[]): Sample[] {
  return scraper.statuses().flatMap(({ endpoint }) => {
    const page = scraper.history(endpoint.id)?.latest?.exposition;
    return (page?.series ?? []).flatMap(({ name, labels }, index) => {
      if (patterns.length > 0 && matching(patterns, [name]) === undefined) return [];
      const series = maskText(seriesName(name, labels));
      return [{ endpoint: endpoint.name, series, value: page?.values[index] ?? Number.NaN }];
    });
  });
}

function lineOf({ series, value }: Sample): string {
  return `${safe(series)} ${value}\n`;
}
