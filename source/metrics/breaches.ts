import type { Beyond, TimelineEntry } from '../desk/state.ts';
import type { Store } from '../desk/store.ts';
import { clockTime } from '../lib/format.ts';
import type { ServiceId } from '../lib/ids.ts';
import { displayText } from '../lib/secrets.ts';
import { formatValue } from '../lib/value.ts';
import type { Board } from '../prometheus/board.ts';
import type { History } from '../prometheus/history.ts';
import type { EndpointStatus } from '../prometheus/scraper.ts';
import type { Slo } from '../prometheus/slo.ts';
import { beyondWords, type Crossing, type Threshold } from '../prometheus/thresholds.ts';
import { type ThresholdStatus, Watcher } from '../prometheus/watcher.ts';

export type CrossingsOptions = {
  store: Store;
  intervalMs: number;
  thresholds(endpoint: string): readonly Threshold[];
  slos?: readonly Slo[];
  onCrossing(crossing: Crossing, serviceId: ServiceId | undefined): void;
};

/** Endpoints by id, each with the service that it belongs to. */
type Owned = ReadonlyMap<string, { status: EndpointStatus; serviceId: ServiceId | undefined }>;

/** Watches the thresholds of all endpoints and reports to the desk: each crossing to the timeline, current breaches to the verdicts. */
export class Breaches {
  readonly #options: CrossingsOptions;
  readonly #watcher: Watcher;
  /** Services with breaches that were reported to the desk. */
  #reported = new Set<ServiceId>();

  constructor(options: CrossingsOptions) {
    this.#options = options;
    const { intervalMs, thresholds, slos } = options;
    this.#watcher = new Watcher({ intervalMs, thresholds: (endpoint) => thresholds(endpoint), slos, format });
  }

  /** The states of an endpoint's thresholds. */
  of(endpoint: string): readonly ThresholdStatus[] {
    return this.#watcher.thresholdStatuses(endpoint);
  }

  /** Checks an endpoint after a scrape or a change of its thresholds. */
  check(
    { status, board, history }: { status: EndpointStatus; board: Board; history: History },
    serviceId: ServiceId | undefined,
    now: number,
  ): void {
    for (const crossing of this.#watcher.check(status, board, history, now)) {
      this.#options.store.dispatch({ type: 'note', entry: noteOf(crossing, serviceId) });
      this.#options.onCrossing(crossing, serviceId);
    }
  }

  /** Forgets all endpoints but these. */
  keep(endpoints: ReadonlySet<string>): void {
    this.#watcher.keep(endpoints);
  }

  /** Reports the current breaches of each service to the desk; a service that is no longer scraped has none. */
  publish(endpoints: Owned): void {
    const beyond = new Map<ServiceId, Beyond[]>();
    for (const [id, { status, serviceId }] of endpoints) {
      if (serviceId === undefined) continue;
      const found = this.of(id).flatMap((standing) => beyondOf(standing, status) ?? []);
      if (found.length > 0) beyond.set(serviceId, [...(beyond.get(serviceId) ?? []), ...found]);
    }
    for (const serviceId of new Set([...this.#reported, ...beyond.keys()])) {
      const breaches = (beyond.get(serviceId) ?? []).sort((a, b) => rank(a) - rank(b) || a.since - b.since);
      this.#options.store.dispatch({ type: 'breaches', serviceId, breaches });
    }
    this.#reported = new Set(beyond.keys());
  }
}

/** Formats thresholds and their values. */
export const format = formatValue;

function rank({ level }: Beyond): number {
  return level === 'critical' ? 0 : 1;
}

/** A value that could not be read again is shown with its time. */
function beyondOf(
  { threshold, value, watch }: ThresholdStatus,
  { state, lastScrape }: EndpointStatus,
): Beyond | undefined {
  const { level, since } = watch;
  if (level === 'ok') return undefined;
  const old = state === 'down' && threshold.expr !== undefined && lastScrape !== undefined;
  const words = beyondWords(threshold, level, value, format);
  return { level, since, text: displayText(old ? `${words} (as of ${clockTime(lastScrape)})` : words) };
}

function noteOf(crossing: Crossing, serviceId: ServiceId | undefined): TimelineEntry {
  const { at, to, text } = crossing;
  const level = to === 'critical' ? 'bad' : to === 'warn' ? 'warning' : 'good';
  return { at, kind: 'metric', level, text: displayText(text), ...(serviceId === undefined ? {} : { serviceId }) };
}
