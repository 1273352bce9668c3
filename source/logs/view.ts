import type { LogLevel } from '../lib/log-line/level.ts';
import {
  cursorOf,
  down,
  held,
  hold,
  type LogView,
  pageOf,
  reachesEnd,
  type Screen,
  type Stamps,
  topFor,
  topOf,
  up,
} from './paging.ts';

export type LogViewAction =
  | { type: 'move'; by: number }
  | { type: 'page'; by: 1 | -1 }
  | { type: 'first' }
  | { type: 'last' }
  /** Moves to any line: a match, an error, a time. */
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
  /** Draws a rule after the newest line, to show later which lines are new. */
  | { type: 'separator'; at: number }
  | { type: 'unmark' }
  /** Hides the lines before this one and removes marks and rules. */
  | { type: 'clear'; end: number };

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

/** Puts the cursor on a line and scrolls as little as needed to show it completely. */
function at(view: LogView, line: number | undefined, screen: Screen): LogView {
  if (line === undefined) return view;
  const top = topOf(view, screen) ?? { line, skip: 0 };
  const least = topFor(line, screen) ?? line;
  const moved = { ...view, follow: false, cursor: line };
  if (line <= top.line) return { ...moved, top: line, skip: 0 };
  return least > top.line ? { ...moved, top: least, skip: 0 } : { ...moved, top: top.line, skip: top.skip };
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

/** Maximum number of rules; the oldest are dropped first. */
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
