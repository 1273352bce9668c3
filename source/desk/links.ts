import type { ContainerFacts } from '../engine/facts.ts';
import { type ServiceId, serviceId } from '../lib/ids.ts';
import { memoizeByObject } from '../lib/memoize.ts';
import type { Group } from './group.ts';
import { LABEL } from './identity.ts';
import type { Dependency, DependencyCondition, Service } from './model.ts';
import type { NameIndex } from './names.ts';

/**
 * Dependencies between services: from compose's depends_on label, and from host names in the environment that a shared network resolves.
 */

const CONDITIONS: readonly string[] = ['service_started', 'service_healthy', 'service_completed_successfully'];

/** Compose's label, `db:service_healthy:false,redis:service_started:true`; older versions leave condition and restart out. */
export function labelledDependencies(labels: Readonly<Record<string, string>>): Dependency[] {
  const label = labels[LABEL.dependsOn] ?? '';
  return label.split(',').flatMap((part) => {
    const [service = '', condition = '', restart = ''] = part.trim().split(':');
    if (!service) return [];
    const known = CONDITIONS.includes(condition) ? (condition as DependencyCondition) : 'service_started';
    const link = { service, condition: known, signal: 'depends_on' as const };
    return [restart === 'true' ? { ...link, restart: true as const } : link];
  });
}

/** The link's source in words: `service_healthy, restart: true`, or the variable that names the host. */
export function linkTerms({ signal, via, condition, restart }: Dependency): string {
  if (signal === 'environment') return via ?? 'environment';
  return restart ? `${condition}, restart: true` : condition;
}

/** How much later than its dependency a service starts when both are restarted together (ms). */
const TOGETHER_MS = 1_000;

/** Says that a dependency was restarted but the service was not, although it is declared to restart with it; undefined otherwise. */
export function missedRestart(
  { startedAt, dependsOn }: Service,
  services: ReadonlyMap<ServiceId, Service>,
): string | undefined {
  for (const { restart, serviceId: id } of dependsOn) {
    const other = restart && id !== undefined ? services.get(id) : undefined;
    if (other?.startedAt !== undefined && startedAt !== undefined && other.startedAt > startedAt + TOGETHER_MS)
      return `not restarted since ${other.name} was (depends_on restart: true)`;
  }
  return undefined;
}

/** The authority of a URL: user, hosts, ports. */
const AUTHORITY = /[a-z][a-z0-9+.-]*:\/\/([^\s/?#"']+)/gi;
const URL_HOST = /^[a-zA-Z0-9][\w.-]*/;
const HOST_PORT = /^([a-zA-Z][\w.-]*):\d{1,5}$/;
const HOST_VARIABLE = /(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|BROKERS?|NODES?)$/i;
const PLAIN_HOST = /^[a-zA-Z][\w.-]*$/;

/** Host names in environment variables, each with the first variable that contains it. */
export function hostsIn(env: readonly string[]): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const entry of env) {
    const at = entry.indexOf('=');
    const variable = entry.slice(0, at);
    const value = entry.slice(at + 1, at + 1 + 2000);
    if (at <= 0 || value === '') continue;
    for (const host of hostsInValue(variable, value)) if (!hosts.has(host)) hosts.set(host, variable);
  }
  return hosts;
}

function hostsInValue(variable: string, value: string): string[] {
  const urls = [...value.matchAll(AUTHORITY)].map((match) => match[1] ?? '');
  if (urls.length > 0) {
    // A password may contain an @, and replica sets name several hosts.
    const hosts = urls.flatMap((authority) => authority.slice(authority.lastIndexOf('@') + 1).split(','));
    return hosts.flatMap((host) => host.match(URL_HOST)?.[0].toLowerCase() ?? []);
  }
  return value.split(',').flatMap((part) => {
    const host =
      part.trim().match(HOST_PORT)?.[1] ??
      (HOST_VARIABLE.test(variable) ? part.trim().match(PLAIN_HOST)?.[0] : undefined);
    return host ? [host.toLowerCase()] : [];
  });
}

/** A service's dependencies: those declared to compose first, then those found only in the environment. */
export function dependenciesOf(group: Group, index: NameIndex, isService: (id: ServiceId) => boolean): Dependency[] {
  const { identity } = group;
  const member = spokesman(group);
  if (!member) return [];
  const declared = labelled(member.labels).map((dependency) => {
    const id = serviceId(`compose:${identity.project}/${dependency.service}`);
    return isService(id) ? { ...dependency, serviceId: id } : dependency;
  });
  const known = new Set([identity.id, ...declared.map((dependency) => dependency.serviceId)]);
  const mentioned: Dependency[] = [];
  for (const [host, via] of environmentHosts(member.detail?.env ?? NO_ENV)) {
    const serviceId = index.resolve(member, host);
    if (serviceId === undefined || known.has(serviceId)) continue;
    known.add(serviceId);
    mentioned.push({ service: nameOf(serviceId), condition: 'service_started', signal: 'environment', serviceId, via });
  }
  return [...declared, ...mentioned];
}

/** Whether a service's dependencies may change when the meaning of these names changes. */
export function mentions(group: Group, names: ReadonlySet<string>): boolean {
  const member = spokesman(group);
  if (!member) return false;
  for (const { service } of labelled(member.labels)) if (names.has(service.toLowerCase())) return true;
  for (const host of environmentHosts(member.detail?.env ?? NO_ENV).keys()) if (names.has(host)) return true;
  return false;
}

/** The replicas of a service are alike: one inspected replica represents all. */
function spokesman({ members }: Group): ContainerFacts | undefined {
  return members.find((one) => one.detail) ?? members[0];
}

function nameOf(serviceId: ServiceId): string {
  return serviceId.slice(Math.max(serviceId.indexOf(':'), serviceId.indexOf('/')) + 1);
}

/** Labels and environment of a container never change: each is read once. */
const labelled = memoizeByObject(labelledDependencies);
const environmentHosts = memoizeByObject(hostsIn);

const NO_ENV: readonly string[] = [];
