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
  /** Cells scrolled to the right. */
  left: number;
  wrap: boolean;
  columnLock: boolean;
  /** JSON, logfmt and headers taken apart; false shows each line as it was written. */
  formatted: boolean;
  /** Secrets are masked on the screen. */
  mask: boolean;
  /** Lines and errors over time above the log; undefined: where there is room. */
  histogram?: boolean;
  stamps: Stamps;
  /** As typed behind `/`. */
  filter: string;
  /** Lines shown around each hit. */
  context: number;
  /** The least level that is shown. */
  level?: LogLevel;
  marks: ReadonlySet<number>;
  /** Lines after which a rule is drawn, and when it was (ms). */
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

export type LogViewAction =
  | { type: 'move'; by: number }
  | { type: 'page'; by: 1 | -1 }
  | { type: 'first' }
  | { type: 'last' }
  /** To any line: a match, an error, a time. */
  | { type: 'jump'; line: number }
  | { type: 'sideways'; by: number }
  | { type: 'toggle'; what: 'follow' | 'wrap' | 'columnLock' | 'formatted' | 'mask' }
  | { type: 'stamps'; exchange: boolean }
  | { type: 'filter'; text: string }
  | { type: 'context'; by: 1 | -1 }
  | { type: 'level'; level?: LogLevel }
  | { type: 'histogram'; shown: boolean }
  | { type: 'mark' }
  /** Marks the lines from the nearest mark to the cursor. */
  | { type: 'mark-range' }
  /** A rule after the newest line, to see later what is new since. */
  | { type: 'separator'; at: number }
  | { type: 'unmark' }
  | { type: 'clear'; end: number };
/** Other lines altogether: positions and marks are reset, the view options stay. */

/** A visible line and how many of its rows are above the upper edge. */
export type Place = { line: number; skip: number };

/** The facts about the screen that a view needs. */
export type Screen = {
  sequence: Sequence;
  /** Rows for lines. */
  height: number;
  /** Rows of a line, at least 1. */
  rows(line: number): number;
};

export function logView(view: LogView, action: LogViewAction, screen: Screen): LogView {
  switch (action.type) {
    case 'move':
      return move(view, action.by, screen);
    case 'page':
      return turn(view, action.by, screen);
    case 'first':
      return at(view, screen.sequence.first(), screen);
    case 'last':
      return { ...view, follow: true };
    case 'jump':
      return centre(view, action.line, screen);
    case 'sideways':
      return view.wrap ? view : { ...view, left: Math.max(0, view.left + action.by) };
    case 'clear':
      return { ...view, cleared: action.end, follow: true, marks: new Set(), separators: new Map() };
    default:
      return setting(view, action, screen);
  }
}

type Setting = Exclude<LogViewAction, { type: 'move' | 'page' | 'first' | 'last' | 'jump' | 'sideways' | 'clear' }>;

function setting(view: LogView, action: Setting, screen: Screen): LogView {
  switch (action.type) {
    case 'toggle':
      if (action.what === 'follow') return view.follow ? hold(view, screen) : { ...view, follow: true };
      return { ...view, [action.what]: !view[action.what], left: action.what === 'wrap' ? 0 : view.left };
    case 'stamps':
      return { ...view, stamps: nextStamps(view.stamps, action.exchange) };
    case 'filter':
      return { ...view, filter: action.text };
    case 'context':
      return { ...view, context: Math.max(0, Math.min(20, view.context + action.by)) };
    case 'level':
      return { ...view, level: action.level };
    case 'histogram':
      return { ...view, histogram: action.shown };
    case 'mark':
      return mark(view, screen);
    case 'mark-range':
      return markRange(view, screen);
    case 'separator':
      return separated(view, action.at, screen);
    case 'unmark':
      return { ...view, marks: new Set() };
  }
}

/** The lines on the screen from the top, each with the rows of it that are above the upper edge (0 but for the first). */
export function pageOf(view: LogView, screen: Screen): Place[] {
  return view.follow ? lastPage(screen) : pageFrom(topOf(view, screen), screen);
}

/** The current line under the cursor: the newest while following, else the nearest one still in the buffer. */
export function cursorOf(view: LogView, { sequence }: Screen): number | undefined {
  if (view.follow) return sequence.last();
  return sequence.after(view.cursor - 1) ?? sequence.last();
}

