import type { ContainerFacts } from '../engine/facts.ts';
import type { Group } from './group.ts';
import { LABEL } from './identity.ts';
import type { Dependency, DependencyCondition } from './model.ts';

/** Who needs whom: from compose's depends_on label, and from host names in the environment that a shared network resolves. */

const CONDITIONS: readonly string[] = ['service_started', 'service_healthy', 'service_completed_successfully'];

/** Compose's label, `db:service_healthy:false,redis:service_started:true`; older versions leave condition and restart out. */
export function labelledDependencies(labels: Readonly<Record<string, string>>): Dependency[] {
  const label = labels[LABEL.dependsOn] ?? '';
  return label.split(',').flatMap((part) => {
    const [service = '', condition = ''] = part.trim().split(':');
    if (!service) return [];
    const known = CONDITIONS.includes(condition) ? (condition as DependencyCondition) : 'service_started';
    return [{ service, condition: known, signal: 'depends_on' as const }];
  });
}

const URL_HOST = /[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?([a-zA-Z0-9][\w.-]*)/g;
const HOST_PORT = /^([a-zA-Z][\w.-]*):\d{1,5}$/;
const HOST_VARIABLE = /(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|BROKERS?|NODES?)$/i;
const PLAIN_HOST = /^[a-zA-Z][\w.-]*$/;

/** Host names that environment variables mention, each with the first variable that does. */
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
  const urls = [...value.matchAll(URL_HOST)].map((match) => match[1] ?? '');
  if (urls.length > 0) return urls.map((host) => host.toLowerCase());
  return value.split(',').flatMap((part) => {
    const host =
      part.trim().match(HOST_PORT)?.[1] ??
      (HOST_VARIABLE.test(variable) ? part.trim().match(PLAIN_HOST)?.[0] : undefined);
    return host ? [host.toLowerCase()] : [];
  });
}

/** Docker's own networks resolve no names. */
const NAMELESS = new Set(['bridge', 'host', 'none', '']);

/** Which service answers to a name in a network. */
export class NameIndex {
  readonly #networks = new Map<string, Map<string, string>>();

  constructor(groups: readonly Group[]) {
    for (const group of groups) for (const member of group.members) this.#add(group, member);
  }

  #add({ identity }: Group, member: ContainerFacts): void {
    for (const { network, aliases } of member.attachments) {
      if (NAMELESS.has(network)) continue;
      const names = this.#networks.get(network) ?? new Map<string, string>();
      this.#networks.set(network, names);
      for (const name of [member.name, ...(identity.kind === 'container' ? [] : [identity.name]), ...aliases]) {
        const key = name.toLowerCase();
        if (!names.has(key)) names.set(key, identity.id);
      }
    }
  }

  /** The service behind a host name, as this container would resolve it. */
  resolve(member: ContainerFacts, host: string): string | undefined {
    for (const { network } of member.attachments) {
      const found = this.#networks.get(network)?.get(host);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Whether a changed member answers to the same names in the same networks, so that an index made before still holds. */
export function sameNames(a: Group | undefined, b: Group): boolean {
  if (a === undefined || a.members.length !== b.members.length) return false;
  return a.members.every((member, index) => {
    const other = b.members[index];
    if (!other || other.name !== member.name || other.attachments.length !== member.attachments.length) return false;
    return member.attachments.every((attachment, at) => {
      const twin = other.attachments[at];
      if (twin?.network !== attachment.network) return false;
      const [mine, theirs] = [attachment.aliases, twin.aliases];
      return mine === theirs || (mine.length === theirs.length && mine.every((alias, i) => alias === theirs[i]));
    });
  });
}

/** A service's dependencies: what compose says first, then what only the environment shows. */
export function dependenciesOf(group: Group, index: NameIndex, isService: (id: string) => boolean): Dependency[] {
  const { identity, members } = group;
  const member = members.find((one) => one.detail) ?? members[0];
  if (!member) return [];
  const declared = labelledDependencies(member.labels).map((dependency) => {
    const serviceId = `compose:${identity.project}/${dependency.service}`;
    return isService(serviceId) ? { ...dependency, serviceId } : dependency;
  });
  const known = new Set([identity.id, ...declared.map((dependency) => dependency.serviceId)]);
  const mentioned: Dependency[] = [];
  for (const [host, via] of environmentHosts(member)) {
    const serviceId = index.resolve(member, host);
    if (serviceId === undefined || known.has(serviceId)) continue;
    known.add(serviceId);
    mentioned.push({ service: nameOf(serviceId), condition: 'service_started', signal: 'environment', serviceId, via });
  }
  return [...declared, ...mentioned];
}

function nameOf(serviceId: string): string {
  return serviceId.slice(Math.max(serviceId.indexOf(':'), serviceId.indexOf('/')) + 1);
}

/** The environment of a container never changes. */
const hostsCache = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function environmentHosts({ detail }: ContainerFacts): ReadonlyMap<string, string> {
  const env = detail?.env ?? [];
  const known = hostsCache.get(env) ?? hostsIn(env);
  hostsCache.set(env, known);
  return known;
}
