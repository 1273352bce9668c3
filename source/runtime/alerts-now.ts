import { asReached } from '../desk/namespaces.ts';
import type { DeskMessage, DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { deskAlerts, serviceNamed } from '../metrics/alerts.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { discoverEndpoints } from '../prometheus/endpoints.ts';
import { programFinder } from '../prometheus/programs.ts';
import { prometheusServer } from '../prometheus/server.ts';
import type { Settings } from '../settings/schema.ts';
import { reachOf } from './collectors/plan.ts';

/** A server that does not answer within this time (ms) is left out: a snapshot must not wait for it. */
const PATIENCE_MS = 2_000;

/** The alerts that fire now on the Prometheus servers of the stacks and of the settings: one request each. */
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
  const answers = await Promise.all(
    servers.map(({ url }) =>
      prometheusServer(url.replace(/\/metrics$/, ''))
        .alerts({ signal: AbortSignal.timeout(PATIENCE_MS) })
        .catch(() => []),
    ),
  );
  const ownerOf = (labels: Readonly<Record<string, string>>) => serviceNamed(labels, containers);
  return { type: 'alerts', alerts: deskAlerts(answers.flat(), options.severities ?? {}, ownerOf) };
}
