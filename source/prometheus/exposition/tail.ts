import { HASH, isLineEnd, OPEN, parseNumber, skipBlanks, tokenEnd } from './bytes.ts';
import type { Exemplar } from './exposition.ts';
import type { LabelParser } from './labels.ts';
import { BrokenLine } from './string-table.ts';

/** What may follow a value on its line; `time` is NaN when there is none. */
export type Tail = { time: number; exemplar?: Exemplar };

/** Reads a timestamp and an exemplar from `from` to the line's end. Throws BrokenLine. */
export function readTail(buffer: Buffer, from: number, openMetrics: boolean, exemplars: LabelParser): Tail {
  let at = skipBlanks(buffer, from);
  let time = Number.NaN;
  if (buffer[at] !== HASH && !isLineEnd(buffer, at)) {
    const end = tokenEnd(buffer, at);
    time = timestamp(buffer, at, end, openMetrics);
    at = skipBlanks(buffer, end);
  }
  if (buffer[at] === HASH) return { time, exemplar: readExemplar(buffer, at, exemplars) };
  if (!isLineEnd(buffer, at)) throw new BrokenLine('there is more after its timestamp');
  return { time };
}

function readExemplar(buffer: Buffer, hash: number, reader: LabelParser): Exemplar {
  const open = skipBlanks(buffer, hash + 1);
  if (buffer[open] !== OPEN) throw new BrokenLine('the exemplar has no labels');
  const { text } = reader.readBraces(open);
  if (text !== '') throw new BrokenLine(`label ${text} has no equals sign`);
  const labels = reader.labels.slice();
  const start = skipBlanks(buffer, reader.end);
  const stop = tokenEnd(buffer, start);
  const value = parseNumber(buffer, start, stop);
  if (value === undefined) throw new BrokenLine('the exemplar has no number');
  const at = skipBlanks(buffer, stop);
  if (isLineEnd(buffer, at)) return { labels, value };
  const after = tokenEnd(buffer, at);
  const time = timestamp(buffer, at, after, true);
  if (!isLineEnd(buffer, skipBlanks(buffer, after))) throw new BrokenLine('there is more after its exemplar');
  return { labels, value, timestamp: time };
}

/** Milliseconds since the epoch: OpenMetrics writes seconds, the text format whole milliseconds. */
function timestamp(buffer: Buffer, start: number, end: number, seconds: boolean): number {
  const value = parseNumber(buffer, start, end);
  if (value === undefined || !Number.isFinite(value)) {
    throw new BrokenLine(`${JSON.stringify(buffer.toString('utf8', start, end))} is not a timestamp`);
  }
  return seconds ? Math.round(value * 1000) : value;
}
