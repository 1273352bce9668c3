import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditDirectory } from '../actions/audit/file.ts';
import type { Store } from '../desk/store.ts';
import type { Clock } from '../lib/clock.ts';
import type { MessageLog } from '../lib/message-log.ts';
import type { DeskMetrics, DeskMetricsOptions } from '../metrics/desk-metrics.ts';
import { execThrough } from '../metrics/exec-in-container.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { createDeskMetrics } from '../metrics/live-metrics.ts';
import { DAEMON_FILE, engineEndpoint } from '../prometheus/engine-endpoint.ts';
import { transportOf } from '../prometheus/transport.ts';
import type { Settings } from '../settings/schema.ts';
import type { Environment } from './acting.ts';
import { reachOf } from './collectors/plan.ts';
import type { Link } from './link.ts';
import { LONG_FILE, longHistoryFile } from './long-history-file.ts';
import { KEPT_FILE, preferencesFile } from './preferences-file.ts';
import { slosOf } from './slos.ts';

export type ConsoleMetricsDeps = Required<Pick<DeskMetricsOptions, 'onCrossing'>> & {
  store: Store;
  clock: Clock;
  settings: Settings;
  env: Environment;
  messages: MessageLog;
  link: () => Link;
};

/** The metrics of the console, with what is kept of them in files; `written` is when the newest preferences are. */
export function consoleMetrics({ store, clock, settings, env, messages, link, onCrossing }: ConsoleMetricsDeps): {
  metrics: DeskMetrics;
  written(): Promise<void>;
} {
  const measured = metricsOptions(settings);
  const inContainers = settings.metrics.exec ? execThrough(() => link().engine, clock) : undefined;
  const ownEndpoint = engineEndpoint(() => readFileSync(DAEMON_FILE, 'utf8'));
  // Not next to an audit log that several operators may share: preferences are personal.
  const preferences = preferencesFile(join(auditDirectory(env), KEPT_FILE), () => link().endpoint.name);
  const recorder = longHistoryFile(join(auditDirectory(env), LONG_FILE), clock.now, (error) =>
    messages.report('the history of metrics is not saved', error),
  );
  const metrics = createDeskMetrics({
    recorder,
    ...measured.options,
    slos: slosOf(settings),
    store,
    clock,
    preferences,
    scrape: { ...measured.options.scrape, transport: transportOf(inContainers) },
    discover() {
      const reach = reachOf(link().endpoint, store.get());
      return { ...reach, settings: [...measured.endpoints, ...(reach.local ? ownEndpoint : [])] };
    },
    onCrossing,
  });
  return { metrics, written: () => preferences.written() };
}
