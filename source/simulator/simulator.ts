import { rmSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createApi } from './api/server.ts';
import { endIncident, type IncidentName, incidentOf, isAbout, playIncident } from './incidents/index.ts';
import { SimulatorError } from './incidents/simulator-error.ts';
import { listen, socketFor, unlisten } from './listener.ts';
import { openEndpoints } from './metrics/endpoints.ts';
import { type Misbehaviour, manners } from './misbehaviour.ts';
import { fleetOf, type SimulatedHost } from './stacks/fleet.ts';
import { type HostOptions, tradingHost } from './stacks/index.ts';
import { MINUTE } from './world/time.ts';
import type { World } from './world/types.ts';
import { advance } from './world/world.ts';

export { heldClock } from './held-clock.ts';
export { incidentNames } from './incidents/index.ts';
export { SimulatorError } from './incidents/simulator-error.ts';

export type SimulatorOptions = Pick<HostOptions, 'name' | 'stacks'> & {
  /** Where to listen; a socket in a new private directory when left out. */
  socketPath?: string;
  clock?: Clock;
  /** The same seed gives the same ids, load and lines. */
  seed?: string;
  /** At least so many containers: synthetic projects beside the five stacks. */
  containers?: number;
  /** One that has begun two and a half minutes ago, so that all its signs show. */
  incident?: string;
  /** Loopback port of the trading engine's /metrics; 0 (the default): a free one. */
  metricsPort?: number;
};

export type Simulator = {
  socketPath: string;
  /** The trading engine's /metrics. */
  metricsUrl: string;
  /** All /metrics by container name. */
  metricsUrls: Readonly<Record<string, string>>;
  /** Begins an incident now. Throws on an unknown name, listing the known ones. */
  play(incident: string): void;
  /** Makes good what an incident (all that were played, when left out) has done. */
  end(incident?: string): void;
  misbehave(mode: Misbehaviour): Promise<void>;
  /** Ends all connections, closes all ports and takes the socket away. */
  close(): Promise<void>;
};

/** The world is built so long ago and lived through, so that health logs and events have a past. */
const PAST = 6 * MINUTE;
/** Long enough for three failed probes, short enough that the engine's 256 events still include it. */
const INCIDENT_AGO = 2.5 * MINUTE;

/** A Docker Engine that is none, on a unix socket: five trading stacks that live, fail and recover. */
export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return open(options, tidying());
}

/** What is to be done also when the process exits without closing. */
type Tidying = { add(tidy: () => void): void; delete(tidy: () => void): void };

function tidying(): Tidying {
  const open = new Set<() => void>();
  const all = () => {
    for (const tidy of open) tidy();
  };
  return {
    add(tidy) {
      if (open.size === 0) process.once('exit', all);
      open.add(tidy);
    },
    delete(tidy) {
      open.delete(tidy);
      if (open.size === 0) process.off('exit', all);
    },
  };
}

/** `from`: when its world begins; engines of one moment have the same images. */
async function open(options: SimulatorOptions, atExit: Tidying, from?: number): Promise<Simulator> {
  const { clock = systemClock, seed = 'deskhand', containers = 0, metricsPort = 0 } = options;
  const first = options.incident === undefined ? undefined : incidentOf(options.incident);
  const { name, stacks } = options;
  const world = tradingHost(seed, from ?? clock.now() - PAST, { containers, name, stacks });
  const socket = await socketFor(options.socketPath);
  // A socket without a listener must not be left behind.
  const tidy = (): void => rmSync(socket.directory ?? socket.path, { recursive: true, force: true });
  atExit.add(tidy);
  const endpoints = await openEndpoints(world, clock, { 'nanoarb-engine': metricsPort });
  const played = new Set<IncidentName>();
  if (first) {
    advance(world, clock.now() - INCIDENT_AGO);
    playIncident(world, first);
    played.add(first);
  }
  const stopDriving = drive(world, clock);
  const engine = await openEngine(world, clock, socket.path);
  return {
    socketPath: socket.path,
    metricsUrl: endpoints.metricsUrls['nanoarb-engine'] ?? '',
    metricsUrls: endpoints.metricsUrls,
    play(incident) {
      const name = incidentOf(incident);
      advance(world, clock.now());
      playIncident(world, name);
      played.add(name);
    },
    end(incident) {
      advance(world, clock.now());
      for (const name of incident === undefined ? [...played] : [incidentOf(incident)]) {
        endIncident(world, name);
        played.delete(name);
      }
    },
    misbehave: engine.misbehave,
    async close() {
      stopDriving();
      await Promise.all([engine.close(), endpoints.close()]);
      atExit.delete(tidy);
      tidy();
    },
  };
}

