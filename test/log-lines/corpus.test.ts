import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBad, isBadLine, recognise } from '../../source/lib/log-line/recognise.ts';
import { plainText } from '../../source/logs/spans.ts';
import { randomLayouts } from './layouts.ts';

/** `source`: `run` was written by the program itself, `documented` copied from its documentation, `changelog` is prose about errors. */
type Sample = { format: string; source: 'run' | 'documented' | 'changelog'; line: string };

function samples(name: string): Sample[] {
  const text = readFileSync(join(import.meta.dirname, `${name}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const isBadSample = ({ line }: Pick<Sample, 'line'>) => isBadLine(plainText(line));
const percent = (part: number, all: number) => (100 * part) / all;

describe('errors among the lines of real programs', () => {
  const errors = samples('errors');
  const harmless = samples('harmless');
  const formats = new Set(errors.map(({ format }) => format)).size;

  it('are found in at least 95 % of the lines of at least 150 formats', () => {
    const missed = errors.filter((sample) => !isBadSample(sample));
    const found = percent(errors.length - missed.length, errors.length);
    console.log(`errors: ${errors.length} lines of ${formats} formats, ${found.toFixed(1)} % found`);
    expect(formats).toBeGreaterThanOrEqual(150);
    expect(found, missed.map(({ format, line }) => `${format}: ${line}`).join('\n')).toBeGreaterThanOrEqual(95);
  });

  it('are seen in at most 1 % of the harmless lines', () => {
    const wrong = harmless.filter(isBadSample);
    const share = percent(wrong.length, harmless.length);
    console.log(`harmless: ${harmless.length} lines, ${share.toFixed(2)} % taken for errors`);
    expect(share, wrong.map(({ format, line }) => `${format}: ${line}`).join('\n')).toBeLessThanOrEqual(1);
  });

  it('are the same for the quick look and the whole one', () => {
    for (const { line } of [...errors, ...harmless]) {
      const plain = plainText(line);
      expect(isBadLine(plain), plain).toBe(isBad(recognise(plain).level));
    }
  });
});

it('finds levels in layouts that no one wrote down, made at random', () => {
  const seed = 20_260_115;
  const { errors, harmless } = randomLayouts(seed, 2000);
  const missed = errors.filter((line) => !isBadLine(line));
  const wrong = harmless.filter(isBadLine);
  const found = percent(errors.length - missed.length, errors.length);
  const share = percent(wrong.length, harmless.length);
  console.log(`random layouts: ${found.toFixed(1)} % of errors found, ${share.toFixed(2)} % false (seed ${seed})`);
  expect(found, missed.join('\n')).toBeGreaterThanOrEqual(95);
  expect(share, wrong.join('\n')).toBeLessThanOrEqual(1);
});
