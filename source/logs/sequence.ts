import type { Hits } from './hits.ts';

/**
 * The lines of a view: the whole buffer, or the matches of a filter with context lines. Numbers are those of the buffer; undefined if there
 * is no further line.
 */
export type Sequence = {
  first(): number | undefined;
  last(): number | undefined;
  /** Next after a line, whether or not that one is in the sequence. */
  after(line: number): number | undefined;
  before(line: number): number | undefined;
  /** Whether the line is a hit; false for a context line. */
  isHit(line: number): boolean;
};

type Bounds = { readonly first: number; readonly end: number };

/** Every line from `from` on (cleared lines are before it). */
export function allLines(bounds: Bounds, from: number): Sequence {
  const first = () => Math.max(bounds.first, from);
  const within = (line: number) => (line >= first() && line < bounds.end ? line : undefined);
  return {
    first: () => within(first()),
    last: () => within(bounds.end - 1),
    after: (line) => within(Math.max(first(), line + 1)),
    before: (line) => within(Math.min(bounds.end, line) - 1),
    isHit: () => false,
  };
}

/** The hits and `context` lines around each; with `message` also the other lines of the message that a hit is in. */
export function filteredLines(
  bounds: Bounds,
  from: number,
  hits: Hits,
  { context, message }: { context: number; message?: (line: number) => readonly number[] },
): Sequence {
  const all = allLines(bounds, from);
  const after = (line: number): number | undefined => {
    const next = all.after(line);
    if (next === undefined) return undefined;
    const hit = hits.atOrAfter(Math.max(next - context, all.first() ?? next));
    const near = hit === undefined ? undefined : clamp(Math.max(next, hit - context), all);
    const own = messageOfHit(line)?.find((one) => one > line);
    return own === undefined || (near !== undefined && near < own) ? near : own;
  };
  /** The message of the nearest hit at or before a line. */
  const messageOfHit = (line: number) => {
    const hit = message && hits.atOrBefore(line);
    return hit === undefined || hit < (all.first() ?? 0) ? undefined : message?.(hit);
  };
  const before = (line: number): number | undefined => {
    const previous = all.before(line);
    if (previous === undefined) return undefined;
    const hit = hits.atOrBefore(Math.min(previous + context, bounds.end - 1));
    if (hit === undefined || hit < (all.first() ?? 0)) return undefined;
    const near = clamp(Math.min(previous, hit + context), all);
    const own = messageOfHit(previous)?.findLast((one) => one <= previous);
    return own === undefined || (near !== undefined && near > own) ? near : own;
  };
  return {
    first: () => after((all.first() ?? 0) - 1),
    last: () => before(bounds.end),
    after,
    before,
    isHit: (line) => hits.atOrAfter(line) === line,
  };
}

function clamp(line: number, all: Sequence): number | undefined {
  const [first, last] = [all.first(), all.last()];
  return first === undefined || last === undefined ? undefined : Math.max(first, Math.min(last, line));
}
