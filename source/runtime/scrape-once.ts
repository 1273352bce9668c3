import { asReached } from '../desk/namespaces.ts';
import type { DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { Engine, EngineExec } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { Clock } from '../lib/clock.ts';
import { execThrough } from '../metrics/exec-in-container.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { discoverEndpoints } from '../prometheus/endpoints.ts';
import { programFinder } from '../prometheus/programs.ts';
import { Scraper } from '../prometheus/scraper.ts';
import { transportOf } from '../prometheus/transport.ts';
import type { Settings } from '../settings/schema.ts';
import { reachOf } from './collectors/plan.ts';

export type ScrapeDeps = {
  settings: Settings;
  endpoint: Pick<Endpoint, 'target'>;
  engine: Engine & EngineExec;
  clock: Clock;
  signal: AbortSignal;
};

/** Scrapes the endpoints of these containers (default: of all) once. Ends when each has answered or failed, or on the signal. */
export async function scrapeOnce(
  state: DeskState,
  { settings, endpoint, engine, clock, signal }: ScrapeDeps,
  containers: readonly ContainerFacts[] = [...state.containers.values()],
): Promise<Scraper> {
  const { options, endpoints } = metricsOptions(settings);
  const inContainers = settings.metrics.exec ? execThrough(() => engine, clock) : undefined;
  const scraper = new Scraper({ ...options.scrape, clock, transport: transportOf(inContainers) });
  const programOf = programFinder((options.profiles ?? []).flatMap(({ program }) => program ?? []));
  const found = discoverEndpoints(asReached(state.containers.values()), {
    ...reachOf(endpoint, state),
    settings: endpoints,
    programOf,
  });
  const wanted = new Set<string>(containers.map(({ id }) => id));
  const chosen = found.filter(({ containerId }) => containerId !== undefined && wanted.has(containerId));
  const ids = chosen.map(({ id }) => id);
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (ids.every((id) => scraper.status(id)?.state !== 'waiting')) resolve();
  };
  scraper.subscribe(look);
  signal.addEventListener('abort', () => resolve(), { once: true });
  scraper.setEndpoints(chosen);
  scraper.watch(ids);
  look();
  await promise;
  scraper.stop();
  return scraper;
}
