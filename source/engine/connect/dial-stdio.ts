import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { EndpointTarget } from './endpoint.ts';
import { SshEnded, SshGreeting } from './failure.ts';

/**
 * An engine behind ssh, as the docker CLI reaches it (cli/connhelper): the system's `ssh` runs `docker system dial-stdio` on
 * the remote host, and its standard input and output are the connection.
 */

type SshTarget = Extract<EndpointTarget, { kind: 'ssh' }>;

/** The argument vector for `ssh`. The names were checked when the endpoint was resolved; `--` ends the options anyway. */
export function sshArguments({ user, host, port, socket }: SshTarget): string[] {
  const login = [...(user ? ['-l', user] : []), ...(port ? ['-p', port] : [])];
  const engine = socket ? `--host=${quoted(`unix://${socket}`)} ` : '';
  return [...login, '-o', 'ConnectTimeout=30', '-T', '--', host, `docker ${engine}system dial-stdio`];
}

/** For the POSIX shell that runs the command on the remote host. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

const STDERR_LIMIT = 8192;
/** How long to wait for the error pipe after the command has ended: a child process (ControlPersist) may keep it open. */
const LAST_WORDS_MS = 250;
const KILL_AFTER_MS = 3000;
/** Every answer of the engine begins with this. */
const HTTP = 'HTTP/1.';
/** Maximum number of bytes kept of what a login prints. */
const GREETING_LIMIT = 4096;

/**
 * A connection over the standard input and output of a command, with the few methods of a socket that http's agent calls.
 * Fails with SshEnded when the command ends unsuccessfully; destroying it ends the command.
 */
export class StdioSocket extends Duplex {
  /** Called with the first output, which shows that the connection works. */
  onAnswer: (() => void) | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';
  #drained = false;
  #exit: { code: number | null } | undefined;
  /** Undefined once the engine has answered. */
  #first: Buffer | undefined = Buffer.alloc(0);

  constructor(command: string, args: readonly string[]) {
    super();
    // Its own session: no terminal for passphrase prompts, and no ctrl-c from ours.
    this.#child = spawn(command, args, { stdio: 'pipe', detached: true });
    const { stdin, stdout, stderr } = this.#child;
    stdin.on('error', () => {});
    stdout.once('data', () => this.onAnswer?.());
    stdout.on('data', (chunk: Buffer) => {
      const answer = this.#first ? this.#answerIn(chunk) : chunk;
      if (answer && !this.push(answer)) stdout.pause();
    });
    stdout.on('end', () => {
      this.#drained = true;
      this.#settle();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_LIMIT);
    });
    this.#child.on('error', (error) => this.destroy(error));
    this.#child.on('exit', (code) => {
      setTimeout(() => this.#ended(code), LAST_WORDS_MS).unref();
    });
    this.#child.on('close', (code) => this.#ended(code));
  }

  /** The engine's answer from its beginning; undefined while too little was read to tell, and after anything else. */
  #answerIn(chunk: Buffer): Buffer | undefined {
    const before = this.#first ?? Buffer.alloc(0);
    const known = before.toString('latin1', 0, HTTP.length);
    const read = before.length < GREETING_LIMIT ? Buffer.concat([before, chunk]) : before;
    const start = read.toString('latin1', 0, HTTP.length);
    if (start === HTTP) {
      this.#first = undefined;
      return read;
    }
    this.#first = read;
    // A refused login ends right after its message: wait for its exit status.
    if (!HTTP.startsWith(start) && HTTP.startsWith(known))
      setTimeout(() => this.destroy(new SshGreeting(this.#first ?? read, this.#child.exitCode)), LAST_WORDS_MS);
    return undefined;
  }

  #ended(code: number | null): void {
    this.#exit ??= { code };
    this.#settle();
  }

  /** Ends the connection once the command has ended and all its output has been read. */
  #settle(): void {
    if (!this.#exit || this.readableEnded || this.destroyed) return;
    // The login's own message says more, and its timer reports it.
    if (this.#first && this.#first.length > 0) return;
    if (this.#exit.code !== 0) this.destroy(new SshEnded(this.#exit.code, this.#stderr));
    else if (this.#drained) this.push(null);
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A failed write means that the command is ending: its error output says more.
    this.#child.stdin.write(chunk, (error) => {
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
      child.once('exit', () => clearTimeout(hard));
    }
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    done(error);
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  /** An idle connection does not keep the program alive. */
  unref(): this {
    this.#child.unref();
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }
}
