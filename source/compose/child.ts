import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Milliseconds between the interrupt that asks a program to end and the signal that ends it. */
const GRACE_MS = 10_000;
/** Characters of output kept for the record; the newest. */
const KEPT = 256 * 1024;
/** A line longer than this is cut. */
const LINE = 16 * 1024;

export type ChildOptions = {
  env: NodeJS.ProcessEnv;
  directory?: string;
  signal: AbortSignal;
  /** Each line as it arrives, from both streams, without the newline. */
  onLine?(line: string): void;
};

export type ChildResult = {
  /** Exit status; undefined when a signal ended it. */
  code: number | undefined;
  cancelled: boolean;
  stdout: string;
  /** Both streams in the order in which they came, bounded. */
  output: string;
};

/**
 * Runs a program with an argument vector, never through a shell, and without input. Aborting sends SIGINT, on which compose ends after the
 * current step, then SIGKILL. Rejects where the program cannot be started.
 */
export function runChild([program = '', ...args]: readonly string[], options: ChildOptions): Promise<ChildResult> {
  const { env, directory, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk: string) => {
      if (stdout.length < 64 * KEPT) stdout += chunk;
    });
    for (const stream of [child.stdout, child.stderr])
      readLines(stream, (line) => {
        output = `${output}${line}\n`.slice(-KEPT);
        onLine?.(line);
      });
    let killer: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill('SIGINT');
      killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const finish = () => {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code) => {
      finish();
      resolve({ code: code ?? undefined, cancelled: signal.aborted, stdout, output });
    });
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split(/\r?\n|\r/);
    rest = (parts.pop() ?? '').slice(0, LINE);
    for (const part of parts) onLine(part.slice(0, LINE));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
