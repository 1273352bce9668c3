import { createStore, type Store } from '../../source/desk/store.ts';
import type { ContainerFacts, Usage } from '../../source/engine/facts.ts';
import { engineId } from '../../source/lib/ids.ts';
import type { DeskMetrics, DeskMetricsOptions } from '../../source/metrics/desk-metrics.ts';
import { createDeskMetrics } from '../../source/metrics/live-metrics.ts';
import { builtInProfiles } from '../../source/metrics/profiles.ts';
import { initialMetrics, type MetricsState } from '../../source/panes/metrics/metrics-state.ts';
import { drawn } from '../../source/panes/metrics/metrics-view.ts';
import type { CellContext } from '../../source/resources/resource.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { container } from '../builders/facts.ts';
import { type FakeClock, fakeClock } from '../fake-clock.ts';

/** A desk of two services whose metrics are what a test says, on a clock that it moves. */
export type MetricsFixture = {
  clock: FakeClock;
  store: Store;
  metrics: DeskMetrics;
  /** What each service's endpoint answers; an Error is thrown. */
  pages: Map<string, () => string>;
  asked: string[];
  world(): CellContext;
  /** Moves time on by scrapes of five seconds, with a reading of every container at each. */
  run(scrapes: number): Promise<void>;
};

export const theme = createTheme({ level: 0, ascii: false });

export const engine = facts('docker', 'nanoarb', 9090);
export const other = facts('trading', 'api', 8000);

function facts(project: string, service: string, port: number): ContainerFacts {
  return container(`${project}-${service}`, {
    labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'prometheus.io/scrape': 'true',
    },
    ports: [{ container: port, protocol: 'tcp', host: port }],
    detail: { limits: { memory: 4 * 2 ** 30 } },
  });
}

export function metricsFixture(options: Partial<DeskMetricsOptions> = {}): MetricsFixture {
  const clock = fakeClock();
  const store = createStore({ clock, engine: engineId('fake') });
  const pages = new Map<string, () => string>();
  const asked: string[] = [];
  store.dispatch({ type: 'containers', at: clock.now(), containers: [engine, other] });
  const metrics = createDeskMetrics({
    profiles: builtInProfiles(),
    store,
    clock,
    ...options,
    scrape: {
      transport: async ({ name }) => {
        asked.push(name);
        const page = pages.get(name);
        if (page === undefined) throw new Error('nothing listens there (connection refused)');
        return { status: 200, contentType: 'text/plain', body: Buffer.from(page()) };
      },
      ...options.scrape,
    },
  });
  return {
    clock,
    store,
    metrics,
    pages,
    asked,
    world: () => {
      store.flush();
      return { state: store.seen(), desk: store.deskOf(store.seen()), glyph: theme.glyph };
    },
    async run(scrapes) {
      for (let scrape = 0; scrape < scrapes; scrape += 1) {
        store.dispatch({ type: 'tick', now: clock.now() }, { type: 'usage', id: engine.id, usage: usage(clock.now()) });
        await clock.advance(5_000);
      }
    },
  };
}

function usage(at: number): Usage {
  return {
    at,
    cpuPercent: 80,
    memory: 2 ** 30,
    memoryLimit: 4 * 2 ** 30,
    rates: { received: 1024, sent: 2048, read: 0, written: 512 },
    totals: { received: 0, sent: 0, read: 0, written: 0 },
    pids: 14,
  };
}

/** The rows of the metrics pane for the service of this name. */
export function metricRows(
  of: MetricsFixture,
  size: { width: number; height: number },
  state: Partial<MetricsState> = {},
  name = 'nanoarb',
): string[] {
  const world = of.world();
  const find = (wanted: string) => world.desk.services.find((service) => service.name === wanted);
  return drawn({
    service: find(name),
    other: state.compare === undefined ? undefined : find(state.compare),
    metrics: of.metrics,
    state: { ...initialMetrics, ...state },
    world,
    theme,
    now: of.clock.now(),
    focused: true,
    ...size,
  }).rows;
}
