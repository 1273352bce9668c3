import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import Docker from 'dockerode';
import { until } from './until.ts';

/** A real Docker Engine of the test's own, which it may stop, kill and start again without hurting anyone. */
export type TestEngine = {
  socket: string;
  /** As DOCKER_HOST has it. */
  host: string;
  docker: Docker;
  /** Of dockerd; undefined while it is stopped. */
  pid(): number | undefined;
  start(): Promise<void>;
  /** SIGTERM unless told otherwise; resolves when the process has ended. Containers stop with it, as on a host that reboots. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it and deletes its directory. */
  remove(): Promise<void>;
};

/**
 * Starts dockerd with everything of its own: data, exec root, pid file, unix socket and log under `directory`, and a network
 * and mount namespace, so that its bridges and firewall rules meet no other engine's. Its containers reach each other;
 * published ports are reached in its namespace only. It ends with the process that started it. Needs root and Docker's packages.
 */
export async function startEngine(directory: string): Promise<TestEngine> {
  mkdirSync(directory, { recursive: true });
  const socket = join(directory, 'docker.sock');
  let child: ChildProcess | undefined;
  const engine: TestEngine = {
    socket,
    host: `unix://${socket}`,
    docker: new Docker({ socketPath: socket }),
    pid: () => child?.pid,
    async start() {
      child ??= launch(directory, socket);
      await answered(child, socket, join(directory, 'dockerd.log'));
    },
    async stop(signal = 'SIGTERM') {
      const ending = child;
      child = undefined;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const containerd = pidIn(join(directory, 'exec-root/containerd/containerd.pid'));
      const ended = once(ending, 'exit');
      ending.kill(signal);
      await ended;
      // A killed dockerd takes its containerd along, a little later; the next start must not meet it.
      await until(
        () => containerd !== undefined && existsSync(`/proc/${containerd}`),
        (runs) => !runs,
      );
    },
    async remove() {
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await engine.start();
  return engine;
}

function pidIn(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function launch(directory: string, socket: string): ChildProcess {
  const roots = ['data-root', 'exec-root'].map((name) => `--${name}=${join(directory, name)}`);
  const options = [...roots, `--pidfile=${join(directory, 'docker.pid')}`, `--host=unix://${socket}`];
  const inside = ['sh', '-c', 'busybox ip link set lo up && exec dockerd "$@"', 'dockerd', ...options];
  // The death signal: a test run that is killed leaves no engine behind. Each program here replaces the one before it.
  const command = ['--pdeathsig', 'TERM', 'unshare', '--net', '--mount', ...inside];
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const child = spawn('setpriv', command, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const log = createWriteStream(join(directory, 'dockerd.log'), { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  return child;
}

async function answered(child: ChildProcess, socket: string, log: string): Promise<void> {
  const answer = async () => child.exitCode !== null || (await ping(socket));
  await until(answer, Boolean).catch(() => {
    throw new Error(`dockerd did not answer within 30 s:\n${tail(log)}`);
  });
  if (child.exitCode !== null) throw new Error(`dockerd ended (${child.exitCode}):\n${tail(log)}`);
}

/** Whether an engine answers on this unix socket. */
export function ping(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path: '/_ping' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.setTimeout(2000, () => call.destroy());
    call.end();
  });
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');
}
