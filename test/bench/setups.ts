import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ping, startEngine } from '../harness/engine.ts';
import { startStack } from '../stacks/stack.ts';

/** An engine with containers on it, to be watched. */
export type Setup = {
  title: string;
  /** Where the engine listens, as DOCKER_HOST. */
  host: string;
  /** A name that the first frame must show. */
  name: string;
  /** dockerd and its containerd; empty for the simulator. */
  enginePids: readonly number[];
  close(): Promise<void>;
};

/** A real engine of the bench's own with 13 containers (as small as a desk gets) or 50 (all five stacks and replicas). */
export async function realEngine(containers: 13 | 50): Promise<Setup> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-bench-engine-'));
  const engine = await startEngine(directory);
  try {
    await populate(engine.docker, containers);
    // Health checks and start-up work settle before anything is measured.
    await delay(5000);
    const containerd = Number(readFileSync(join(directory, 'exec-root/containerd/containerd.pid'), 'utf8'));
    return {
      title: `real engine, ${containers} containers`,
      host: engine.host,
      name: 'postgres',
      enginePids: [engine.pid() ?? containerd, containerd],
      close: () => engine.remove(),
    };
  } catch (error) {
    await engine.remove();
    throw error;
  }
}

async function populate(docker: Parameters<typeof startStack>[0], containers: 13 | 50): Promise<void> {
  const calm = { prefix: '', healthEvery: 10 } as const;
  const exness = [
    'postgres',
    'timescaledb',
    'redis',
    'db-migrate',
    'backend',
    'engine',
    'websocket-server',
    'dbstorage',
  ];
  const others = ['price-poller', 'batch-upload', 'web', 'docs', 'prisma-studio'];
  if (containers === 13) {
    await startStack(docker, 'exness', { ...calm, healthEvery: 2, only: [...exness, ...others] });
    return;
  }
  await startStack(docker, 'exness', { ...calm, healthEvery: 2 });
  await startStack(docker, 'trading', { ...calm, change: { worker: { replicas: 21 } } });
  for (const name of ['nanoarb', 'maricusco', 'openalgo'] as const) await startStack(docker, name, calm);
}

const EXECUTABLE = fileURLToPath(new URL('../../bin/deskhand.js', import.meta.url));

/** The simulated engine in a process of its own. */
export async function simulator(containers: number): Promise<Setup> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-bench-simulator-'));
  const socket = join(directory, 'docker.sock');
  const args = [EXECUTABLE, 'demo', '--engine-only', '--socket', socket, '--containers', String(containers)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const close = async () => {
    await ended(child);
    rmSync(directory, { recursive: true, force: true });
  };
  for (let tries = 0; !(await ping(socket)); tries++) {
    if (tries > 200 || child.exitCode !== null) {
      await close();
      throw new Error('the simulated engine did not answer');
    }
    await delay(50);
  }
  const title = `simulated engine, ${containers} containers`;
  return { title, host: `unix://${socket}`, name: 'postgres', enginePids: [], close };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
