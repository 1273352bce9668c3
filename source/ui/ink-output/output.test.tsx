import { Box, renderToString, Static, Text, Transform } from 'ink';
import { createElement, type ReactElement } from 'react';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { besideStock, CachedOutput, type Frame, stockOutput } from '../../../test/ink-output/beside-stock.ts';
import type { Output } from './output.ts';

type Random = (below: number) => number;

describe('the output stage compared with the stock one', () => {
  it.each(seeds(1, 60))('writes the same for operations of seed %i', (seed) => {
    const random = generator(seed);
    const size = { width: 1 + random(50), height: 1 + random(12) };
    let script = operations(random, size);
    // Frame after frame a little is different: what was kept must still be right.
    for (let frame = 0; frame < 12; frame += 1) {
      expect(run(new CachedOutput(size), script)).toEqual(run(stockOutput(size), script));
      script = script.map((operation) => (random(6) === 0 ? operationOf(random, size) : operation));
    }
  });

  it('keeps styles over line breaks and links over slices', () => {
    const text = '\u001b[31mred\nstill \u001b]8;;http://a\u0007link\u001b]8;;\u0007 日本語\u001b[39m\nplain';
    for (const clip of [{ x1: 2, x2: 9, y1: 1, y2: 3 }, { x1: 0, x2: 11 }, { y1: 0, y2: 2 }, {}]) {
      const script: Operation[] = [
        ['clip', { x1: undefined, x2: undefined, y1: undefined, y2: undefined, ...clip }],
        ['write', 1, 0, text],
        ['unclip'],
      ];
      const size = { width: 20, height: 4 };
      expect(run(new CachedOutput(size), script)).toEqual(run(stockOutput(size), script));
    }
  });

  it('does not fill memory for a text millions of columns away', () => {
    const output = new CachedOutput({ width: 10, height: 1 });
    output.write(0, 0, 'here', { transformers: [] });
    output.write(55_341_612, 0, 'far', { transformers: [] });
    expect(output.get()).toEqual({ output: 'here', height: 1 });
  });

  it('works with more texts than it caches', () => {
    for (let round = 0; round < 5000; round += 1) {
      const output = new CachedOutput({ width: 30, height: 1 });
      output.write(0, 0, `\u001b[38;5;${round % 256}mrow ${round}\u001b[39m 日`, { transformers: [] });
      if (round % 100 === 0) expect(output.get().output).toBe(`\u001b[38;5;${round % 256}mrow ${round}\u001b[39m 日`);
      else output.get();
    }
  });
});

describe('the output stage under Ink', () => {
  const differing: { stock: Frame; cached: Frame }[] = [];
  let compared = 0;
  let end: () => void;

  beforeAll(() => {
    end = besideStock((stock, cached) => {
      compared += 1;
      if (stock.output !== cached.output || stock.height !== cached.height) differing.push({ stock, cached });
    });
  });
  afterAll(() => end());

  it.each(seeds(100, 150))('draws the same tree of seed %i', (seed) => {
    const random = generator(seed);
    const before = compared;
    renderToString(tree(random, 4, 60), { columns: 20 + random(60) });
    expect(compared).toBeGreaterThan(before);
    expect(differing).toEqual([]);
  });
});

type Operation = ['write', x: number, y: number, text: string] | ['clip', Parameters<Output['clip']>[0]] | ['unclip'];

const TRANSFORMERS = [(line: string, index: number) => (index % 2 ? line.toUpperCase() : line)];

function run(output: Output, script: readonly Operation[]): Frame {
  for (const operation of script) {
    if (operation[0] === 'write') {
      const [, x, y, text] = operation;
      output.write(x, y, text, { transformers: text.length % 3 === 0 ? TRANSFORMERS : [] });
    } else if (operation[0] === 'clip') output.clip(operation[1]);
    else output.unclip();
  }
  return output.get();
}

const PIECES = [
  ...['word', 'a', ' ', '   ', 'api-1', '12.5%', '…', '│', '─', '●', '⣿', 'ö'],
  ...['日本語', '한국', '📈', '👨‍👩‍👧', '🇮🇳', 'e\u0301', '\u0301', '❤️', '☎', '\u200b', '\u00ad', 'ﾞ', '１'],
  ...[
    '\u001b[31m',
    '\u001b[1m',
    '\u001b[2m',
    '\u001b[22m',
    '\u001b[39m',
    '\u001b[7m',
    '\u001b[27m',
    '\u001b[0m',
    '\u001b[38;5;200m',
  ],
  ...['\u001b[48;2;1;2;3m', '\u001b[49m', '\u001b[1;4;32m', '\u001b]8;;http://x\u0007', '\u001b]8;;\u0007', '\u001b[m'],
];

function textOf(random: Random, most: number, breaks: boolean): string {
  const text = Array.from({ length: 1 + random(most) }, () => pick(PIECES, random));
  if (breaks && random(3) === 0) text.splice(random(text.length), 0, '\n');
  return text.join('');
}

function operationOf(random: Random, { width, height }: { width: number; height: number }): Operation {
  const kind = random(8);
  if (kind === 0) return ['unclip'];
  if (kind > 2) return ['write', random(width + 12) - 6, random(height + 4) - 2, textOf(random, 12, true)];
  const across = random(4) > 0;
  const down = random(4) > 0;
  const [x1, y1] = [random(width), random(height)];
  return [
    'clip',
    {
      x1: across ? x1 : undefined,
      x2: across ? x1 + random(width) : undefined,
      y1: down ? y1 : undefined,
      y2: down ? y1 + random(height) : undefined,
    },
  ];
}

function operations(random: Random, size: { width: number; height: number }): Operation[] {
  return Array.from({ length: 2 + random(20) }, () => operationOf(random, size));
}

const COLORS = ['red', 'green', '#a1b2c3', undefined, undefined] as const;

/** A tree of boxes whose sizes hold their borders and padding: others make the stock output fill the memory. */
function tree(random: Random, depth: number, room: number): ReactElement {
  if (depth === 0 || random(4) === 0) return leaf(random);
  const width = 4 + random(Math.max(1, room - 4));
  const children = Array.from({ length: 1 + random(4) }, (_, key) =>
    createElement(Box, { key }, tree(random, depth - 1, Math.max(5, width - 4))),
  );
  const pinned = random(6) === 0 ? { position: 'absolute' as const, marginLeft: random(8), marginTop: random(4) } : {};
  return (
    <Box
      width={random(3) ? width : undefined}
      height={random(3) ? undefined : 3 + random(5)}
      flexDirection={random(2) ? 'column' : 'row'}
      borderStyle={random(3) ? undefined : 'round'}
      borderColor={pick(COLORS, random)}
      backgroundColor={random(5) ? undefined : 'blue'}
      overflow={random(2) ? 'hidden' : 'visible'}
      flexShrink={random(2)}
      {...pinned}
    >
      {children}
    </Box>
  );
}

function leaf(random: Random): ReactElement {
  const wrap = pick(['wrap', 'truncate', 'truncate-middle', 'hard'] as const, random);
  const style = { color: pick(COLORS, random), bold: random(4) === 0, inverse: random(5) === 0, wrap };
  const text = <Text {...style}>{textOf(random, 10, true)}</Text>;
  if (random(10) === 0) return <Transform transform={(line, index) => `${index}${line}`}>{text}</Transform>;
  if (random(20) === 0) return <Static items={['one', 'two 日本']}>{(item) => <Text key={item}>{item}</Text>}</Static>;
  return text;
}

function seeds(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function generator(seed: number): Random {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)] as T;
}
