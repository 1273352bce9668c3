import { constants } from 'node:os';
import type { Clock } from '../lib/clock.ts';
import { errorWithAdvice } from '../lib/error.ts';

/** How signals end a command without a screen. */
export type Ending = {
  /** Aborts on SIGINT, SIGTERM and SIGHUP: what runs ends between two steps and says what it did. */
  signal: AbortSignal;
  /** Writes final records when the program cannot wait any longer. */
  onForced(write: (why: string) => Promise<void>): void;
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long the sender of SIGTERM, or a closed terminal, is assumed to wait (ms). */
const GRACE_MS = 8000;

/**
 * Ends the program by signals: the first one lets the step that is under way end; a second one, a few seconds after SIGTERM or
 * SIGHUP, and an error that nothing has caught end it at once, after its last words. A terminal that is gone fails writes: that
 * alone ends nothing.
 */
export function endBySignals(clock: Clock): Ending {
  const ending = new AbortController();
  const last: ((why: string) => Promise<void>)[] = [];
  const force = (why: string, code: number) =>
    void Promise.allSettled(last.map((write) => write(why))).then(() => process.exit(code));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  for (const name of SIGNALS) {
    process.on(name, () => {
      const code = 128 + constants.signals[name];
      if (ending.signal.aborted) return force(name, code);
      ending.abort();
      if (name !== 'SIGINT') clock.after(GRACE_MS, () => force(name, code));
    });
  }
  process.on('uncaughtException', (error) => {
    process.stderr.write(`deskhand: ${errorWithAdvice(error)}\n`);
    force('an error inside deskhand', 1);
  });
  return { signal: ending.signal, onForced: (write) => void last.push(write) };
}
