import { useApp } from 'ink';
import { useCallback } from 'react';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Hands the terminal over while `run` runs, and restores it afterwards. Ink restores screen and modes but leaves Node reading
 * the terminal: paused here, or a shell would lose part of its input.
 */
export function useSuspend(): (run: () => Promise<void>) => Promise<void> {
  const { suspendTerminal } = useApp();
  return useCallback(
    (run) =>
      suspendTerminal(async () => {
        await turn();
        process.stdin.pause();
        await turn();
        await run();
      }),
    [suspendTerminal],
  );
}

/** Stops the whole job, as ctrl-z does to other programs; resolves when the shell continues it (fg). */
export async function stopJob(): Promise<void> {
  const continued = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
  // With stdin paused and no connection open, nothing else would keep Node from ending.
  const hold = setInterval(() => {}, 60_000);
  process.kill(0, 'SIGSTOP');
  await continued;
  clearInterval(hold);
}
