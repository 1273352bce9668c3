import { createHash } from 'node:crypto';
import { LABEL, serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import type { EngineId } from '../lib/ids.ts';
import { type FleetHost, isOld } from './model.ts';

/** Where hosts of one role differ that should be alike. */

export type ParityField = 'service' | 'image' | 'env' | 'config' | 'limits';

export type Difference = {
  id: string;
  role: string;
  /** `project/service`. */
  service: string;
  field: ParityField;
  /** The odd hosts, and what they have; values of the environment are never told, only names. */
  hosts: readonly EngineId[];
  has: string;
  /** What most have, and how many those are. */
  most: string;
  mostHosts: number;
};

/** The values that two hosts must have in common, as comparable texts; `env` by variable. */
type Traits = { image: string; config: string; limits: string; env: ReadonlyMap<string, string> };

/** Set by the engine or by the host itself: they differ everywhere. */
const OWN_VARIABLES: ReadonlySet<string> = new Set(['HOSTNAME', 'HOST', 'PWD']);

/**
 * Per role and service what differs from the majority. Hosts without a role are one role; a role needs two hosts that are known.
 */
export function differences(hosts: readonly FleetHost[], role?: string): Difference[] {
  const known = hosts.filter((host) => host.desk && !isOld(host) && (role === undefined || host.spec.role === role));
  const roles = Map.groupBy(known, ({ spec }) => spec.role ?? '');
  return [...roles].flatMap(([name, members]) => (members.length < 2 ? [] : roleDifferences(name, members)));
}

function roleDifferences(role: string, hosts: readonly FleetHost[]): Difference[] {
  const names = new Set(hosts.flatMap(({ desk }) => desk?.services.map(serviceName) ?? []));
  return [...names].sort().flatMap((name) => {
    const having = hosts.map((host) => ({
      host: host.spec.name,
      service: host.desk?.services.find((service) => serviceName(service) === name),
    }));
    return serviceDifferences(role, name, having);
  });
}

type Having = { host: EngineId; service: Service | undefined };

function serviceDifferences(role: string, service: string, having: readonly Having[]): Difference[] {
  const differing = (field: ParityField, values: readonly Valued[]) => oddOnes({ role, service, field }, values);
  const presence = differing(
    'service',
    having.map((one) => ({ host: one.host, value: one.service ? 'has it' : 'not there' })),
  );
  const traits = having.flatMap(({ host, service: own }) => (own ? [{ host, ...traitsOf(own) }] : []));
  const one = (field: 'image' | 'config' | 'limits') =>
    differing(
      field,
      traits.map((trait) => ({ host: trait.host, value: trait[field] })),
    );
  return [...presence, ...one('image'), ...one('config'), ...one('limits'), ...envDifferences(differing, traits)];
}

/** The variables that differ, in one row for the same hosts. */
function envDifferences(
  differing: (field: ParityField, values: readonly Valued[]) => Difference[],
  traits: readonly (Traits & { host: EngineId })[],
): Difference[] {
  const names = [...new Set(traits.flatMap(({ env }) => [...env.keys()]))].sort();
  const odd = names.flatMap((name) => {
    const values = traits.map(({ host, env }) => ({ host, value: env.get(name) ?? '' }));
    return differing('env', values).map((difference) => ({ ...difference, name }));
  });
  const byHosts = Map.groupBy(odd, ({ hosts }) => hosts.join());
  return [...byHosts.values()].flatMap(([first, ...rest]) => {
    if (!first) return [];
    const { name, ...difference } = first;
    const variables = [name, ...rest.map((other) => other.name)].join(', ');
    return { ...difference, has: `other values: ${variables}`, most: 'alike' };
  });
}

type Valued = { host: EngineId; value: string };

/** The values other than that of the majority, each with its hosts; one row for all where there is no majority. */
function oddOnes(about: Pick<Difference, 'role' | 'service' | 'field'>, values: readonly Valued[]): Difference[] {
  const groups = [...Map.groupBy(values, ({ value }) => value)];
  const [most] = groups.toSorted(([, a], [, b]) => b.length - a.length);
  if (!most || groups.length < 2) return [];
  const row = (some: readonly Valued[], has: string) => {
    const hosts = some.map(({ host }) => host);
    return { id: [about.role, about.service, about.field, ...hosts].join(' '), ...about, hosts, has };
  };
  if (most[1].length * 2 <= values.length) {
    const has = groups.map(([value, some]) => `${value} (${some.map(({ host }) => host).join(', ')})`).join('; ');
    return [{ ...row(values, has), most: 'no majority', mostHosts: 0 }];
  }
  return groups
    .filter((group) => group !== most)
    .map(([value, some]) => ({ ...row(some, value), most: most[0], mostHosts: most[1].length }));
}

/** Of its newest container: replicas of one host may differ while it is being updated. */
function traitsOf({ containers, imageId = '', image }: Service): Traits {
  const newest = containers.reduce<(typeof containers)[number] | undefined>(
    (a, b) => (a && a.created >= b.created ? a : b),
    undefined,
  );
  const { memory, memorySwap, cpus, pids } = newest?.detail?.limits ?? {};
  const limits = Object.entries({ memory, memorySwap, cpus, pids }).filter(([, value]) => value !== undefined);
  return {
    image: imageId === '' ? image : shortId(imageId),
    config: newest?.labels[LABEL.configHash]?.slice(0, 12) ?? '',
    limits: limits.map(([name, value]) => `${name} ${value}`).join(', ') || 'none',
    env: new Map((newest?.detail?.env ?? []).flatMap(hashed)),
  };
}

/** `sha256:ab12cd34ef56`. */
export function shortId(id: string): string {
  return id.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]*$/, 'sha256:$2');
}

/** The variable's name with a hash of its value: secrets are compared, not kept. */
function hashed(variable: string): [string, string][] {
  const at = variable.indexOf('=');
  const name = at < 0 ? variable : variable.slice(0, at);
  if (OWN_VARIABLES.has(name)) return [];
  return [[name, createHash('sha256').update(variable).digest('hex')]];
}
