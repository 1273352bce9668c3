import { PassThrough, Writable } from 'node:stream';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { type Clock, systemClock } from '../../source/lib/clock.ts';
import { type KeyReader, readKeys } from '../../source/ui/input/key-reader.ts';
import { keyBytes } from './keys.ts';
import { createScreen, type Screen } from './screen.ts';

/** Ink's output of one element in a terminal of a given size, without a process or a pty. */
export type Rendered = Pick<Screen, 'text' | 'cells' | 'cursor' | 'modes' | 'waitFor'> & {
  press(...keys: string[]): void;
  type(text: string): void;
  rerender(element: ReactNode): void;
  resize(columns: number, rows: number): void;
  /** When Ink has written its frame and the terminal has interpreted it. */
  settled(): Promise<void>;
  bytesWritten(): number;
  /** All that was written to the terminal, sequences included. */
  written(): string;
  unmount(): Promise<void>;
};

/** What is drawn; a function gets the keys of the terminal it is drawn in, for a KeyContext. */
export type Drawn = ReactNode | ((reader: KeyReader) => ReactNode);

/** A lone ESC is a key after this (ms): here nothing comes in pieces. */
const ESCAPE_PAUSE = 20;

/** Renders as the console does (alternate screen, incremental, no frame limit to speak of) and resolves with the first frame. */
export async function renderAt(
  columns: number,
  rows: number,
  drawn: Drawn,
  clock: Clock = systemClock,
  mouse = false,
): Promise<Rendered> {
  const screen = createScreen(columns, rows, { convertEol: true });
  const stdout = new FakeTerminal(screen, columns, rows);
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const reader = readKeys(stdin as unknown as NodeJS.ReadStream, clock, ESCAPE_PAUSE, undefined, mouse);
  const instance = render(typeof drawn === 'function' ? drawn(reader) : drawn, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: (typeof drawn === 'function' ? reader.stdin : stdin) as unknown as NodeJS.ReadStream,
    stderr: new FakeTerminal(screen, columns, rows) as unknown as NodeJS.WriteStream,
    // In CI, Ink would write the last frame only.
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 1000,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const settled = async () => {
    await instance.waitUntilRenderFlush();
    await screen.settled();
  };
  await settled();
  return {
    text: screen.text,
    cells: screen.cells,
    cursor: screen.cursor,
    modes: screen.modes,
    waitFor: screen.waitFor,
    press: (...keys) => stdin.write(keys.map(keyBytes).join('')),
    type: (text) => stdin.write(text),
    rerender: instance.rerender,
    resize(toColumns, toRows) {
      screen.resize(toColumns, toRows);
      Object.assign(stdout, { columns: toColumns, rows: toRows });
      stdout.emit('resize');
    },
    settled,
    bytesWritten: () => stdout.total,
    written: () => stdout.text,
    async unmount() {
      instance.unmount();
      await instance.waitUntilExit().catch(() => {});
      screen.close();
    },
  };
}

/** What Ink takes for a terminal of this size. */
class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  total = 0;
  text = '';
  readonly #screen: Screen;

  constructor(screen: Screen, columns: number, rows: number) {
    super({ decodeStrings: true });
    this.#screen = screen;
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.total += chunk.length;
    this.text += chunk.toString('utf8');
    this.#screen.write(chunk);
    done();
  }
}
