import type { LogLevel } from '../lib/log-line/level.ts';
import type { Sequence } from './sequence.ts';

/** The kind of timestamps before the lines. */
export type Stamps = 'off' | 'local' | 'utc' | 'exchange' | 'delta';

/** The view options of a log: a pure value. Positions are line numbers, so that nothing jumps when lines arrive or are dropped. */
export type LogView = {
  /** The newest line stays at the bottom. */
  follow: boolean;
  /** The line under the cursor; while following, the newest. */
  cursor: number;
  /** The line at the top, and how many of its wrapped rows are above the edge; ignored while following. */
  top: number;
  skip: number;
  /** How many cells it is scrolled to the right. */
  left: number;
  wrap: boolean;
  columnLock: boolean;
  /** JSON, logfmt and headers are parsed; false shows each line as it was written. */
  formatted: boolean;
  /** Secrets are masked on the screen. */
  mask: boolean;
  /** Shows lines and errors over time above the log; undefined: if there is room. */
  histogram?: boolean;
  stamps: Stamps;
  /** As typed behind `/`. */
  filter: string;
  /** Lines shown around each hit. */
  context: number;
  /** The lowest level that is shown. */
  level?: LogLevel;
  marks: ReadonlySet<number>;
  /** Lines after which a rule is drawn, and when it was set (ms). */
  separators: ReadonlyMap<number, number>;
  /** Lines before this one are hidden. */
  cleared: number;
};

export const INITIAL_VIEW: LogView = {
  follow: true,
  cursor: 0,
  top: 0,
  skip: 0,
  left: 0,
  wrap: false,
  columnLock: true,
  formatted: true,
  mask: true,
  stamps: 'local',
  filter: '',
  context: 0,
  marks: new Set(),
  separators: new Map(),
  cleared: 0,
};

/** A visible line and how many of its rows are above the upper edge. */
export type Place = { line: number; skip: number };

/** What a view needs to know about the screen. */
export type Screen = {
  sequence: Sequence;
  /** Rows for lines. */
  height: number;
  /** Rows of a line, at least 1. */
  rows(line: number): number;
};

/** The lines on the screen from the top, each with the number of its rows above the upper edge (0 except for the first). */
export function pageOf(view: LogView, screen: Screen): Place[] {
  return view.follow ? lastPage(screen) : pageFrom(topOf(view, screen), screen);
}

/** The current line under the cursor: the newest while following, else the nearest one still in the buffer. */
export function cursorOf(view: LogView, { sequence }: Screen): number | undefined {
  if (view.follow) return sequence.last();
  return sequence.after(view.cursor - 1) ?? sequence.last();
}

/** Where the current page begins; undefined in an empty log. */
export function topOf(view: LogView, { sequence, rows }: Screen): Place | undefined {
  const line = sequence.after(view.top - 1) ?? sequence.last();
  if (line === undefined) return undefined;
  return { line, skip: line === view.top ? Math.min(view.skip, rows(line) - 1) : 0 };
}

function lastPage(screen: Screen): Place[] {
  const page: Place[] = [];
  let left = screen.height;
  for (let line = screen.sequence.last(); line !== undefined && left > 0; line = screen.sequence.before(line)) {
    const rows = screen.rows(line);
    page.unshift({ line, skip: Math.max(0, rows - left) });
    left -= rows;
  }
  return page;
}

function pageFrom(top: Place | undefined, screen: Screen): Place[] {
  const page: Place[] = [];
  let left = screen.height;
  for (let line = top?.line; line !== undefined && left > 0; line = screen.sequence.after(line)) {
    const skip = line === top?.line ? top.skip : 0;
    page.push({ line, skip });
    left -= screen.rows(line) - skip;
  }
  return page;
}

/** Stops following and stays where it is. */
export function hold(view: LogView, screen: Screen): LogView {
  const page = lastPage(screen);
  const { line = 0, skip = 0 } = page[0] ?? {};
  return { ...view, follow: false, top: line, skip, cursor: page.at(-1)?.line ?? 0 };
}

export function held(view: LogView, screen: Screen): LogView {
  return view.follow ? hold(view, screen) : view;
}

export function reachesEnd(top: Place, screen: Screen): boolean {
  let left = screen.height;
  for (let line: number | undefined = top.line; line !== undefined; line = screen.sequence.after(line)) {
    left -= screen.rows(line) - (line === top.line ? top.skip : 0);
    if (left < 0) return false;
  }
  return true;
}

export function down({ line, skip }: Place, count: number, screen: Screen): Place {
  const rest = screen.rows(line) - skip;
  if (count < rest) return { line, skip: skip + count };
  const next = screen.sequence.after(line);
  return next === undefined ? { line, skip } : down({ line: next, skip: 0 }, count - rest, screen);
}

export function up({ line, skip }: Place, count: number, screen: Screen): Place {
  if (count <= skip) return { line, skip: skip - count };
  const before = screen.sequence.before(line);
  if (before === undefined) return { line, skip: 0 };
  return up({ line: before, skip: screen.rows(before) }, count - skip, screen);
}

/** The topmost line from which a page includes the end of `line`. */
export function topFor(line: number, screen: Screen): number | undefined {
  let top: number | undefined = line;
  let left = screen.height - screen.rows(line);
  for (;;) {
    const before: number | undefined = screen.sequence.before(top);
    if (before === undefined) return top;
    left -= screen.rows(before);
    if (left < 0) return top;
    top = before;
  }
}
