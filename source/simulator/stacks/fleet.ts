import type { StackName } from './index.ts';

/** A host of the simulated fleet: its purpose and its stacks. */
export type SimulatedHost = {
  name: string;
  role: string;
  group: string;
  pair?: string;
  stacks: readonly StackName[];
};

const SITES = ['lon', 'nyc', 'tok', 'fra', 'sin', 'chi', 'hkg', 'zrh', 'syd', 'mum'] as const;

const ENGINE: readonly StackName[] = ['exness'];
const GATEWAY: readonly StackName[] = ['openalgo', 'trading'];

/** The hosts of each site. */
const PLACES: readonly { at: string; role: string; pair?: string; stacks: readonly StackName[] }[] = [
  { at: 'engine-1', role: 'engine', pair: 'engine-2', stacks: ENGINE },
  { at: 'engine-2', role: 'engine', pair: 'engine-1', stacks: ENGINE },
  { at: 'gateway-1', role: 'gateway', pair: 'gateway-2', stacks: GATEWAY },
  { at: 'gateway-2', role: 'gateway', pair: 'gateway-1', stacks: GATEWAY },
  { at: 'engine-3', role: 'engine', stacks: ENGINE },
  { at: 'strategy-1', role: 'strategy', stacks: ['nanoarb'] },
  { at: 'data-1', role: 'data', stacks: ['maricusco'] },
];

/** The first `count` hosts, site by site; a host whose partner is missing has no pair. */
export function fleetOf(count: number): SimulatedHost[] {
  const hosts = Array.from({ length: count }, (_, index) => {
    const number = Math.floor(index / PLACES.length);
    const round = Math.floor(number / SITES.length);
    const group = `${SITES[number % SITES.length]}${round === 0 ? '' : round + 1}`;
    const { at, role, pair, stacks } = PLACES[index % PLACES.length] as (typeof PLACES)[number];
    return { name: `${group}-${at}`, role, group, pair: pair && `${group}-${pair}`, stacks };
  });
  const names = new Set(hosts.map(({ name }) => name));
  return hosts.map((host) => (host.pair !== undefined && names.has(host.pair) ? host : { ...host, pair: undefined }));
}
