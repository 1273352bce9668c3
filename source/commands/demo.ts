import { once } from 'node:events';
import { createEngine } from '../engine/api/client.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';
import type { Settings } from '../settings/schema.ts';
import { incidentNames, SimulatorError, startSimulator } from '../simulator/simulator.ts';
import { runConsole } from './console/console.tsx';

export type DemoFlags = { incident?: string; containers?: number; engineOnly?: boolean; socket?: string };

/** `deskhand demo`: the console on the simulated engine, or that engine alone. */
export async function demo(flags: DemoFlags, settings: Settings, print: (text: string) => void): Promise<number> {
  if (flags.incident === 'list') {
    for (const [name, told] of Object.entries(incidentNames)) print(`${name.padEnd(26)} ${told}\n`);
    return 0;
  }
  const { containers } = flags;
  if (containers !== undefined && !(Number.isInteger(containers) && containers >= 0))
    return refuse('--containers wants a number of containers, such as 500.');
  const simulator = await startSimulator({ socketPath: flags.socket, containers, incident: flags.incident }).catch(
    (error: unknown) => {
      if (error instanceof SimulatorError) return error;
      throw error;
    },
  );
  if (simulator instanceof SimulatorError) return refuse(simulator.message);
  try {
    if (flags.engineOnly) return await serve(simulator.socketPath, print);
    const incident = { names: Object.keys(incidentNames), play: async (name: string) => simulator.play(name) };
    return await runConsole({ endpoint: simulated(simulator.socketPath), settings, incident });
  } finally {
    await simulator.close();
  }
}

function refuse(why: string): number {
  process.stderr.write(`deskhand: ${why}\n`);
  return 2;
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
