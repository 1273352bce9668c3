import { expect, it } from 'vitest';
import { batchOfTexts } from '../../../test/builders/fake-log.ts';
import { LogBuffer } from '../../logs/buffer.ts';
import { LineTexts } from '../../logs/line-texts.ts';
import type { Stamps } from '../../logs/paging.ts';
import { createTheme } from '../../ui/theme.ts';
import { formatLine } from './format-line.ts';

const theme = createTheme({ level: 0, ascii: false });

function rows(lines: readonly string[], stamps: Stamps = 'off'): string[] {
  const buffer = new LogBuffer(1e6);
  const batch = batchOfTexts(lines);
  buffer.append(0, batch, 0, lines.length);
  const texts = new LineTexts(buffer);
  const view = { wrap: false, left: 0, columnLock: true, formatted: true, mask: true, stamps };
  return lines.flatMap((_, line) =>
    formatLine(texts, line, line === 0 ? undefined : line - 1, { view, width: 200, names: [], prefixed: false, theme }),
  );
}

it('shows JSON with its own time first, and numbers digit by digit', () => {
  expect(
    rows([
      '{"time":"2026-01-15T09:15:02Z","level":"ERROR","msg":"rejected","orderId":9007199254740993}',
      '{"level":30,"time":1768468502123,"msg":"ack","px":0.10}',
      '{"level":"info","ts":1768468502123456789,"msg":"ack"}',
    ]),
  ).toEqual([
    '2026-01-15T09:15:02Z ERROR rejected orderId=9007199254740993',
    '2026-01-15 09:15:02.123Z INFO  ack px=0.10',
    '2026-01-15 09:15:02.123Z INFO  ack ts=1768468502123456789',
  ]);
});

it('leaves the own time of JSON out where times stand before the lines', () => {
  expect(rows(['{"time":"2026-01-15T09:15:02Z","level":"ERROR","msg":"rejected"}'], 'utc')).toEqual([
    '09:15:02.000Z ERROR rejected',
  ]);
});

it('tells the time since the line before from the second line of a log on', () => {
  expect(rows(['a', 'b', 'c'], 'delta').map((row) => row.trim())).toEqual(['a', '+1ms b', '+1ms c']);
});
