import type { Board } from '../prometheus/board.ts';
import type { EndpointSetting } from '../prometheus/endpoints.ts';
import type { Threshold } from '../prometheus/thresholds.ts';
import type { MetricsSettings } from '../settings/metrics.ts';
import type { Settings } from '../settings/schema.ts';
import type { NamedBoard } from './boards/choose.ts';
import { loadDashboards } from './dashboards.ts';
import type { DeskMetricsOptions } from './desk-metrics.ts';
import { builtInProfiles, profileOf } from './profiles.ts';
import { panelOf, thresholdOf } from './readings.ts';

/** Converts the metrics settings for createDeskMetrics. */

/** What the settings say of metrics, for createDeskMetrics. */
export function metricsOptions(settings: Pick<Settings, 'metrics' | 'services'>): {
  options: Pick<DeskMetricsOptions, 'boards' | 'profiles' | 'thresholds' | 'scrape' | 'problems' | 'severities'>;
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
      // The operator's own take precedence over built-in ones.
      profiles: [...metrics.profiles.map(profileOf), ...builtInProfiles()],
      thresholds: thresholdsOf(metrics),
      problems: errors,
      severities: metrics.alerts,
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

/** The Prometheus server is also an endpoint: its own metrics, alerts and targets. */
function serverOf({ prometheus }: Pick<MetricsSettings, 'prometheus'>): EndpointSetting[] {
  if (prometheus === undefined) return [];
  return [{ name: 'prometheus', url: `${prometheus.replace(/\/+$/, '')}/metrics`, isServer: true }];
}

function boardsOf({ boards }: Pick<MetricsSettings, 'boards'>): NamedBoard[] {
  return boards.map(({ title, for: names, panels }) => {
    const board: Board = { title, panels: panels.map(panelOf) };
    return { title, board, for: typeof names === 'string' ? [names] : names };
  });
}

function thresholdsOf({ thresholds }: Pick<MetricsSettings, 'thresholds'>): Threshold[] {
  return thresholds.map((one, index) => thresholdOf(one, `settings ${index} ${one.title}`, 'settings'));
}