/** Where the current page begins; undefined in an empty log. */
function topOf(view: LogView, { sequence, rows }: Screen): Place | undefined {
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
function hold(view: LogView, screen: Screen): LogView {
  const page = lastPage(screen);
  const { line = 0, skip = 0 } = page[0] ?? {};
  return { ...view, follow: false, top: line, skip, cursor: page.at(-1)?.line ?? 0 };
}

function held(view: LogView, screen: Screen): LogView {
  return view.follow ? hold(view, screen) : view;
}

function move(view: LogView, by: number, screen: Screen): LogView {
  const { sequence } = screen;
  if (view.follow && by > 0) return view;
  const from = held(view, screen);
  let cursor = cursorOf(from, screen);
  for (let step = 0; step < Math.abs(by) && cursor !== undefined; step += 1) {
    const next = by > 0 ? sequence.after(cursor) : sequence.before(cursor);
    if (next === undefined) break;
    cursor = next;
  }
  return at(from, cursor, screen);
}

/** A page up or down, one row of the old page kept; down from the last page starts following again. */
function turn(view: LogView, by: 1 | -1, screen: Screen): LogView {
  if (view.follow && by > 0) return view;
  const from = held(view, screen);
  const top = topOf(from, screen);
  if (!top) return from;
  if (by > 0 && reachesEnd(top, screen)) return { ...view, follow: true };
  const next = by > 0 ? down(top, screen.height - 1, screen) : up(top, screen.height - 1, screen);
  return { ...from, top: next.line, skip: next.skip, cursor: next.line };
}

function reachesEnd(top: Place, screen: Screen): boolean {
  let left = screen.height;
  for (let line: number | undefined = top.line; line !== undefined; line = screen.sequence.after(line)) {
    left -= screen.rows(line) - (line === top.line ? top.skip : 0);
    if (left < 0) return false;
  }
  return true;
}

function down({ line, skip }: Place, count: number, screen: Screen): Place {
  const rest = screen.rows(line) - skip;
  if (count < rest) return { line, skip: skip + count };
  const next = screen.sequence.after(line);
  return next === undefined ? { line, skip } : down({ line: next, skip: 0 }, count - rest, screen);
}

function up({ line, skip }: Place, count: number, screen: Screen): Place {
  if (count <= skip) return { line, skip: skip - count };
  const before = screen.sequence.before(line);
  if (before === undefined) return { line, skip: 0 };
  return up({ line: before, skip: screen.rows(before) }, count - skip, screen);
}

/** Puts the cursor on a line and scrolls as little as needed to show it completely. */
function at(view: LogView, line: number | undefined, screen: Screen): LogView {
  if (line === undefined) return view;
  const top = topOf(view, screen) ?? { line, skip: 0 };
  const least = topFor(line, screen) ?? line;
  const moved = { ...view, follow: false, cursor: line };
  if (line <= top.line) return { ...moved, top: line, skip: 0 };
  return least > top.line ? { ...moved, top: least, skip: 0 } : { ...moved, top: top.line, skip: top.skip };
}

/** The topmost line from which a page includes the end of `line`. */
function topFor(line: number, screen: Screen): number | undefined {
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

/** Puts the cursor on a line; a line off the screen is placed at a third of the height. */
function centre(view: LogView, line: number, screen: Screen): LogView {
  const from = held(view, screen);
  if (pageOf(from, screen).some((shown) => shown.line === line)) return at(from, line, screen);
  const top = topFor(line, { ...screen, height: Math.max(1, Math.ceil(screen.height / 3)) }) ?? line;
  return { ...from, cursor: line, top, skip: 0 };
}

function mark(view: LogView, screen: Screen): LogView {
  const line = cursorOf(view, screen);
  if (line === undefined) return view;
  const from = held(view, screen);
  const marks = new Set(from.marks);
  if (!marks.delete(line)) marks.add(line);
  return { ...from, marks };
}

function markRange(view: LogView, screen: Screen): LogView {
  const cursor = cursorOf(view, screen);
  if (cursor === undefined || view.marks.size === 0) return mark(view, screen);
  const from = held(view, screen);
  const nearest = [...from.marks].reduce((a, b) => (Math.abs(b - cursor) < Math.abs(a - cursor) ? b : a));
  const marks = new Set(from.marks);
  const { sequence } = screen;
  for (
    let line: number | undefined = Math.min(nearest, cursor);
    line !== undefined && line <= Math.max(nearest, cursor);
    line = sequence.after(line)
  )
    marks.add(line);
  return { ...from, marks };
}

/** Rules kept; the oldest go first. */
const SEPARATORS = 50;

function separated(view: LogView, at: number, { sequence }: Screen): LogView {
  const line = sequence.last();
  if (line === undefined) return view;
  const kept = [...view.separators].filter(([known]) => known !== line).slice(1 - SEPARATORS);
  return { ...view, separators: new Map([...kept, [line, at]]) };
}

function nextStamps(stamps: Stamps, exchange: boolean): Stamps {
  const order: Stamps[] = exchange ? ['local', 'utc', 'exchange', 'delta', 'off'] : ['local', 'utc', 'delta', 'off'];
  return order[(order.indexOf(stamps) + 1) % order.length] ?? 'off';
}
