import { finished } from 'node:stream/promises';
import type { EngineExec } from '../engine.ts';
import { FrameReader } from '../logs/frames.ts';

/** Uses the shell's built-in `kill`, since images may lack procps. */
const KILL = 'kill -"$1" 1';
const TIMEOUT_MS = 10_000;

/**
 * Sends a signal to a container's main process from inside the container: the engine treats any signal it sends itself as a manual stop
 * and disables the restart policy. Fails if the container has no shell, or with the shell's own message.
 */
export async function sendInside(engine: EngineExec, container: string, number: number): Promise<void> {
  const request = { command: ['sh', '-c', KILL, 'sh', `${number}`], tty: false, stdin: false };
  const options = { timeoutMs: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const session = await engine.exec(container, request, options);
  let text = '';
  const frames = new FrameReader((_stream, bytes, start, end) => {
    text += bytes.toString('utf8', start, end);
  });
  session.stream.on('data', (chunk: Buffer) => frames.push(chunk));
  await finished(session.stream, { writable: false });
  const code = await session.exitCode(options);
  if (code === 0) return;
  if (code === 126 || code === 127) throw new Error('it has no shell to send the signal from inside');
  throw new Error(`the kill inside it ended with exit code ${code ?? 'unknown'}: ${text.trim()}`);
}
