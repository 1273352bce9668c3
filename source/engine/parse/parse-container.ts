import { containerId } from '../../lib/ids.ts';
import type { Attachment, ContainerFacts, ContainerState, Health, Mount, Port } from '../facts.ts';
import { type Fields, fields, list, moment, number, positive, strings, text, texts, time } from './fields.ts';
import { parseDetail, parseHealth } from './parse-detail.ts';
import { boundPorts } from './parse-ports.ts';

/** Containers as facts, from GET /containers/json and GET /containers/{id}/json (Docker 1.41 on, podman's compatible API). */

const STATES: readonly string[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];

/** The answer of the list; an entry without an id is left out, as nothing could be done with it. */
export function parseList(value: unknown): ContainerFacts[] {
  return list(value)
    .map(parseListed)
    .filter(({ id }) => id !== '');
}

/** An entry of the list. */
export function parseListed(value: unknown): ContainerFacts {
  const entry = fields(value);
  const state = parseState(entry.State) ?? stateFromWords(text(entry.Status));
  const status = text(entry.Status);
  return {
    id: containerId(text(entry.Id)),
    name: shownName(list(entry.Names)) || shortId(entry.Id),
    image: text(entry.Image),
    imageId: text(entry.ImageID),
    command: texts(entry.Command).join(' '),
    labels: strings(entry.Labels),
    created: seconds(entry.Created),
    state,
    health: listedHealth(state, status, fields(entry.Health)),
    status,
    exitCode: exitCodeFromWords(status),
    ports: list(entry.Ports).flatMap(listedPort),
    mounts: list(entry.Mounts).map(parseMount),
    attachments: parseAttachments(entry.NetworkSettings),
  };
}

/** The answer of an inspect, with its detail. */
export function parseInspected(value: unknown): ContainerFacts {
  const entry = fields(value);
  const state = fields(entry.State);
  const config = fields(entry.Config);
  const status = parseState(state.Status) ?? stateFromFlags(state);
  return {
    id: containerId(text(entry.Id)),
    name: text(entry.Name).replace(/^\//, '') || shortId(entry.Id),
    image: text(config.Image),
    imageId: text(entry.Image),
    command: [text(entry.Path), ...texts(entry.Args)].filter(Boolean).join(' '),
    labels: strings(config.Labels),
    created: time(entry.Created) ?? 0,
    state: status,
    health: parseHealth(state, config),
    status: text(state.Status),
    exitCode: lastExitCode(status, state),
    ports: boundPorts(fields(entry.NetworkSettings).Ports),
    mounts: list(entry.Mounts).map(parseMount),
    attachments: parseAttachments(entry.NetworkSettings),
    detail: parseDetail(entry),
  };
}

function parseState(value: unknown): ContainerState | undefined {
  const word = text(value).toLowerCase();
  if (STATES.includes(word)) return word as ContainerState;
  // podman's own words.
  if (word === 'configured' || word === 'initialized') return 'created';
  if (word === 'stopped') return 'exited';
  return undefined;
}

/** Old engines leave State out of the list; the Status text begins with it. */
function stateFromWords(status: string): ContainerState {
  if (status.startsWith('Up')) return status.endsWith('(Paused)') ? 'paused' : 'running';
  const [word = ''] = status.split(' ');
  return parseState(word === 'Removal' ? 'removing' : word) ?? 'unknown';
}

function stateFromFlags(state: Fields): ContainerState {
  if (state.Dead === true) return 'dead';
  if (state.Restarting === true) return 'restarting';
  if (state.Paused === true) return 'paused';
  if (state.Running === true) return 'running';
  return time(state.FinishedAt) === undefined ? 'unknown' : 'exited';
}

/** Newer lists have Health; older ones only a text, which shows the lack of a check only while the container runs. */
function listedHealth(state: ContainerState, status: string, health: Fields): Health {
  const said = text(health.Status);
  if (said === 'none' || said === 'starting' || said === 'healthy' || said === 'unhealthy') return said;
  // podman leaves out the word health before the last.
  const words = /\((?:health: )?(healthy|unhealthy|starting)\)/.exec(status)?.[1];
  if (words) return words as Health;
  return state === 'running' && status.startsWith('Up') ? 'none' : 'unknown';
}

/** "Exited (137) 2 minutes ago", "Restarting (1) 5 seconds ago". */
function exitCodeFromWords(status: string): number | undefined {
  const code = /^(?:Exited|Restarting|Dead) \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** A running container's exit code 0 means nothing; a created one has a code if its start failed. */
function lastExitCode(status: ContainerState, state: Fields): number | undefined {
  const code = number(state.ExitCode);
  if (status === 'created') return code || undefined;
  return status === 'running' || status === 'paused' || status === 'unknown' ? undefined : code;
}

/** Replaces a missing name, as in the docker CLI. */
function shortId(id: unknown): string {
  return text(id).slice(0, 12);
}

/** Link names look like /other/alias: the container's own name has one slash. */
function shownName(names: readonly unknown[]): string {
  const all = texts(names);
  return (all.find((name) => name.lastIndexOf('/') <= 0) ?? all[0] ?? '').replace(/^\//, '');
}

/** Unix seconds; podman answers RFC 3339 in places. */
function seconds(value: unknown): number {
  const count = number(value);
  return (count === undefined ? time(value) : moment(count * 1000)) ?? 0;
}

function listedPort(value: unknown): Port[] {
  const port = fields(value);
  const container = positive(port.PrivatePort);
  if (container === undefined) return [];
  const host = positive(port.PublicPort);
  const protocol = text(port.Type) || 'tcp';
  return [{ container, protocol, ...(host && { host, address: text(port.IP) }) }];
}

function parseMount(value: unknown): Mount {
  const mount = fields(value);
  const name = text(mount.Name);
  return {
    type: text(mount.Type) || 'unknown',
    ...(name && { name }),
    source: text(mount.Source),
    target: text(mount.Destination),
    writable: mount.RW !== false,
  };
}

function parseAttachments(settings: unknown): Attachment[] {
  return Object.entries(fields(fields(settings).Networks)).map(([network, value]) => {
    const endpoint = fields(value);
    const address = text(endpoint.IPAddress) || text(endpoint.GlobalIPv6Address);
    return { network, ...(address && { address }), aliases: texts(endpoint.Aliases) };
  });
}
