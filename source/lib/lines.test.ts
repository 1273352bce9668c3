import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readLines } from './lines.ts';

async function linesOf(chunks: readonly (string | Buffer)[], limit?: number): Promise<string[]> {
  const lines: string[] = [];
  await readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (line) => lines.push(line), limit);
  return lines;
}

it('gives the same lines however the bytes are split', async () => {
  const bytes = Buffer.from('{"a":"ä€"}\n\n{"b":"😀"}\n{"c":1}');
  const whole = ['{"a":"ä€"}', '{"b":"😀"}', '{"c":1}'];
  expect(await linesOf([bytes])).toEqual(whole);
  expect(await linesOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  for (let at = 1; at < bytes.length; at++) {
    expect(await linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  }
});

it('leaves out a line above the limit and continues with the next', async () => {
  expect(await linesOf(['one\n', 'x'.repeat(8), 'x'.repeat(8), '\ntwo\n', 'y'.repeat(99)], 10)).toEqual(['one', 'two']);
});
