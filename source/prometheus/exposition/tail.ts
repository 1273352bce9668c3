import { HASH, isLineEnd, parseNumber, skipBlanks, tokenEnd } from './bytes.ts';
import { BrokenLine } from './string-table.ts';

/**
 * The timestamp after a value, from `from` to the line's end, in ms since the epoch; NaN where there is none. A `#` starts an exemplar,
 * which is ignored. Throws BrokenLine.
 */
export function readTimestamp(buffer: Buffer, from: number, openMetrics: boolean): number {
  const start = skipBlanks(buffer, from);
  if (buffer[start] === HASH || isLineEnd(buffer, start)) return Number.NaN;
  const end = tokenEnd(buffer, start);
  const time = timestamp(buffer, start, end, openMetrics);
  const after = skipBlanks(buffer, end);
  if (buffer[after] !== HASH && !isLineEnd(buffer, after)) throw new BrokenLine('there is more after its timestamp');
  return time;
}

/** OpenMetrics writes seconds, the text format whole milliseconds. */
function timestamp(buffer: Buffer, start: number, end: number, seconds: boolean): number {
  const value = parseNumber(buffer, start, end);
  if (value === undefined || !Number.isFinite(value)) {
    throw new BrokenLine(`${JSON.stringify(buffer.toString('utf8', start, end))} is not a timestamp`);
  }
  return seconds ? Math.round(value * 1000) : value;
}
