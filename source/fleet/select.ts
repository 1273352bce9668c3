import { matching } from '../lib/glob.ts';
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
