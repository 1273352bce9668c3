import { once } from 'node:events';
import { join } from 'node:path';
import { auditDirectory } from '../../actions/audit/file.ts';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import { resolveEndpoint } from '../../engine/connect/endpoint.ts';
import type { Settings } from '../../settings/schema.ts';
import type { HeldClock } from '../../simulator/held-clock.ts';
import { EXIT } from '../command-line.ts';
import { type ConsoleOptions, runConsole } from '../console/console.tsx';

export type DemoFlags = {
  incident?: string;
  containers?: number;
  engineOnly?: boolean;
  socket?: string;
  clock?: string;
  /** A command to begin with. */
  command?: string;
};

/** `deskhand demo`: the console on the simulated engine, or that engine alone. */
export async function demo(flags: DemoFlags, settings: Settings, print: (text: string) => void): Promise<number> {
  // A bundle of its own, which is loaded for nothing else.
  const { heldClock, incidentNames, SimulatorError, startSimulator } = await import('../../simulator/simulator.ts');
  if (flags.incident === 'list') {
    for (const [name, description] of Object.entries(incidentNames)) print(`${name.padEnd(26)} ${description}\n`);
    return 0;
  }
  const { containers } = flags;
  const start = flags.clock === undefined ? undefined : Date.parse(flags.clock);
  if (Number.isNaN(start)) return refuse('--clock wants a time, such as 2026-11-20T09:15:00Z.');
  const clock = start === undefined ? undefined : heldClock(start);
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
      settings: apart(settings),
      incident,
      command: flags.command,
    };
    return await (clock ? runHeld(console, clock) : runConsole(console));
  } finally {
    await simulator.close();
  }
}

/** What happens on a simulated engine does not stand among the records of real ones. */
function apart(settings: Settings): Settings {
  return { ...settings, audit: { directory: join(auditDirectory(process.env), 'demo') } };
}

/** How much time passes before the clock is held: long enough for every chart and rate to have a past (ms). */
const RUN_UP_MS = 60_000;
/** How much passes after a key or a resize: what it starts is done by then (ms). */
const STEP_MS = 1_000;
/** Says that the clock stands and the frame is complete: a sequence of our own, which terminals ignore. */
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
  const ended = runConsole({ ...console, clock, measure: () => ({ cpu: 0, rss: 100 * 2 ** 20 }) });
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
    name: 'demo',
  };
}

async function serve(socketPath: string, print: (text: string) => void): Promise<number> {
  print(`The simulated engine listens on ${socketPath}\nTry: docker -H unix://${socketPath} ps -a\n`);
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
