import { identify } from '../desk/identity.ts';
import type { DeskAlert } from '../desk/state.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { ServiceId } from '../lib/ids.ts';
import { displayText } from '../lib/secrets.ts';
import type { Alert } from '../prometheus/server.ts';

/** The effect of an alert's severity on verdicts. */
export type AlertLevel = 'critical' | 'warn' | 'ignore';

/** By the value of the label `severity`, in lower case; `default` means all others. */
export type Severities = Readonly<Record<string, AlertLevel>>;

/** The severities used by public mixins. */
const SEVERITIES: Severities = {
  critical: 'critical',
  page: 'critical',
  warning: 'warn',
  info: 'ignore',
  none: 'ignore',
  default: 'warn',
};

/** The firing alerts, as desk alerts; `ownerOf` returns the service that a label set is about, if known. */
export function deskAlerts(
  alerts: readonly Alert[],
  severities: Severities,
  ownerOf: (labels: Alert['labels']) => ServiceId | undefined,
): DeskAlert[] {
  return alerts.flatMap((alert) => {
    const level = levelOf(alert.labels.severity, { ...SEVERITIES, ...severities });
    if (alert.state !== 'firing' || level === 'ignore') return [];
    const serviceId = ownerOf(alert.labels);
    return [
      {
        level,
        text: displayText(textOf(alert)),
        ...(alert.activeAt === undefined ? {} : { since: alert.activeAt }),
        ...(serviceId === undefined ? {} : { serviceId }),
      },
    ];
  });
}

function levelOf(severity: string | undefined, severities: Severities): AlertLevel {
  return severities[severity?.toLowerCase() ?? 'default'] ?? severities.default ?? 'warn';
}

function textOf({ name, annotations }: Alert): string {
  const words = annotations.summary ?? annotations.description ?? annotations.message;
  return `alert ${name}${words === undefined ? '' : `: ${words}`}`;
}

/** Labels that name a container or service, the most exact first: as cAdvisor, exporters and relabelling rules write them. */
const NAMING = [
  'container_name',
  'container',
  'container_label_com_docker_compose_service',
  'compose_service',
  'docker_service',
  'service',
  'name',
  'instance',
  'job',
] as const;

/**
 * The service that an alert's labels name: by container, service, or the host of an instance. A name that matches services of several
 * projects counts only if a label names the project.
 */
export function serviceNamed(labels: Alert['labels'], containers: Iterable<ContainerFacts>): ServiceId | undefined {
  const known = [...containers].map((facts) => ({ facts, identity: identify(facts.name, facts.labels) }));
  const project = labels.container_label_com_docker_compose_project ?? labels.compose_project ?? labels.project;
  const within = project === undefined ? known : known.filter(({ identity }) => identity.project === project);
  for (const label of NAMING) {
    const name = hostOf(labels[label] ?? '');
    if (name === '') continue;
    const fits = within.filter(({ facts, identity }) => facts.name === name || identity.name === name);
    const ids = new Set(fits.map(({ identity }) => identity.id));
    if (ids.size === 1) return [...ids][0];
  }
  return undefined;
}

/** Without a port: `redis-exporter:9121` is the host redis-exporter. */
function hostOf(value: string): string {
  return value.replace(/:\d+$/, '').replace(/^\//, '');
}
