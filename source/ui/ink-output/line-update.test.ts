import { describe, expect, it } from 'vitest';
// Ink's own parts, by path: they are private, and no dependencies of this package.
import * as ansi from '../../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import stock from '../../../node_modules/ink/build/line-update.js';
import stringWidth from '../../../node_modules/string-width/index.js';
import { generator, pick } from '../../../test/builders/chance.ts';
import { createScreen } from '../../../test/harness/screen.ts';
import { changedCells, stepTogether } from './line-update.ts';

const update = changedCells({ ...ansi, stringWidth } as Parameters<typeof changedCells>[0], stock);
const COLUMNS = 40;

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const inverse = (text: string) => `\u001b[7m${text}\u001b[27m`;

/** The cells of a terminal on which these were written one after the other. */
async function shown(...written: string[]): Promise<unknown> {
  const screen = createScreen(COLUMNS, 2);
  screen.write(Buffer.from(written.join('')));
  await screen.settled();
  const cells = screen.cells();
  screen.close();
  return cells;
}

describe('the update of a line', () => {
  it('writes only the changed cells', () => {
    expect(update('│ api  0.1% │ log line │', '│ api  0.3% │ log line │', COLUMNS)).toBe('\u001b[10G3');
    expect(update('a                    b', 'c                    d', COLUMNS)).toBe('\u001b[1Gc\u001b[22Gd');
    expect(update(red('12%'), red('13%'), COLUMNS)).toBe(`\u001b[2G${red('3')}`);
    expect(update('same', 'same', COLUMNS)).toBe('');
  });

  it('leaves to Ink what it cannot compare cell by cell', () => {
    for (const [before, after] of [
      ['日本', '日木'],
      ['short', 'longer'],
      ['', 'new'],
    ] as const)
      expect(update(before, after, COLUMNS)).toBe(stock(before, after, COLUMNS));
    expect(update('ab', 'ac', undefined)).toBe(stock('ab', 'ac', undefined));
  });

  it('gives the same line as rewriting it completely, in any styles', async () => {
    const random = generator(3);
    const piece = () => {
      const text = pick(['api', ' ', '0.4%', '│', '●', 'x'.repeat(random(9)), '═'], random);
      return pick([(plain: string) => plain, red, inverse, (plain: string) => red(inverse(plain))], random)(text);
    };
    for (let round = 0; round < 150; round += 1) {
      const pieces = Array.from({ length: 8 }, piece);
      const changed = pieces.map((one) => (random(3) === 0 ? piece() : one));
      const [before, after] = [pieces.join(''), changed.join('')];
      const short = update(before, after, COLUMNS);
      expect(await shown(before, '\r', short), JSON.stringify([before, after])).toEqual(await shown(after));
    }
  });

  it('skips unchanged lines in one step', async () => {
    expect(stepTogether('a\u001b[E\u001b[E\u001b[Eb\u001b[Ec')).toBe('a\u001b[3Eb\u001b[Ec');
  });
});
