import * as v from 'valibot';
import { described, text } from './kinds.ts';

/** The hosts of a fleet, by name. */

/** As docker names its contexts. A name that begins with `-` would be an option wherever it is handed to a program. */
const HostName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][\w.+-]*$/, 'a host is named with letters, digits, . _ + and -, and does not begin with -'),
);

const Endpoint = v.pipe(
  text,
  v.check(
    (url) => !/^(\w+:\/\/)?([^@/]*@)?-/.test(url),
    'names a host that begins with -, which ssh would take for an option',
  ),
);

const Moment = v.pipe(
  v.string(),
  v.check((time) => !Number.isNaN(Date.parse(time)), 'must be a time such as 2026-12-01T08:00:00Z'),
);

const HostSettings = v.strictObject({
  endpoint: v.optional(
    described('`unix://`, `tcp://` or `ssh://`; default: the docker context of that name.', Endpoint),
  ),
  role: v.optional(described('What it is for, such as `engine`: hosts of one role should be alike.', text)),
  group: v.optional(described('Where it is, or who owns it.', text)),
  pair: v.optional(
    described(
      'The host that takes over for it: an action never has both at once. Setting it on one of the two is enough.',
      HostName,
    ),
  ),
  off: v.optional(
    described(
      'Taken out of service: deskhand does not connect to it.',
      v.strictObject({
        reason: described('The reason.', text),
        until: v.optional(described('When that ends, such as `2026-12-01T08:00:00Z`.', Moment)),
      }),
    ),
  ),
});

type Hosts = Readonly<Record<string, v.InferOutput<typeof HostSettings>>>;

/** Both hosts of each pair, whichever of them names the other. */
export function pairsOf(hosts: Hosts): Map<string, readonly string[]> {
  const pairs = new Map<string, readonly string[]>();
  const add = (one: string, other: string) => pairs.set(one, [...new Set([...(pairs.get(one) ?? []), other])]);
  for (const [name, { pair }] of Object.entries(hosts)) {
    if (pair === undefined) continue;
    add(name, pair);
    add(pair, name);
  }
  return pairs;
}

/** Why a host cannot have the pair it names; undefined where it can. */
function pairTrouble(name: string, hosts: Hosts): string | undefined {
  const pair = hosts[name]?.pair;
  if (pair === undefined) return undefined;
  if (pair === name) return 'is the host itself';
  if (!hosts[pair]) return `there is no host "${pair}"`;
  const pairs = pairsOf(hosts);
  const torn = [name, pair].find((one) => (pairs.get(one)?.length ?? 0) > 1);
  return torn === undefined ? undefined : `${torn} is paired with ${pairs.get(torn)?.join(' and ')}`;
}

/** Hosts by name: the fleet, where there are any; else the docker contexts are. */
export const HostsSettings = v.pipe(
  v.record(HostName, HostSettings),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const name of Object.keys(dataset.value)) {
      const message = pairTrouble(name, dataset.value);
      if (message === undefined) continue;
      const at = (key: string, value: unknown) => ({
        type: 'object' as const,
        origin: 'value' as const,
        input: {},
        key,
        value,
      });
      addIssue({ message, path: [at(name, dataset.value[name]), at('pair', dataset.value[name]?.pair)] });
    }
  }),
);
