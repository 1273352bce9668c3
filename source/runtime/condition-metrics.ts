import type { ReadMetric } from '../actions/condition.ts';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskState } from '../desk/state.ts';
import { currentValues } from '../metrics/current-values.ts';
import { type ScrapeDeps, scrapeOnce } from './scrape-once.ts';

/** What the conditions of the settings need to know, for a command that follows no metrics. Without conditions nothing is asked. */
export async function readConditionMetrics(state: DeskState, deps: ScrapeDeps): Promise<ReadMetric> {
  if (deps.settings.conditions.length === 0) return () => ({ known: false, why: 'no condition asks for it' });
  const scraper = await scrapeOnce(state, deps);
  const desk = deriveDesk(state);
  return (metric, service) =>
    currentValues(scraper, metric, (service && desk.byId.get(service)?.containers) ?? [], deps.clock.now());
}
