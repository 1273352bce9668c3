/** The terminal in raw mode for a remote program, while Ink is suspended (use-suspend.ts). */
export type RawTerminal = {
  /** False if it is behind: `drained` resolves when it has caught up. */
  write(bytes: Buffer | string): boolean;
  drained(run: () => void): void;
  size(): { columns: number; rows: number };
  /** Everything typed since it was taken, byte for byte. */
  onInput(take: (bytes: Buffer) => void): void;
  onResize(run: () => void): void;
  /** Restores its previous state, whatever modes the program left on. */
  release(): Promise<void>;
};

/**
 * Resets the modes that an interrupted program may have left on: its alternate screen, mouse and focus reports, bracketed paste, keypad and
 * cursor key modes, a scroll region, no wrap, a hidden cursor, another character set, colours.
 */
const RESET =
  '\u001b7\u001b[r\u001b8\u001b[?1047l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l\u001b[?1006l\u001b[?2004l' +
  '\u001b[?1l\u001b>\u001b[?6l\u001b[?7h\u001b[4l\u001b[?25h\u000f\u001b(B\u001b[0m';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export function takeTerminal(): RawTerminal {
  const { stdin, stdout } = process;
  const early: Buffer[] = [];
  let take = (bytes: Buffer): void => void early.push(bytes);
  let resized = (): void => {};
  // Latin-1 is bytes as they are; Ink sets its own encoding again when it comes back.
  const read = (text: string) => take(Buffer.from(text, 'latin1'));
  const resize = () => resized();
  // After a suspension the terminal's modes may differ; Node sets a mode only if it believes that it changed.
  const continued = () => stdin.setRawMode(false).setRawMode(true);
  stdin.setEncoding('latin1');
  stdin.setRawMode(true);
  stdin.on('data', read).resume();
  stdout.on('resize', resize);
  process.on('SIGCONT', continued);
  return {
    write: (bytes) => stdout.write(bytes),
    drained: (run) => void stdout.once('drain', run),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onInput(run) {
      take = run;
      for (const bytes of early.splice(0)) run(bytes);
    },
    onResize(run) {
      resized = run;
    },
    async release() {
      process.off('SIGCONT', continued);
      stdout.off('resize', resize);
      stdin.off('data', read).pause();
      stdin.setRawMode(false);
      stdout.write(RESET);
      // Ink would never get a key again if it resumed in the same turn.
      await turn();
    },
  };
}
