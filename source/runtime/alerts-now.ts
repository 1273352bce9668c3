import { asReached } from '../desk/namespaces.ts';
import type { DeskAlert, DeskMessage, DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { systemClock, wallTime } from '../lib/clock.ts';
import { displayText } from '../lib/secrets.ts';
import { deskAlerts, serviceNamed } from '../metrics/alerts.ts';
import { format } from '../metrics/breaches.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { discoverEndpoints } from '../prometheus/endpoints.ts';
import { programFinder } from '../prometheus/programs.ts';
import { type Labels, type PrometheusServer, prometheusServer } from '../prometheus/server.ts';
import { burning, burnQueries, type Slo } from '../prometheus/slo.ts';
import { beyondWords, severityOf } from '../prometheus/thresholds.ts';
import type { Settings } from '../settings/schema.ts';
import { reachOf } from './collectors/plan.ts';
import { slosOf } from './slos.ts';

/** A server that does not answer within this time (ms) is left out: a snapshot must not wait for it. */
const TIMEOUT_MS = 2_000;

/** The alerts that fire now on the Prometheus servers of the stacks and of the settings, and the error budgets that burn by their data. */
export async function alertsNow(
  state: DeskState,
  settings: Settings,
  endpoint: Pick<Endpoint, 'target'>,
): Promise<DeskMessage> {
  const { options, endpoints } = metricsOptions(settings);
  const programOf = programFinder((options.profiles ?? []).flatMap(({ program }) => program ?? []));
  const containers = [...state.containers.values()];
  const found = discoverEndpoints(asReached(containers), {
    ...reachOf(endpoint, state),
    settings: endpoints,
    programOf,
  });
  const servers = found.filter(({ isServer, url }) => isServer && url !== '');
  const reached = servers.map(({ url }) => prometheusServer(url.replace(/\/metrics$/, '')));
  const slos = slosOf(settings).filter((slo) => slo.session(wallTime(systemClock)) !== undefined);
  const [answers, burns] = await Promise.all([
    Promise.all(reached.map((server) => server.alerts(timeLimit()).catch(() => []))),
    Promise.all(reached.flatMap((server) => slos.map((slo) => burnsNow(server, slo).catch(() => [])))),
  ]);
  const ownerOf = (labels: Readonly<Record<string, string>>) => serviceNamed(labels, containers);
  return {
    type: 'alerts',
    alerts: [
      ...deskAlerts(answers.flat(), options.severities ?? {}, ownerOf),
      ...burns.flat().map(({ labels, ...alert }): DeskAlert => ({ ...alert, serviceId: ownerOf(labels) })),
    ],
  };
}

function timeLimit(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(TIMEOUT_MS) };
}

/** The targets whose error budget burns too fast, over both windows. */
async function burnsNow(server: PrometheusServer, slo: Slo): Promise<(DeskAlert & { labels: Labels })[]> {
  const threshold = burning(slo);
  const [short, long] = await Promise.all(burnQueries(slo).map((query) => server.query(query, undefined, timeLimit())));
  return (short?.series ?? []).flatMap(({ labels, values }) => {
    const same = long?.series.find((one) => one.labels.job === labels.job && one.labels.instance === labels.instance);
    const value = Math.min(values.at(-1) ?? Number.NaN, same?.values.at(-1) ?? Number.NaN);
    const level = severityOf(threshold, value);
    return level === 'ok' ? [] : [{ level, text: displayText(beyondWords(threshold, level, value, format)), labels }];
  });
}
