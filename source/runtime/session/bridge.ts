import type { ExecSession } from '../../engine/engine.ts';
import type { RawTerminal } from '../../ui/take-terminal.ts';

/** Joins a program's terminal to ours until its stream has closed; the signal closes it. Keys, ctrl-c too, go to the program. */
export async function bridge(session: ExecSession, terminal: RawTerminal, signal: AbortSignal): Promise<void> {
  const { stream } = session;
  // It fails where the program has just ended.
  const fit = () => void session.resize(terminal.size()).catch(() => {});
  fit();
  terminal.onResize(fit);
  terminal.onInput((bytes) => {
    if (stream.writable) stream.write(bytes);
  });
  await show(session, terminal, signal, (bytes) => bytes);
}

/** Shows what comes, as `shown` has it, until the stream has closed. */
export async function show(
  { stream }: ExecSession,
  terminal: RawTerminal,
  signal: AbortSignal,
  shown: (bytes: Buffer) => Buffer | string,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = () => void stream.destroy();
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  stream.on('data', (bytes: Buffer) => {
    if (terminal.write(shown(bytes))) return;
    stream.pause();
    terminal.drained(() => stream.resume());
  });
  stream.once('close', resolve);
  if (!stream.closed) await promise;
  signal.removeEventListener('abort', leave);
}
