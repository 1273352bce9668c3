import { describe, expect, it } from 'vitest';
// Ink's own parts, by path: they are private, and no dependencies of this package.
import * as ansi from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import stringWidth from '../../../node_modules/string-width/index.js';
import { createScreen } from '../../../test/harness/screen.ts';
import { steadyOutput } from './output.ts';

const Output = steadyOutput({ ...ansi, stringWidth } as Parameters<typeof steadyOutput>[0]);
const COLUMNS = 40;

function drawn(text: string): string {
  const output = new Output({ width: COLUMNS, height: 1 });
  output.write(0, 0, text, { transformers: [] });
  return output.get().output;
}

/** The column of the last cell on a terminal that takes each emoji of a sequence for two cells (as xterm.js does). */
async function lastColumn(text: string): Promise<{ rows: number; column: number }> {
  const screen = createScreen(COLUMNS, 3);
  screen.write(Buffer.from(drawn(text)));
  await screen.settled();
  const rows = screen.text().split('\n').filter(Boolean).length;
  const column = screen.cursor().column;
  screen.close();
  return { rows, column };
}

describe('a row in any terminal', () => {
  it('is written unchanged if all terminals agree', () => {
    for (const row of ['│ plain ● ok │', '│ 日本語 한국어 ａｂｃ │']) expect(drawn(row)).toBe(row);
  });

  it('keeps its column after characters whose width differs between terminals', () => {
    expect(drawn('│❤️ ok│')).toBe('│❤️\u001b[4G ok│');
    expect(drawn('│👨‍👩‍👧👨‍👩‍👧 ok│')).toBe('│👨‍👩‍👧\u001b[4G👨‍👩‍👧\u001b[6G ok│');
    expect(drawn('│नमस्ते ok│')).toBe('│नमस्ते\u001b[6G ok│');
    expect(drawn('\u001b[31mé e\u0301 x\u001b[39m')).toBe('\u001b[31mé e\u0301\u001b[4G x\u001b[39m');
  });

  it('never wraps: cells that could extend beyond the edge are left blank', async () => {
    const inner = COLUMNS - 2;
    for (const [text, cells] of [
      ['👨‍👩‍👧‍👦', 2],
      ['नमस्ते ', 5],
      ['漢', 2],
      ['❤️', 2],
      ['🏴‍☠️x', 3],
    ] as const) {
      const times = Math.floor(inner / cells);
      const row = `│${text.repeat(times)}${' '.repeat(inner - times * cells)}│`;
      expect(await lastColumn(row), text).toEqual({ rows: 1, column: await columnOfPlain() });
    }
  });
});

const columnOfPlain = async () => (await lastColumn(`│${'x'.repeat(COLUMNS - 2)}│`)).column;
