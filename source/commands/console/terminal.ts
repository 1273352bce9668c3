import type { Instance } from 'ink';
import type { Settings } from '../../settings/schema.ts';

/** No mouse, focus, size or colour reports: a program that crashed before may have left them on. */
export const REPORTS_OFF = [1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2031, 2048]
  .map((mode) => `\u001b[?${mode}l`)
  .join('');

/** Restores the terminal however the program ends: cursor, main screen, no reports, no bracketed paste, plain style. */
const RESTORE = `\u001b[?2004l${REPORTS_OFF}\u001b[?25h\u001b[0m`;

const SIGNALS = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;

/** Asks the terminal for its background colour (OSC 11). */
export const BACKGROUND_QUERY = '\u001b]11;?\u0007';

/** Whether the terminal is asked: nobody has said what it is drawn on, and it is not one that prints what it does not know. */
export function asksBackground(
  { screen }: Pick<Settings, 'screen'>,
  { TERM = '', COLORFGBG }: NodeJS.ProcessEnv,
): boolean {
  return screen.background === 'auto' && screen.skin === undefined && !COLORFGBG && !/^(linux|vt\d|cons)/.test(TERM);
}

/** Why the program cannot run here, or undefined: it needs a terminal on both ends, and one that can move its cursor. */
export function terminalTrouble({ TERM }: NodeJS.ProcessEnv = process.env): string | undefined {
  if (TERM === 'dumb')
    return 'deskhand needs a terminal that can move its cursor, but TERM is "dumb". Use "deskhand glance" for plain text.';
  const missing = [process.stdin.isTTY ? '' : 'standard input', process.stdout.isTTY ? '' : 'standard output'].filter(
    Boolean,
  );
  if (missing.length === 0) return undefined;
  return `deskhand needs a terminal, but ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not one. Over ssh use "ssh -t"; in scripts use "deskhand glance".`;
}

/**
 * Ends the console. An empty frame goes first: tmux brings lines of an alternate screen that was resized back into the main
 * screen when it is left.
 */
export function endConsole(instance: Instance): void {
  instance.rerender(null);
  instance.unmount();
}

/**
 * Ends the program whole on signals: Ink restores what it set, then the rest is restored here. Answers the exit code that
 * a signal asked for, if one did.
 */
export function guardTerminal(instance: Instance): Guarded {
  let code: number | undefined;
  let why: string | undefined;
  const lost = Promise.withResolvers<void>();
  for (const [signal, wanted] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      code ??= wanted;
      why ??= signal;
      endConsole(instance);
    });
  }
  // A terminal that is gone (a closed pty) fails reads and writes. It ends the console as SIGHUP does, but Ink cannot say goodbye.
  const hangUp = () => {
    code ??= SIGNALS.SIGHUP;
    why ??= 'the terminal was lost';
    lost.resolve();
  };
  for (const stream of [process.stdin, process.stdout]) stream.on('error', hangUp);
  process.stderr.on('error', () => {});
  return {
    code: () => code,
    why: () => why,
    lost: lost.promise,
    restore() {
      if (!process.stdin.destroyed) process.stdin.setRawMode(false);
      process.stdout.write(RESTORE);
    },
  };
}

export type Guarded = {
  /** The exit code that a signal or the terminal's end asked for, and which it was. */
  code(): number | undefined;
  why(): string | undefined;
  /** Resolves when the terminal is gone. */
  lost: Promise<void>;
  restore(): void;
};
