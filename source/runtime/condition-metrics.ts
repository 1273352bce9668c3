import type { ReadMetric } from '../actions/condition.ts';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { Engine, EngineExec } from '../engine/engine.ts';
import type { Clock } from '../lib/clock.ts';
import { currentValues } from '../metrics/current-values.ts';
import { execThrough } from '../metrics/exec-in-container.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { discoverEndpoints } from '../prometheus/endpoints.ts';
import { programFinder } from '../prometheus/programs.ts';
import { Scraper } from '../prometheus/scraper.ts';
import { transportOf } from '../prometheus/transport.ts';
import type { Settings } from '../settings/schema.ts';
import { reachOf } from './collectors/plan.ts';

export type ConditionMetricsDeps = {
  settings: Settings;
  endpoint: Pick<Endpoint, 'target'>;
  engine: Engine & EngineExec;
  clock: Clock;
  signal: AbortSignal;
};

/**
 * What the conditions of the settings need to know, for a command that follows no metrics: every endpoint of the desk is scraped
 * once. Ends when all have answered or failed. Without conditions nothing is asked.
 */
export async function readConditionMetrics(state: DeskState, deps: ConditionMetricsDeps): Promise<ReadMetric> {
  const { settings, endpoint, engine, clock, signal } = deps;
  if (settings.conditions.length === 0) return () => ({ known: false, why: 'no condition asks for it' });
  const { options, endpoints } = metricsOptions(settings);
  const inContainers = settings.metrics.exec ? execThrough(() => engine, clock) : undefined;
  const scraper = new Scraper({ ...options.scrape, clock, transport: transportOf(inContainers) });
  const containers = [...state.containers.values()];
  const programOf = programFinder((options.profiles ?? []).flatMap(({ program }) => program ?? []));
  const found = discoverEndpoints(containers, { ...reachOf(endpoint, state), settings: endpoints, programOf });
  const ids = found.flatMap(({ id, containerId }) => (containerId === undefined ? [] : [id]));
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (ids.every((id) => scraper.status(id)?.state !== 'waiting')) resolve();
  };
  scraper.subscribe(look);
  signal.addEventListener('abort', () => resolve(), { once: true });
  scraper.setEndpoints(found.filter(({ id }) => ids.includes(id)));
  scraper.watch(ids);
  look();
  await promise;
  scraper.stop();
  const desk = deriveDesk(state);
  return (metric, service) =>
    currentValues(scraper, metric, desk.byId.get(service ?? '')?.containers ?? [], clock.now());
}