export type SimulatedFleet = {
  hosts: readonly (SimulatedHost & { engine: Simulator })[];
  close(): Promise<void>;
};

/** How some hosts of a simulated fleet misbehave: answers that take 50 ms, none at all, no HTTP, no engine. */
const FAULTS = { slow: { slow: 50 }, hang: 'hang', refuse: 'garbage', gone: 'die' } as const;

export type FleetFaults = Readonly<Partial<Record<keyof typeof FAULTS, number>>>;

/** `slow=5,hang=2`: how many hosts have each fault. Throws where it makes no sense. */
export function readFaults(text: string): FleetFaults {
  const pairs = text.split(',').map((one): [string, number] => {
    const [, name = '', count = ''] = /^([a-z]+)=(\d+)$/.exec(one.trim()) ?? [];
    if (Object.hasOwn(FAULTS, name)) return [name, Number(count)];
    throw new SimulatorError(
      `Faults are given as in "slow=5,hang=2"; known faults are ${Object.keys(FAULTS).join(', ')}.`,
    );
  });
  return Object.fromEntries(pairs);
}

export type FleetOptions = Pick<SimulatorOptions, 'clock' | 'seed' | 'containers'> & {
  count: number;
  /** One that plays on every other host whose stacks it is about. */
  incident?: string;
  /** The last hosts have them. */
  faults?: FleetFaults;
};

/** Many simulated engines in one process, each on a socket of its own. */
export async function startFleet({ count, incident, faults = {}, ...options }: FleetOptions): Promise<SimulatedFleet> {
  const first = incident === undefined ? undefined : incidentOf(incident);
  const atExit = tidying();
  const from = (options.clock ?? systemClock).now() - PAST;
  const hosts = await Promise.all(
    fleetOf(count).map(async (host, index) => {
      const played = index % 2 === 0 && first !== undefined && isAbout(first, host.stacks) ? first : undefined;
      const engine = await open({ ...options, name: host.name, stacks: host.stacks, incident: played }, atExit, from);
      return { ...host, engine };
    }),
  );
  const faulty = hosts.toReversed();
  for (const [fault, many = 0] of Object.entries(faults)) {
    for (const { engine } of faulty.splice(0, many)) await engine.misbehave(FAULTS[fault as keyof typeof FAULTS]);
  }
  return { hosts, close: async () => void (await Promise.all(hosts.map(({ engine }) => engine.close()))) };
}

/** Keeps the world up with the clock: one timer, for whatever is due next. Returns how to stop it. */
function drive(world: World, clock: Clock): () => void {
  let cancel: (() => void) | undefined;
  const arm = (): void => {
    cancel?.();
    const next = world.agenda.tasks[0]?.at;
    cancel = next === undefined ? undefined : clock.after(Math.max(0, next - clock.now()), run);
  };
  function run(): void {
    advance(world, clock.now());
    arm();
  }
  world.agenda.onEarlier = arm;
  run();
  return () => {
    world.agenda.onEarlier = undefined;
    cancel?.();
  };
}

type EngineSocket = { misbehave(mode: Misbehaviour): Promise<void>; close(): Promise<void> };

async function openEngine(world: World, clock: Clock, path: string): Promise<EngineSocket> {
  const sockets = new Set<Duplex>();
  const { set, gate } = manners(clock, sockets);
  const server = createApi({ world, clock, gate });
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const shut = async (): Promise<void> => {
    const closed = unlisten(server);
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(server, path);
  return {
    async misbehave(mode) {
      set(mode);
      if (mode === 'die') await shut();
      else if (!server.listening) await listen(server, path);
    },
    async close() {
      set('die');
      await shut();
    },
  };
}
