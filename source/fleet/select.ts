import { serviceName } from '../desk/identity.ts';
import { matching } from '../lib/glob.ts';
import type { EngineId } from '../lib/ids.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import type { FleetHost } from './model.ts';

const KEYS = ['role', 'group', 'pair', 'host'] as const;

/**
 * The hosts that `role=engine,group=lon` or `lon-engine-1,lon-engine-2` mean: those that match every `key=value`, and those that are
 * named (`*` stands for anything). A sentence where it means none.
 */
export function selectHosts<Host extends Pick<FleetHost, 'spec'>>(
  hosts: readonly Host[],
  text: string,
): readonly Host[] | string {
  const terms = text
    .split(',')
    .map((term) => term.trim())
    .filter(Boolean);
  const pairs = terms.filter((term) => term.includes('='));
  const names = terms.filter((term) => !term.includes('='));
  for (const term of pairs) {
    const [key = ''] = term.split('=', 1);
    if (!KEYS.some((known) => known === key)) return `Hosts are chosen by ${KEYS.join(', ')}, not by "${key}".`;
  }
  const all = hosts.map(({ spec }) => spec.name);
  const unknown = names.find((name) => matching([name], all) === undefined);
  if (unknown !== undefined) return `There is no host "${unknown}".${suggestionFor(unknown, all)}`;
  const chosen = hosts.filter(({ spec }) => {
    const fits = pairs.length > 0 && pairs.every((term) => fitsTerm(spec, term));
    return fits || matching(names, [spec.name]) !== undefined;
  });
  return chosen.length > 0 ? chosen : `No host matches "${text}".`;
}

function fitsTerm(spec: FleetHost['spec'], term: string): boolean {
  const at = term.indexOf('=');
  const [key, value] = [term.slice(0, at), term.slice(at + 1)];
  const own = key === 'host' ? spec.name : spec[key as 'role' | 'group' | 'pair'];
  return own !== undefined && matching([value], [own]) !== undefined;
}

/** The service that `engine` or `exness/engine` means on any of the hosts, with those that have it; or why it means none. */
export function serviceOnHosts(
  named: string,
  hosts: readonly Pick<FleetHost, 'spec' | 'desk'>[],
): { name: string; hosts: readonly EngineId[] } | { error: string } {
  const all = hosts.flatMap(({ spec, desk }) =>
    (desk?.services ?? []).map((service) => ({ host: spec.name, name: serviceName(service), short: service.name })),
  );
  const found = all.filter(({ name, short }) => name === named || short === named);
  const names = [...new Set(found.map(({ name }) => name))];
  const [name, ...others] = names;
  if (name === undefined) {
    const known = [...new Set(all.map((one) => one.name))];
    return { error: `No host has a service "${named}".${suggestionFor(named, known)}` };
  }
  if (others.length > 0) return { error: `${named} is ambiguous: ${names.join(', ')}.` };
  return { name, hosts: found.map(({ host }) => host) };
}
