import type { EngineEvent, EngineInfo, ProcessTable } from '../facts.ts';
import { type Fields, fields, list, moment, number, strings, text, texts } from './fields.ts';

/** The engine's description of itself: GET /info, /version, /events, and the processes of GET /containers/{id}/top. */

/** Name by which deskhand's simulated engine identifies itself in its version. */
const SIMULATOR = /deskhand simulator/i;

export function parseInfo(infoValue: unknown, versionValue: unknown): EngineInfo {
  const info = fields(infoValue);
  const version = fields(versionValue);
  const names = [fields(version.Platform).Name, ...list(version.Components).map((part) => fields(part).Name)];
  return {
    ...(names.some((name) => /podman/i.test(text(name))) ? { product: 'Podman' as const } : {}),
    id: text(info.ID) || undefined,
    name: text(info.Name),
    version: text(version.Version) || text(info.ServerVersion),
    apiVersion: text(version.ApiVersion),
    operatingSystem: text(info.OperatingSystem),
    cpus: number(info.NCPU) ?? 0,
    memory: number(info.MemTotal) ?? 0,
    swarm: parseSwarm(fields(info.Swarm)),
    rootless: texts(info.SecurityOptions).some((option) => option.includes('name=rootless')),
    simulated: names.some((name) => SIMULATOR.test(text(name))),
    rootDirectory: text(info.DockerRootDir) || undefined,
    warnings: texts(info.Warnings),
  };
}

function parseSwarm(swarm: Fields): EngineInfo['swarm'] {
  const state = text(swarm.LocalNodeState);
  if (state === 'active') return swarm.ControlAvailable === true ? 'manager' : 'worker';
  return state === '' || state === 'inactive' ? 'inactive' : 'unknown';
}

/** One line of the event stream; undefined if it is not an event. */
export function parseEvent(value: unknown): EngineEvent | undefined {
  const event = fields(value);
  const actor = fields(event.Actor);
  const attributes = strings(actor.Attributes);
  // podman also sends `restart` for restarts by policy, and the `start` that follows is enough; its `remove` is `destroy`.
  const isPodman = attributes.podId !== undefined;
  const said = text(event.Action) || text(event.status);
  const action = isPodman && said === 'remove' && event.Type === 'container' ? 'destroy' : said;
  if (!action || (isPodman && action === 'restart')) return undefined;
  const at = moment((number(event.timeNano) ?? 0) / 1e6) ?? moment((number(event.time) ?? 0) * 1000) ?? 0;
  return {
    at,
    type: text(event.Type) || 'container',
    action,
    id: text(actor.ID) || text(event.id),
    name: attributes.name ?? '',
    attributes,
  };
}

export function parseTop(value: unknown): ProcessTable {
  const table = fields(value);
  return { titles: texts(table.Titles), rows: list(table.Processes).map((row) => list(row).map(String)) };
}
