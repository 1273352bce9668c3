import type { ExecSession } from '../../engine/engine.ts';
import type { RawTerminal } from '../../ui/take-terminal.ts';

/** Connects a program's terminal to ours until its stream closes; the signal closes it. All keys, including ctrl-c, go to the program. */
export async function bridge(session: ExecSession, terminal: RawTerminal, signal: AbortSignal): Promise<void> {
  const { stream } = session;
  const fit = fitting(session, terminal);
  fit();
  terminal.onResize(fit);
  terminal.onInput((bytes) => {
    if (stream.writable) stream.write(bytes);
  });
  await show(session, terminal, signal, (bytes) => bytes);
}

/** Tells the program the size of the terminal, the newest one when the call before is over: a window is dragged in many steps. */
function fitting(session: ExecSession, terminal: RawTerminal): () => void {
  let next: 'wanted' | 'idle' | 'under way' = 'idle';
  const send = async () => {
    do {
      next = 'under way';
      // Fails if the program has just ended.
      await session.resize(terminal.size()).catch(() => {});
    } while (isWanted());
    next = 'idle';
  };
  const isWanted = () => next === 'wanted';
  return () => {
    if (next === 'idle') void send();
    else next = 'wanted';
  };
}

/** Shows the output, converted by `shown`, until the stream closes. */
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
