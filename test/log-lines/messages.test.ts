import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blockAround } from '../../source/lib/log-line/blocks.ts';
import { plainText } from '../../source/logs/spans.ts';

/** Messages of several lines as runtimes and libraries write them, each behind `=== name`. */
const MESSAGES = readFileSync(join(import.meta.dirname, 'messages.txt'), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((part) => {
    const [name = '', ...lines] = part.trimEnd().split('\n');
    return { name, lines: lines.map(plainText) };
  });

const BEFORE = ['2026-01-15 09:15:00,001 - shop - INFO - order filled', '2026-01-15 09:15:00,002 - shop - INFO - tick'];
const AFTER = ['2026-01-15 09:15:09,001 - shop - INFO - next order', '2026-01-15 09:15:09,002 - shop - INFO - tick'];
const ELSEWHERE = '2026-01-15 09:15:01 INFO a line of another replica';

/** The lines of one source with those of another between them. */
function interleaved(lines: readonly string[]) {
  const all = lines.flatMap((text) => [
    { text, source: 0 },
    { text: ELSEWHERE, source: 1 },
  ]);
  return {
    first: 0,
    end: all.length,
    plain: (line: number) => all[line]?.text ?? '',
    source: (line: number) => all[line]?.source ?? 0,
  };
}

it.each(MESSAGES)('takes $name whole, from whichever of its lines, and nothing around it', ({ lines }) => {
  const texts = interleaved([...BEFORE, ...lines, ...AFTER]);
  for (let index = 0; index < lines.length; index += 1) {
    if (lines[index]?.trim() === '') continue;
    const block = blockAround(texts, 2 * (BEFORE.length + index)).map((line) => texts.plain(line));
    expect.soft(block.join('\n'), `from its line ${index + 1}: ${lines[index]}`).toBe(lines.join('\n').trimEnd());
  }
  for (const line of [0, 2 * (BEFORE.length + lines.length)]) expect(blockAround(texts, line)).toEqual([line]);
});

it('does not take plain lines of a program that writes many for a part of its error', () => {
  const plain = Array.from({ length: 12 }, (_, n) => `tick ${n}`);
  const texts = interleaved([...plain, '2026-01-15 09:15:02 ERROR order rejected', 'tick 13', ...AFTER]);
  expect(blockAround(texts, 2 * plain.length)).toEqual([2 * plain.length]);
});
