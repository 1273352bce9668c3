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
  /** Where to listen; default: a socket in a new private directory. */
  socketPath?: string;
  clock?: Clock;
  /** The same seed gives the same ids, load and lines. */
  seed?: string;
  /** Minimum number of containers: synthetic projects are added to the five stacks. */
  containers?: number;
  /** An incident that began two and a half minutes ago, so that all its symptoms show. */
  incident?: string;
  /** Loopback port of the trading engine's /metrics; 0 (the default): any free port. */
  metricsPort?: number;
};

export type Simulator = {
  socketPath: string;
  /** URL of the trading engine's /metrics. */
  metricsUrl: string;
  /** URLs of all /metrics by container name. */
  metricsUrls: Readonly<Record<string, string>>;
  /** Starts an incident now. Throws if the name is unknown, listing the known ones. */
  play(incident: string): void;
  /** Repairs what an incident has done; without a name, all that were played. */
  end(incident?: string): void;
  misbehave(mode: Misbehaviour): Promise<void>;
  /** Ends all connections, closes all ports and removes the socket. */
  close(): Promise<void>;
};

/** How far in the past the simulation starts, so that health logs and events have a history. */
const PAST = 6 * MINUTE;
/** Long enough for three failed probes, short enough that the engine's 256 events still include it. */
const INCIDENT_AGO = 2.5 * MINUTE;

/** A simulated Docker Engine on a unix socket, with five trading stacks that run, fail and recover. */
export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  return open(options, tidying());
}

/** Cleanup that must also happen if the process exits without closing. */
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

/** `from`: when the simulation begins; engines with the same start have the same images. */
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

/** How some hosts of a simulated fleet misbehave: answers after 50 ms, no answers, no HTTP, no engine. */
const FAULTS = { slow: { slow: 50 }, hang: 'hang', refuse: 'garbage', gone: 'die' } as const;

export type FleetFaults = Readonly<Partial<Record<keyof typeof FAULTS, number>>>;

/** `slow=5,hang=2`: how many hosts have each fault. Throws if it is invalid. */
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
  /** An incident to play on every second host that has the affected stacks. */
  incident?: string;
  /** Applied to the last hosts. */
  faults?: FleetFaults;
};

/** Many simulated engines in one process, each on its own socket. */
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

/** Advances the simulation with the clock: one timer, for whatever is due next. Returns a function that stops it. */
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
