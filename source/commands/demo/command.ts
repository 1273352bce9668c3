import { once } from 'node:events';
import { join } from 'node:path';
import { auditDirectory } from '../../actions/audit/file.ts';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import { resolveEndpoint } from '../../engine/connect/endpoint.ts';
import { engineId } from '../../lib/ids.ts';
import type { Settings } from '../../settings/schema.ts';
import type { HeldClock } from '../../simulator/held-clock.ts';
import { EXIT } from '../command-line.ts';
import type { ConsoleOptions } from '../console/console.tsx';
import { openConsole } from '../console/open.ts';
import { fleetConsole } from '../options.ts';

export type DemoFlags = {
  incident?: string;
  containers?: number;
  /** So many engines at once, and how some of them misbehave. */
  hosts?: number;
  faults?: string;
  engineOnly?: boolean;
  socket?: string;
  clock?: string;
  /** A command to begin with. */
  command?: string;
};

/** `deskhand demo`: the console on the simulated engine, or that engine alone. */
export async function demo(flags: DemoFlags, settings: Settings, print: (text: string) => void): Promise<number> {
  // A separate bundle, loaded only here.
  const { heldClock, incidentNames, SimulatorError, startSimulator } = await import('../../simulator/simulator.ts');
  if (flags.incident === 'list') {
    for (const [name, description] of Object.entries(incidentNames)) print(`${name.padEnd(26)} ${description}\n`);
    return 0;
  }
  const start = flags.clock === undefined ? undefined : Date.parse(flags.clock);
  if (Number.isNaN(start)) return refuse('--clock needs a time, such as 2026-11-20T09:15:00Z.');
  const clock = start === undefined ? undefined : heldClock(start);
  if (flags.hosts !== undefined) return demoFleet(flags, flags.hosts, settings, print, clock);
  if (flags.faults !== undefined) return refuse('--faults is for many hosts: name their number with --hosts N.');
  const { containers } = flags;
  const { socket: socketPath, incident: first } = flags;
  const simulator = await startSimulator({ socketPath, containers, incident: first, clock }).catch((error: unknown) => {
    if (error instanceof SimulatorError) return error;
    throw error;
  });
  if (simulator instanceof SimulatorError) return refuse(simulator.message);
  try {
    if (flags.engineOnly) return await serve(simulator.socketPath, print);
    const incident = { names: Object.keys(incidentNames), play: async (name: string) => simulator.play(name) };
    const console = {
      endpoint: simulated(simulator.socketPath),
      ...apart(settings),
      incident,
      command: flags.command,
    };
    return await (clock ? runHeld(console, clock) : openConsole(console));
  } finally {
    await simulator.close();
  }
}

/** The console on many simulated engines, or those engines alone. */
async function demoFleet(
  flags: DemoFlags,
  count: number,
  settings: Settings,
  print: (text: string) => void,
  clock: HeldClock | undefined,
): Promise<number> {
  const { readFaults, SimulatorError, startFleet } = await import('../../simulator/simulator.ts');
  if (count === 0) return refuse('--hosts needs at least 1.');
  if (flags.socket !== undefined) return refuse('--socket is for one engine.');
  const { incident, containers } = flags;
  try {
    const faults = readFaults(flags.faults ?? 'slow=0');
    const fleet = await startFleet({ count, incident, containers, faults, clock });
    try {
      const hosts = Object.fromEntries(
        fleet.hosts.map(({ name, role, group, pair, engine }) => [
          name,
          { endpoint: `unix://${engine.socketPath}`, role, group, pair },
        ]),
      );
      if (flags.engineOnly) return await serveFleet(hosts, print);
      const { env, settings: own } = apart(settings);
      const console = { ...fleetConsole({ ...own, hosts }, env), env, fleet: true };
      return await (clock ? runHeld(console, clock) : openConsole(console));
    } finally {
      await fleet.close();
    }
  } catch (error) {
    if (error instanceof SimulatorError) return refuse(error.message);
    throw error;
  }
}

async function serveFleet(hosts: Settings['hosts'], print: (text: string) => void): Promise<number> {
  const lines = Object.entries(hosts).map(([name, host]) => `  ${name}: ${JSON.stringify(host)}`);
  print(`# The simulated engines as settings for deskhand --fleet --config FILE:\nhosts:\n${lines.join('\n')}\n`);
  return untilSignal();
}

/**
 * A state directory of its own: audit log, archives, errors, pins and thresholds of a simulated engine do not mix with those of real ones,
 * whatever the settings say of where these lie.
 */
function apart(settings: Settings): { settings: Settings; env: NodeJS.ProcessEnv } {
  const env = { ...process.env, XDG_STATE_HOME: join(auditDirectory(process.env), 'demo') };
  return { env, settings: { ...settings, audit: {}, backups: {} } };
}

/** How much time passes before the clock is held: long enough for every chart and rate to have a past (ms). */
const RUN_UP_MS = 60_000;
/** How much passes after a key or a resize: what it starts is done by then (ms). */
const STEP_MS = 1_000;
/** Signals that the clock is held and the frame is complete: a private sequence, which terminals ignore. */
const HELD = '\u001b]7999;deskhand-held\u0007';

/** The console and the engine on one clock that stands between keys, so that the same keys give the same screens. */
async function runHeld(console: ConsoleOptions, clock: HeldClock): Promise<number> {
  let passing = false;
  const pass = async (ms: number) => {
    if (passing) return;
    passing = true;
    await clock.pass(ms);
    passing = false;
    process.stdout.write(HELD);
  };
  // The same keys give the same screens only where nothing is remembered.
  const settings = { ...console.settings, screen: { ...console.settings.screen, keep: false } };
  const ended = openConsole({
    ...console,
    settings,
    clock,
    measure: () => ({ cpu: 0, written: 0, rss: 100 * 2 ** 20 }),
  });
  process.stdin.on('readable', () => void pass(STEP_MS));
  process.stdout.on('resize', () => void pass(STEP_MS));
  void pass(RUN_UP_MS);
  return ended;
}

function refuse(why: string): number {
  process.stderr.write(`deskhand: ${why}\n`);
  return EXIT.usage;
}

function simulated(socketPath: string): Endpoint {
  return {
    ...resolveEndpoint({ flags: { host: `unix://${socketPath}` }, env: {}, home: '/' }),
    origin: 'simulated',
    context: 'demo',
    name: engineId('demo'),
  };
}

async function serve(socketPath: string, print: (text: string) => void): Promise<number> {
  print(`The simulated engine listens on ${socketPath}\nTry: docker -H unix://${socketPath} ps -a\n`);
  return untilSignal();
}

async function untilSignal(): Promise<number> {
  const ending = new AbortController();
  const { signal } = ending;
  await Promise.race([
    once(process, 'SIGINT', { signal }),
    once(process, 'SIGTERM', { signal }),
    once(process, 'SIGHUP', { signal }),
  ]);
  ending.abort();
  return 0;
}

/** Long enough for a busy engine, short enough to wait for at a prompt (ms). */
const ANSWER_MS = 3000;

/** Whether an engine answers at the endpoint: else `npm start` shows the simulated one. */
export async function engineAnswers(endpoint: () => Endpoint): Promise<boolean> {
  try {
    const engine = createEngine(endpoint());
    await engine.ping({ timeoutMs: ANSWER_MS }).finally(() => engine.close());
    return true;
  } catch {
    return false;
  }
}
