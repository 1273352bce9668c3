import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, watch } from 'node:fs';
import net from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { StdioSocket, sshArguments } from './dial-stdio.ts';
import { SshEnded } from './failure.ts';
import { readSshConfig, runSsh, type SshTarget, sshHost, startMaster } from './ssh-program.ts';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const STDERR_LIMIT = 8192;
/** If the engine answers at all, a connection through the master is answered or closed within this time (ms). */
const PROBE_MS = 10_000;

/** How long a first login may take to be answered (s). */
const LOGIN_SECONDS = 30;
/**
 * After a lost connection, logins are abandoned sooner, so that the next one starts soon after the network is back: the kernel repeats its
 * first packet at ever longer intervals. Seconds, in addition to one and a half times what the last login took.
 */
const AGAIN = 2;

/** How long a login may take to be answered (s), given how long the last one took (ms). */
export function loginSeconds(took: number | undefined): number {
  return took === undefined ? LOGIN_SECONDS : Math.min(LOGIN_SECONDS, AGAIN + Math.ceil((1.5 * took) / 1000));
}

/** Connections per master: forwarded sockets are cheap; sessions are not, and sshd allows ten (MaxSessions). */
const MOST = { forward: 64, session: 8 } as const;

/** How the engine is reached: a local socket forwarded to it, or sessions over the master. */
type Way = { kind: 'forward'; socket: string } | { kind: 'session' };

/** Resolves when another login may start; call the returned function when the login is over. */
export type Logins = (jump: string | undefined) => Promise<() => void>;

/**
 * One login for all connections to a host: over the user's own master if there is one, else over ours. The engine's socket is
 * forwarded through it. If the server forwards no sockets, or the engine listens elsewhere, `docker system dial-stdio` runs in sessions
 * over the same login. Connects on first use, and again after a loss.
 */
export class SshMaster {
  readonly #target: SshTarget;
  readonly #control: string;
  readonly #socket: string;
  readonly #logins: Logins;
  #own: ChildProcess | undefined;
  /** Arguments before the host that select the master; none for the user's own. */
  #through: readonly string[] = [];
  #way: Promise<Way> | undefined;
  /** Connections that are open or being opened. */
  #open = 0;
  #closed = false;
  /** How long the last login took (ms); undefined if the next one gets the full time. */
  #took: number | undefined;

  /** `path`: prefix for this master's own files in a private directory. */
  constructor(target: SshTarget, path: string, logins: Logins) {
    this.#target = target;
    this.#control = `${path}.c`;
    this.#socket = `${path}.s`;
    this.#logins = logins;
  }

  /**
   * A connection to the engine; undefined if the master already carries as many as it can. Logs in first if needed, and again
   * if the master has gone.
   */
  async dial(): Promise<Duplex | undefined> {
    const way = await this.#ready();
    if (this.#open >= MOST[way.kind]) return undefined;
    this.#open += 1;
    const closed = () => {
      this.#open -= 1;
    };
    try {
      const socket = way.kind === 'session' ? this.#session() : await this.#forwarded(way.socket);
      socket.once('close', closed);
      return socket;
    } catch (error) {
      closed();
      throw error;
    }
  }

  /** Notices a master that has gone silently. */
  async #forwarded(path: string): Promise<Duplex> {
    try {
      return await connected(path);
    } catch {
      this.#way = undefined;
      const again = await this.#ready();
      return again.kind === 'session' ? this.#session() : connected(again.socket);
    }
  }

  close(): void {
    this.#closed = true;
    const own = this.#own;
    if (!own && this.#way) void runSsh(['-O', 'cancel', ...this.#forwarding()]).catch(() => {});
    own?.stdin?.end();
    own?.kill();
    rmSync(this.#socket, { force: true });
  }

  #ready(): Promise<Way> {
    this.#way ??= this.#openWay().catch((error) => {
      this.#way = undefined;
      throw error;
    });
    return this.#way;
  }

  async #openWay(): Promise<Way> {
    if (!this.#own) await this.#login();
    rmSync(this.#socket, { force: true });
    const forwarded = await runSsh(['-O', 'forward', ...this.#forwarding()]).then(
      () => answers(this.#socket),
      () => false,
    );
    return forwarded ? { kind: 'forward', socket: this.#socket } : { kind: 'session' };
  }

  #forwarding(): string[] {
    const remote = this.#target.socket ?? DEFAULT_SOCKET;
    return [
      ...this.#through,
      '-o',
      'StreamLocalBindMask=0177',
      '-L',
      `${this.#socket}:${remote}`,
      ...sshHost(this.#target),
    ];
  }

  /** Uses the user's own master, or logs in. */
  async #login(): Promise<void> {
    const { jump, shared } = await readSshConfig(this.#target);
    const running =
      shared &&
      (await runSsh(['-O', 'check', ...sshHost(this.#target)]).then(
        () => true,
        () => false,
      ));
    if (running) {
      this.#through = [];
      return;
    }
    const over = await this.#logins(jump);
    try {
      if (this.#closed) throw new SshEnded(null, 'the connection was closed');
      await this.#start();
    } finally {
      over();
    }
  }

  async #start(): Promise<void> {
    rmSync(this.#control, { force: true });
    this.#through = ['-S', this.#control];
    const begun = performance.now();
    const child = startMaster(this.#target, this.#control, loginSeconds(this.#took));
    this.#own = child;
    let said = '';
    child.stdin?.on('error', () => {});
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-STDERR_LIMIT);
    });
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (this.#own === child) {
          this.#own = undefined;
          this.#way = undefined;
        }
        reject(new SshEnded(code, said));
      });
    });
    ended.catch(() => {});
    const waiting = new AbortController();
    try {
      await Promise.race([appears(this.#control, waiting.signal), ended]);
      this.#took = performance.now() - begun;
    } finally {
      waiting.abort();
    }
  }

  #session(): Duplex {
    // If the master refuses the session, ssh must not log in separately.
    const bound =
      this.#through.length === 0 ? [] : [...this.#through, '-o', 'ProxyJump=none', '-o', 'ProxyCommand=false'];
    const socket = new StdioSocket('ssh', [...bound, ...sshArguments(this.#target)]);
    // The engine may be up by now, or the user's permissions changed: check again next time.
    socket.once('error', () => {
      this.#way = undefined;
    });
    return socket;
  }
}

/** Resolves when a file exists at this path. */
async function appears(path: string, signal: AbortSignal): Promise<void> {
  const watcher = watch(dirname(path), { signal, persistent: false });
  watcher.on('error', () => {});
  try {
    while (!existsSync(path)) await once(watcher, 'change', { signal });
  } finally {
    watcher.close();
  }
}

async function connected(path: string): Promise<Duplex> {
  const socket = net.connect({ path });
  await once(socket, 'connect');
  return socket;
}

/** Whether the other end answers: a server that does not forward, or a missing engine, closes the connection. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ path });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PROBE_MS, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.write('HEAD /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n');
  });
}
