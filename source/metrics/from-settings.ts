import type { Unit } from '../lib/value.ts';
import type { Board, Panel } from '../prometheus/board.ts';
import type { EndpointSetting } from '../prometheus/endpoints.ts';
import type { Expr } from '../prometheus/expr.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import { unitOf } from '../prometheus/units.ts';
import type { MetricsSettings, PanelSettings, ThresholdSettings } from '../settings/metrics.ts';
import type { Settings } from '../settings/schema.ts';
import type { NamedBoard } from './boards/choose.ts';
import { loadDashboards } from './dashboards.ts';
import type { DeskMetricsOptions } from './desk-metrics.ts';

/** Boards and thresholds as the settings write them, as the metrics room reads them. */

/** What the settings say of metrics, for createDeskMetrics. */
export function metricsOptions(settings: Pick<Settings, 'metrics' | 'services'>): {
  options: Pick<DeskMetricsOptions, 'boards' | 'thresholds' | 'scrape' | 'problems'>;
  endpoints: EndpointSetting[];
} {
  const { metrics, services } = settings;
  const { boards, errors } = loadDashboards(metrics.dashboards);
  const ofServices = Object.entries(services).flatMap(([container, { metrics: url }]) =>
    url === undefined ? [] : [{ container, url }],
  );
  return {
    options: {
      boards: [...boardsOf(metrics), ...boards],
      thresholds: thresholdsOf(metrics),
      problems: errors,
      scrape: {
        intervalMs: metrics.every * 1000,
        backgroundMs: metrics.background * 1000,
        timeoutMs: metrics.timeout * 1000,
        maxBytes: metrics.largest * 1024 * 1024,
      },
    },
    endpoints: [...metrics.endpoints, ...ofServices, ...serverOf(metrics)],
  };
}

/** The Prometheus server is an endpoint, too: its own metrics, with its alerts and targets. */
function serverOf({ prometheus }: Pick<MetricsSettings, 'prometheus'>): EndpointSetting[] {
  if (prometheus === undefined) return [];
  return [{ name: 'prometheus', url: `${prometheus.replace(/\/+$/, '')}/metrics`, isServer: true }];
}

function boardsOf({ boards }: Pick<MetricsSettings, 'boards'>): NamedBoard[] {
  return boards.map(({ title, for: names, panels }) => {
    const board: Board = { title, panels: panels.map(panelOf) };
    return { board, for: typeof names === 'string' ? [names] : names };
  });
}

function thresholdsOf({ thresholds }: Pick<MetricsSettings, 'thresholds'>): Threshold[] {
  return thresholds.map((one, index) => {
    const { title, bad, warn, critical } = one;
    const [expr] = exprsOf(one);
    return {
      id: `settings ${index} ${title}`,
      from: 'settings',
      title,
      unit: unit(one),
      bad,
      warn,
      critical,
      forMs: one.for * 1000,
      expr,
    };
  });
}

function panelOf(panel: PanelSettings): Panel {
  const { title, help, limits } = panel;
  return { title, unit: unit(panel), exprs: exprsOf(panel), ...(help ? { help } : {}), ...(limits ? { limits } : {}) };
}

const PER: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600 };

function exprsOf(reading: PanelSettings | ThresholdSettings): Expr[] {
  const { value, rate, of, promql, where, by, window, quantile = [] } = reading;
  const shared = { ...(where ? { where } : {}), ...(by ? { by } : {}) };
  const looking = window === undefined ? {} : { window: window * 1000 };
  if (value !== undefined) return [{ kind: 'value', metric: value, ...shared }];
  if (rate !== undefined) {
    return [{ kind: 'rate', metric: rate, scale: PER[reading.per ?? 'second'] ?? 1, ...shared, ...looking }];
  }
  if (promql !== undefined) return [{ kind: 'promql', query: promql }];
  if (of === undefined) return [];
  return [quantile].flat().map((q) => ({ kind: 'quantile', metric: of, q, ...shared, ...looking }));
}

/** As named, else as the metric's name says. */
function unit({ unit: named, value, rate, of }: PanelSettings | ThresholdSettings): Unit {
  const name = value ?? of;
  if (named !== undefined) return named;
  if (name !== undefined) return unitOf({ name, unit: '' });
  return rate === undefined || unitOf({ name: rate, unit: '' }) !== 'bytes' ? 'count' : 'bytes';
}
