import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { Clock } from '../../lib/clock.ts';
import type { CallOptions, EngineExec, ExecSession } from '../engine.ts';
import { FrameReader, STREAMS } from '../logs/frames.ts';

/** A command that is run in a container once, without a terminal: its two outputs apart, within a time and a size. */

export type CommandOptions = {
  clock: Clock;
  /** Milliseconds after which it is ended. */
  timeoutMs: number;
  /** Bytes of output after which it is ended. */
  limit: number;
  signal: AbortSignal;
  onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void;
};

export type CommandEnd =
  /** By itself. The exit code is 126 or 127 where there is no such program. */
  | { kind: 'exited'; exitCode: number | undefined }
  /** By us; `ended` tells whether the program is gone, too, and not only out of sight. */
  | { kind: 'timeout' | 'cancelled' | 'flood'; ended: boolean };

/** Runs it; fails with an EngineError where it could not be begun or the engine was lost meanwhile. */
export async function runCommand(
  engine: EngineExec,
  container: string,
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const mark = newMark();
  const session = await engine.exec(container, { command, tty: false, stdin: false, env: mark.env });
  const why = await untilEnd(session, options);
  if (why === 'end') return { kind: 'exited', exitCode: await session.exitCode() };
  const ended = await endMarked(engine, container, mark, session);
  session.stream.destroy();
  return { kind: why, ended };
}

type Why = 'end' | 'timeout' | 'cancelled' | 'flood';

/** Hands its output on until it has no more, or must have no more. */
async function untilEnd(
  { stream }: ExecSession,
  { clock, timeoutMs, limit, signal, onOutput }: CommandOptions,
): Promise<Why> {
  const { promise, resolve } = Promise.withResolvers<Why>();
  let left = limit;
  const frames = new FrameReader((kind, bytes, start, end) => {
    const taken = bytes.subarray(start, Math.min(end, start + left));
    left -= taken.length;
    if (taken.length > 0) onOutput(kind === STREAMS.stderr ? 'stderr' : 'stdout', taken);
  });
  const take = (chunk: Buffer) => {
    frames.push(chunk);
    if (left <= 0) resolve('flood');
  };
  stream.on('data', take);
  stream.once('close', () => resolve('end'));
  const cancel = () => resolve('cancelled');
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const stop = clock.after(timeoutMs, () => resolve('timeout'));
  const why = await promise;
  stop();
  signal.removeEventListener('abort', cancel);
  // What is not read would keep the program from ending.
  stream.off('data', take).resume();
  return why;
}

/** A variable in the environment of an exec and of all that it starts, by which they are found again. */
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
 * Ends what an exec has started, which Docker itself cannot: a second exec sends SIGTERM, then SIGKILL. Answers whether the
 * exec's own program is gone; where the container has no shell, grep or kill it goes on.
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

/** Sends a signal to the marked processes; resolves when that was done, not when they are gone. */
export async function signalMarked(engine: EngineExec, container: string, mark: Mark, name: string): Promise<void> {
  const command = ['sh', '-c', SIGNAL_MARKED, 'sh', `${mark.name}=${mark.value}`, name];
  const aborting = AbortSignal.timeout(GIVEN_MS);
  const { stream } = await engine.exec(container, { command, tty: false, stdin: false }, { ...CALL, signal: aborting });
  stream.resume();
  await finished(stream, { writable: false });
}
