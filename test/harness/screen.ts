import { createRequire } from 'node:module';
import type { Terminal as Emulator, IBufferCell } from '@xterm/headless';

// Minified CommonJS whose names Node cannot see from an import.
const xterm = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

/** One character cell as a terminal shows it. Colours: undefined is the default, a number the palette, a string #rrggbb. */
export type Cell = {
  text: string;
  /** 2 for wide characters; their right half is not a cell of its own. */
  width: number;
  foreground?: number | string;
  background?: number | string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
};

type Expected = string | RegExp | ((screen: string) => boolean);

type WaitOptions = {
  /** Default 30 s: a limit for what has gone wrong, not a measure. */
  timeoutMs?: number;
};

/** A terminal without a window: what is written to it can be read back as text, cells and modes. */
export type Screen = {
  write(data: string | Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** The lines that are in view, without trailing blanks, joined by line breaks. */
  text(): string;
  cells(): Cell[][];
  cursor(): { column: number; row: number; visible: boolean };
  /** The names of the modes that differ from those of a fresh terminal. */
  modes(): string[];
  /** Resolves with the screen's text when it matches; looks after each write, and never inside a synchronised update. */
  waitFor(expected: Expected, options?: WaitOptions): Promise<string>;
  /** How often the program has said that its clock stands (deskhand demo --clock). */
  held(): number;
  /** When everything written so far has been interpreted. */
  settled(): Promise<void>;
  /** Whoever still waits, waits in vain: rejects all, with the reason and the screen. */
  abandon(reason: string): void;
  close(): void;
};

type Waiter = {
  matches: (screen: string) => boolean;
  resolve: (screen: string) => void;
  reject: (error: Error) => void;
};

type ScreenOptions = {
  /** Takes what the terminal says by itself, such as replies to queries. */
  answer?: (data: string) => void;
  /** A line feed returns the carriage too, as the tty's driver sees to where there is one. */
  convertEol?: boolean;
};

export function createScreen(columns: number, rows: number, options: ScreenOptions = {}): Screen {
  const { answer = () => {}, convertEol = false } = options;
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000, convertEol });
  const watched = watchModes(emulator);
  const held = countHeld(emulator);
  const waiters = new Set<Waiter>();
  emulator.onData(answer);
  const text = () => lines(emulator).join('\n').trimEnd();

  const look = () => {
    if (waiters.size === 0 || emulator.modes.synchronizedOutputMode) return;
    const seen = text();
    for (const waiter of waiters) if (waiter.matches(seen)) waiter.resolve(seen);
  };
  const failure = (reason: string) =>
    new Error(`${reason}; the screen (${emulator.cols}x${emulator.rows}):\n${text()}`);

  return {
    write: (data) => emulator.write(data, look),
    resize: (toColumns, toRows) => emulator.resize(toColumns, toRows),
    text,
    cells: () => readCells(emulator),
    cursor: () => {
      const { cursorX: column, cursorY: row } = emulator.buffer.active;
      return { column, row, visible: watched.cursorVisible() };
    },
    held,
    modes: () => changedModes(emulator, watched.cursorVisible()),
    waitFor(expected, { timeoutMs = 30_000 } = {}) {
      return new Promise((resolve, reject) => {
        const settle =
          <T>(deliver: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer);
            waiters.delete(waiter);
            deliver(value);
          };
        const waiter: Waiter = { matches: matcher(expected), resolve: settle(resolve), reject: settle(reject) };
        const timer = setTimeout(
          () => waiter.reject(failure(`${describe(expected)} was not seen within ${timeoutMs} ms`)),
          timeoutMs,
        );
        waiters.add(waiter);
        look();
      });
    },
    settled: () => new Promise((resolve) => emulator.write('', resolve)),
    abandon: (reason) => {
      for (const waiter of waiters) waiter.reject(failure(reason));
    },
    close: () => emulator.dispose(),
  };
}

function matcher(expected: Expected): (screen: string) => boolean {
  if (typeof expected === 'function') return expected;
  if (typeof expected === 'string') return (screen) => screen.includes(expected);
  return (screen) => screen.search(expected) >= 0;
}

function describe(expected: Expected): string {
  return typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
}

function lines(emulator: Emulator): string[] {
  const buffer = emulator.buffer.active;
  const line = (row: number) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '';
  return Array.from({ length: emulator.rows }, (_, row) => line(row));
}

function readCells(emulator: Emulator): Cell[][] {
  const buffer = emulator.buffer.active;
  return Array.from({ length: emulator.rows }, (_, row) => {
    const line = buffer.getLine(buffer.baseY + row);
    const found: Cell[] = [];
    for (let column = 0; column < emulator.cols; column++) {
      const cell = line?.getCell(column);
      if (cell && cell.getWidth() > 0) found.push(readCell(cell));
    }
    return found;
  });
}

function readCell(cell: IBufferCell): Cell {
  const colour = (isDefault: boolean, isRgb: boolean, value: number) =>
    isDefault ? undefined : isRgb ? `#${value.toString(16).padStart(6, '0')}` : value;
  return {
    text: cell.getChars() || ' ',
    width: cell.getWidth(),
    foreground: colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    background: colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

/** The emulator does not tell whether the cursor is hidden: DECTCEM is followed here. */
function watchModes(emulator: Emulator): { cursorVisible: () => boolean } {
  let visible = true;
  for (const final of ['h', 'l'])
    emulator.parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
      if (parameters.includes(25)) visible = final === 'h';
      return false;
    });
  return { cursorVisible: () => visible };
}

function countHeld(emulator: Emulator): () => number {
  let count = 0;
  emulator.parser.registerOscHandler(7999, () => {
    count += 1;
    return true;
  });
  return () => count;
}

function changedModes(emulator: Emulator, cursorVisible: boolean): string[] {
  const { modes } = emulator;
  const changed: [string, boolean][] = [
    ['alternate screen', emulator.buffer.active.type === 'alternate'],
    ['hidden cursor', !cursorVisible],
    ['mouse', modes.mouseTrackingMode !== 'none'],
    ['bracketed paste', modes.bracketedPasteMode],
    ['focus reports', modes.sendFocusMode],
    ['application cursor keys', modes.applicationCursorKeysMode],
    ['application keypad', modes.applicationKeypadMode],
    ['synchronised output', modes.synchronizedOutputMode],
    ['no wrap', !modes.wraparoundMode],
  ];
  return changed.filter(([, on]) => on).map(([name]) => name);
}
