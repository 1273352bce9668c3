import { describe, expect, it } from 'vitest';
import { blockAround } from './blocks.ts';

function texts(lines: readonly (readonly [source: number, text: string])[]) {
  return {
    first: 0,
    end: lines.length,
    plain: (line: number) => lines[line]?.[1] ?? '',
    source: (line: number) => lines[line]?.[0] ?? 0,
  };
}

describe('blockAround', () => {
  it('is a stack trace with its causes, from any of its lines', () => {
    const trace = texts([
      [0, 'before'],
      [0, 'java.lang.IllegalStateException: no'],
      [0, '\tat com.example.Foo'],
      [1, 'another source'],
      [0, 'Caused by: java.io.IOException'],
      [0, '\t... 3 more'],
      [0, 'after'],
    ]);
    for (const line of [1, 2, 4, 5]) expect(blockAround(trace, line)).toEqual([1, 2, 4, 5]);
    expect(blockAround(trace, 0)).toEqual([0]);
  });

  it("is an object as console.log prints it, and Python's traceback with its last line", () => {
    expect(
      blockAround(
        texts([
          [0, 'order {'],
          [0, '  id: 7,'],
          [0, '}'],
          [0, 'next'],
        ]),
        1,
      ),
    ).toEqual([0, 1, 2]);
    const python = texts([
      [0, 'Traceback (most recent call last):'],
      [0, '  File "a.py", line 1'],
      [0, 'ValueError: no'],
      [0, 'ValueError is fine here'],
    ]);
    expect(blockAround(python, 2)).toEqual([0, 1, 2]);
  });
});
