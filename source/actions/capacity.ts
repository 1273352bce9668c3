import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts, Port } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import { bytes } from '../lib/format.ts';
import type { HostRoom } from './host-room.ts';

/** What a container takes of its host once it runs: its limits, in bytes and CPUs, and the ports that it publishes. */
export type Need = { memory?: number; cpus?: number; ports: readonly Port[] };

/** What is read of a plan's object. */
type Planned = { kind: string; id: string; name: string; fresh?: boolean; need?: Need };

/** One thing that was looked at before something starts. `ok`: there is enough of it, as far as is known. */
export type Check = { ok: boolean; text: string };

/** Free disk below this share is worth a warning. */
const LITTLE_DISK = 0.1;

/** What a container takes, by its own limits. */
export function needOf({ detail }: ContainerFacts): Need {
  return { memory: detail?.limits.memory, cpus: detail?.limits.cpus, ports: detail?.publishes ?? [] };
}

/**
 * What starts by a plan against the host: memory and CPU by limits and by use, ports, disk. Nothing for a plan by which nothing
 * starts. Containers that the plan replaces do not count twice.
 */
export function capacityChecks(state: DeskState, objects: readonly Planned[], room?: HostRoom): Check[] {
  const starting = objects.filter(({ need }) => need !== undefined);
  if (starting.length === 0) return [];
  const own = new Set(starting.map(({ id }) => id));
  const running = [...state.containers.values()].filter((one) => isUp(one) && !own.has(one.id));
  const pulls = objects.some(({ kind, fresh }) => kind === 'image' && fresh === true);
  return [
    memoryCheck(state, starting, running, room),
    cpuCheck(state, starting, running),
    ...portChecks(starting, running, own, state, room),
    ...diskCheck(room, pulls),
  ];
}

const sum = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

function memoryCheck(
  state: DeskState,
  starting: readonly Planned[],
  running: readonly ContainerFacts[],
  room: HostRoom | undefined,
): Check {
  const total = state.engine?.memory ?? 0;
  const wanted = sum(starting.map(({ need }) => need?.memory));
  const limits = sum(running.map(({ detail }) => detail?.limits.memory));
  const open = starting.filter(({ need }) => need?.memory === undefined).length;
  const use = room?.memoryFree === undefined ? measured(state, running) : total - room.memoryFree;
  const parts = [
    limitsText(limits, wanted, bytes),
    ...(use === undefined ? [] : [`in use ${bytes(use)}`]),
    ...(total === 0 ? ['the size of the host is not known'] : [`of ${bytes(total)}`]),
    ...(open === 0 ? [] : [`${open} without a limit may take all`]),
  ];
  const over = total > 0 && (limits + wanted > total || (use ?? 0) + wanted > total);
  return { ok: !over, text: `Memory: ${parts.join(', ')}${over ? ': more than the host has' : ''}.` };
}

/** The memory of all containers, where each was measured. */
function measured({ usage }: DeskState, running: readonly ContainerFacts[]): number | undefined {
  const readings = running.map(({ id }) => usage.get(id)?.memory);
  return readings.length > 0 && readings.every((one) => one !== undefined) ? sum(readings) : undefined;
}

function cpuCheck(state: DeskState, starting: readonly Planned[], running: readonly ContainerFacts[]): Check {
  const total = state.engine?.cpus ?? 0;
  const wanted = sum(starting.map(({ need }) => need?.cpus));
  const limits = sum(running.map(({ detail }) => detail?.limits.cpus));
  const readings = running.map(({ id }) => state.usage.get(id)?.cpuPercent);
  const known = readings.length > 0 && readings.every((one) => one !== undefined);
  const use = known ? sum(readings) / 100 : undefined;
  const over = total > 0 && limits + wanted > total;
  const parts = [
    limitsText(limits, wanted, cpus),
    ...(use === undefined ? [] : [`in use ${cpus(use)}`]),
    ...(total === 0 ? [] : [`of ${total}`]),
  ];
  return { ok: !over, text: `CPU: ${parts.join(', ')}${over ? ': more than the host has' : ''}.` };
}

/** What the limits of what runs and of what starts add up to; `limits 5GiB + 2GiB`. */
function limitsText(running: number, starting: number, text: (value: number) => string): string {
  return running + starting === 0 ? 'no limits are set' : `limits ${text(running)} + ${text(starting)}`;
}

const cpus = (count: number) => String(Number(count.toFixed(2)));

function portChecks(
  starting: readonly Planned[],
  running: readonly ContainerFacts[],
  own: ReadonlySet<string>,
  state: DeskState,
  room: HostRoom | undefined,
): Check[] {
  const wanted = starting.flatMap(({ name, need }) => (need?.ports ?? []).map((port) => ({ name, port })));
  if (wanted.length === 0) return [];
  const replaced = [...state.containers.values()].filter(({ id }) => own.has(id)).flatMap(({ ports }) => ports);
  const taken = wanted.flatMap(({ name, port }, index): Check[] => {
    const label = portText(port);
    const holder = running.find(({ ports }) => ports.some((other) => clash(other, port)))?.name;
    const twin = wanted.slice(0, index).find((other) => clash(other.port, port))?.name;
    const given = replaced.some((other) => clash(other, port));
    const program =
      !given && room?.listening.has(`${port.protocol} ${port.host}`) ? 'a program on the host' : undefined;
    const by = holder ?? twin ?? program;
    return by === undefined ? [] : [{ ok: false, text: `Port ${label} of ${name} is taken by ${by}.` }];
  });
  if (taken.length > 0) return taken;
  const list = [...new Set(wanted.map(({ port }) => portText(port)))].join(', ');
  const known = room === undefined ? ' among the containers; programs on the host were not looked at' : '';
  return [{ ok: true, text: `Ports: ${list} free${known}.` }];
}

function portText({ host, protocol }: Port): string {
  return protocol === 'tcp' ? `${host}` : `${host}/${protocol}`;
}

/** The same port on addresses that overlap. */
function clash(a: Port, b: Port): boolean {
  const any = (address = '') => ['', '0.0.0.0', '::'].includes(address);
  const addresses = any(a.address) || any(b.address) || a.address === b.address;
  return a.host !== undefined && a.host === b.host && a.protocol === b.protocol && addresses;
}

function diskCheck(room: HostRoom | undefined, pulls: boolean): Check[] {
  if (room?.disk === undefined) return [];
  const { path, free, total } = room.disk;
  const share = total === 0 ? 1 : free / total;
  const image = pulls ? '; the size of the image is known once it is pulled' : '';
  const text = `Disk: ${bytes(free)} of ${bytes(total)} free at ${path}${image}.`;
  return [{ ok: share >= LITTLE_DISK, text }];
}
