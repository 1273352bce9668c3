import type { Clock } from '../lib/clock.ts';
import type { AskServer, VariableQuery } from '../prometheus/grafana/asked-values.ts';
import type { PrometheusServer } from '../prometheus/server.ts';

/** How long an answer counts: pods and queues come and go. */
const FRESH_MS = 300_000;
/** Answers that are kept. */
const MOST_ENTRIES = 200;

type Entry = { askedAt: number; values?: readonly string[] };

/** The values of dashboards' variables on Prometheus servers: requested when a board needs them, known when they have arrived. */
export class VariableValues {
  /** How many answers have arrived that differ from what was known. */
  revision = 0;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();

  /** `changed` is called when values have arrived. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Asks one server. A request that fails leaves the values unknown until the next one. */
  asking(server: PrometheusServer): AskServer {
    return (query) => {
      const key = `${server.url} ${JSON.stringify(query)}`;
      const entry = this.#entries.get(key) ?? { askedAt: Number.NEGATIVE_INFINITY };
      if (this.#clock.now() - entry.askedAt > FRESH_MS) {
        if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
        entry.askedAt = this.#clock.now();
        this.#entries.set(key, entry);
        void this.#ask(server, query, entry);
      }
      return entry.values;
    };
  }

  async #ask(server: PrometheusServer, query: VariableQuery, entry: Entry): Promise<void> {
    const values = await answer(server, query).catch(() => undefined);
    if (values === undefined || JSON.stringify(values) === JSON.stringify(entry.values)) return;
    entry.values = values;
    this.revision += 1;
    this.#changed();
  }
}

async function answer(server: PrometheusServer, query: VariableQuery): Promise<readonly string[]> {
  if (query.kind === 'label_values') return server.labelValues(query.label, query.selector);
  if (query.kind === 'label_names') return server.labelNames();
  const { series } = await server.query(query.query);
  // As Grafana writes a series of an instant query.
  return series.map(({ labels: { __name__ = '', ...labels }, values, times }) => {
    const matchers = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `${__name__}{${matchers.join(',')}} ${values[0] ?? ''} ${times[0] ?? ''}`;
  });
}
