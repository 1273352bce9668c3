import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { Clock } from '../../lib/clock.ts';
import type { CallOptions, EngineExec, ExecRequest, ExecSession } from '../engine.ts';
import { FrameReader, STREAMS } from '../logs/frames.ts';

/** Runs a command in a container once, without a terminal: stdout and stderr separate, with limits on time and size. */

export type CommandOptions = Pick<ExecRequest, 'user' | 'directory' | 'env'> & {
  clock: Pick<Clock, 'after'>;
  /** Milliseconds after which it is stopped. */
  timeoutMs: number;
  /** Bytes of output after which it is stopped. */
  limit: number;
  signal: AbortSignal;
  /** Receives output. The bytes are valid only until the returned promise resolves; reading waits for it. */
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void | Promise<void>;
};

export type CommandEnd =
  /** It ended on its own. The exit code is 126 or 127 if there is no such program. */
  | { kind: 'exited'; exitCode: number | undefined }
  /** We stopped reading; `ended`: the program itself has also ended. */
  | { kind: 'timeout' | 'cancelled' | 'flood'; ended: boolean };

/** Runs it; fails with an EngineError if it could not be started or the engine was lost meanwhile. */
export async function runCommand(
  engine: EngineExec,
  container: string,
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const mark = newMark();
  const { user, directory, env } = options;
  const request = { command, tty: false, stdin: false, user, directory, env: { ...env, ...mark.env } };
  const session = await engine.exec(container, request);
  const why = await untilEnd(session, options);
  if (why === 'end') return { kind: 'exited', exitCode: await session.exitCode() };
  const ended = await endMarked(engine, container, mark, session);
  session.stream.destroy();
  return { kind: why, ended };
}

type Why = 'end' | 'timeout' | 'cancelled' | 'flood';

/** Passes its output on until it ends or reaches the limit. */
async function untilEnd(
  { stream }: ExecSession,
  { clock, timeoutMs, limit, signal, onOutput }: CommandOptions,
): Promise<Why> {
  const { promise, resolve, reject } = Promise.withResolvers<Why>();
  const waits: Promise<void>[] = [];
  let left = limit;
  const frames = new FrameReader((kind, bytes, start, end) => {
    const taken = bytes.subarray(start, Math.min(end, start + left));
    left -= taken.length;
    const taking = taken.length > 0 ? onOutput(kind === STREAMS.stderr ? 'stderr' : 'stdout', taken) : undefined;
    if (taking) waits.push(taking);
  });
  const take = (chunk: Buffer) => {
    frames.push(chunk);
    if (left <= 0) resolve('flood');
    if (waits.length === 0) return;
    stream.pause();
    void Promise.all(waits.splice(0)).then(() => stream.resume(), reject);
  };
  stream.on('data', take);
  stream.once('close', () => resolve('end'));
  const cancel = () => resolve('cancelled');
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const stop = clock.after(timeoutMs, () => resolve('timeout'));
  try {
    return await promise;
  } finally {
    stop();
    signal.removeEventListener('abort', cancel);
    // Unread output would keep the program from ending.
    stream.off('data', take).resume();
  }
}

/** An environment variable that marks an exec and all processes it starts, so that they can be found. */
export type Mark = { name: string; value: string; env: Readonly<Record<string, string>> };

const MARK = 'DESKHAND_EXEC';

export function newMark(): Mark {
  const value = randomUUID();
  return { name: MARK, value, env: { [MARK]: value } };
}

/** Sends $2 to every process whose environment has $1. */
const SIGNAL_MARKED =
  'cd /proc && for p in [0-9]*; do grep -q "$1" "$p/environ" 2>/dev/null && kill -s "$2" "$p"; done; :';

const CALL: CallOptions = { timeoutMs: 3000 };
const GIVEN_MS = 2000;

/**
 * Ends the processes of an exec, which Docker cannot: a second exec sends SIGTERM, then SIGKILL. Returns whether the exec's program has
 * ended; in a container without shell, grep or kill it keeps running.
 */
async function endMarked(engine: EngineExec, container: string, mark: Mark, session: ExecSession): Promise<boolean> {
  for (const name of ['TERM', 'KILL']) {
    const sent = await signalMarked(engine, container, mark, name).then(
      () => true,
      () => false,
    );
    const code = sent ? await session.exitCode(CALL).catch(() => undefined) : undefined;
    if (code !== undefined) return true;
    if (!sent) return false;
  }
  return false;
}

/** Sends a signal to the marked processes; resolves once it is sent, not when they have ended. */
export async function signalMarked(engine: EngineExec, container: string, mark: Mark, name: string): Promise<void> {
  const command = ['sh', '-c', SIGNAL_MARKED, 'sh', `${mark.name}=${mark.value}`, name];
  const aborting = AbortSignal.timeout(GIVEN_MS);
  const { stream } = await engine.exec(container, { command, tty: false, stdin: false }, { ...CALL, signal: aborting });
  stream.resume();
  await finished(stream, { writable: false });
}
