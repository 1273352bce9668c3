import type { Container, World } from '../world/types.ts';
import { Refusal } from '../world/types.ts';
import { findContainer } from '../world/world.ts';
import { type Call, type Filters, filtersOf, flag, type Handler, Json, labelsMatch, ok } from './call.ts';
import { inspectContainer } from './inspect.ts';
import { listJson } from './view.ts';

/** GET /containers/json and /containers/{id}/json. */

const FILTERS = [
  'ancestor',
  'before',
  'expose',
  'exited',
  'health',
  'id',
  'isolation',
  'is-task',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
] as const;
const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

export const listContainers: Handler = (call) => {
  const filters = filtersOf(call, FILTERS);
  for (const status of filters.get('status') ?? []) {
    if (!STATUSES.includes(status)) throw new Refusal(400, `invalid filter 'status=${status}'`);
  }
  const limit = Number(call.query.get('limit') ?? 0) || 0;
  const all = flag(call.query, 'all') || limit > 0 || filters.has('status') || filters.has('exited');
  let found = [...call.world.containers.values()].filter((c) => (all || isUp(c)) && matches(call.world, c, filters));
  found.sort((a, b) => b.created - a.created);
  if (limit > 0) found = found.slice(0, limit);
  const size = flag(call.query, 'size');
  return ok(new Json(listJson(call.world, found, size)));
};

export const showContainer: Handler = (call) => {
  const container = containerOf(call);
  return ok(inspectContainer(call.world, container, flag(call.query, 'size')));
};

/** The container that the path names, or a 404. */
export function containerOf(call: Call): Container {
  return findContainer(call.world, call.params.id ?? '');
}

function isUp({ state }: Container): boolean {
  return state.status === 'running' || state.status === 'paused' || state.status === 'restarting';
}

function matches(world: World, container: Container, filters: Filters): boolean {
  if (filters.size === 0) return true;
  const test: Readonly<Record<string, (value: string) => boolean>> = {
    id: (value) => container.id.startsWith(value),
    name: (value) => nameMatches(container.name, value),
    status: (value) => container.state.status === value,
    health: (value) => (container.health?.status ?? 'none') === value,
    exited: (value) =>
      container.state.exitCode === Number(value) && container.state.startedAt !== undefined && !isUp(container),
    network: (value) =>
      container.endpoints.has(value) || [...container.endpoints.keys()].some((n) => networkId(world, n) === value),
    volume: (value) => container.mounts.some((m) => m.Name === value || m.Destination === value),
    ancestor: (value) =>
      container.image === value || container.image === `${value}:latest` || container.imageId.includes(value),
    publish: (value) =>
      Object.values(container.hostConfig.PortBindings)
        .flat()
        .some((p) => p.HostPort === value.split('/')[0]),
    expose: (value) =>
      Object.keys(container.config.ExposedPorts ?? {}).some((p) => p.split('/')[0] === value.split('/')[0]),
    before: (value) => container.created < findContainer(world, value).created,
    since: (value) => container.created > findContainer(world, value).created,
  };
  if (!labelsMatch(container.config.Labels, filters)) return false;
  return [...filters].every(([name, values]) => {
    const one = test[name];
    return !one || [...values].some(one);
  });
}

function networkId(world: World, name: string): string | undefined {
  return [...world.networks.values()].find((network) => network.name === name)?.id;
}

/** A name filter is a regular expression, matched with and without the leading slash. */
function nameMatches(name: string, pattern: string): boolean {
  try {
    const regex = new RegExp(pattern);
    return regex.test(name) || regex.test(`/${name}`);
  } catch {
    return name.includes(pattern);
  }
}
