import type { Sequence } from './sequence.ts';

/** Where the times before the lines come from. */
export type Stamps = 'off' | 'local' | 'utc' | 'exchange' | 'delta';

/** How a log is looked at: a pure value. Positions are numbers of lines, so that nothing jumps when lines come or drop. */
export type LogView = {
  /** The newest line is at the bottom and stays there. */
  follow: boolean;
  /** The line under the cursor; while following, the newest. */
  cursor: number;
  /** The line at the top and how many of its wrapped rows are above the edge; while following, of no meaning. */
  top: number;
  /** Cells scrolled to the right. */
  left: number;
  wrap: boolean;
  columnLock: boolean;
  json: boolean;
  stamps: Stamps;
  /** As typed behind `/`. */
  filter: string;
  /** Lines shown around each hit. */
  context: number;
  marks: ReadonlySet<number>;
  /** Lines before this one are hidden. */
  cleared: number;
};

export const INITIAL_VIEW: LogView = {
  follow: true,
  cursor: 0,
  top: 0,
  left: 0,
  wrap: false,
  columnLock: true,
  json: true,
  stamps: 'off',
  filter: '',
  context: 0,
  marks: new Set(),
  cleared: 0,
};

export type LogViewAction =
  | { type: 'move'; by: number }
  | { type: 'page'; by: 1 | -1 }
  | { type: 'first' }
  | { type: 'last' }
  /** To a line, wherever it is: a match, an error, a moment. */
  | { type: 'jump'; line: number }
  | { type: 'sideways'; by: number }
  | { type: 'toggle'; what: 'follow' | 'wrap' | 'columnLock' | 'json' }
  | { type: 'stamps'; exchange: boolean }
  | { type: 'filter'; text: string }
  | { type: 'context'; by: 1 | -1 }
  | { type: 'mark' }
  | { type: 'unmark' }
  | { type: 'clear'; end: number }
  /** Other lines altogether: places and marks mean nothing any more, the manner of looking stays. */
  | { type: 'reset' };

/** What a view needs to know of the screen. */
export type Screen = {
  sequence: Sequence;
  /** Rows for lines. */
  height: number;
  /** Rows that a line takes, at least 1. */
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
      return { ...view, cleared: action.end, follow: true, marks: new Set() };
    case 'reset':
      return { ...view, follow: true, cursor: 0, top: 0, left: 0, marks: new Set(), cleared: 0, filter: '' };
    default:
      return setting(view, action, screen);
  }
}

type Setting = Extract<LogViewAction, { type: 'toggle' | 'stamps' | 'filter' | 'context' | 'mark' | 'unmark' }>;

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
    case 'mark':
      return mark(view, screen);
    case 'unmark':
      return { ...view, marks: new Set() };
  }
}

/** The lines on the screen from the top, each with the rows of it that are above the upper edge (0 but for the first). */
export function pageOf(view: LogView, screen: Screen): { line: number; skip: number }[] {
  return view.follow ? lastPage(screen) : pageFrom(topOf(view, screen), screen);
}

/** The line under the cursor as things are now: while following the newest, else the nearest one still there. */
export function cursorOf(view: LogView, { sequence }: Screen): number | undefined {
  if (view.follow) return sequence.last();
  return sequence.after(view.cursor - 1) ?? sequence.last();
}

function topOf(view: LogView, { sequence }: Screen): number | undefined {
  return sequence.after(view.top - 1) ?? sequence.last();
}

function lastPage(screen: Screen): { line: number; skip: number }[] {
  const page: { line: number; skip: number }[] = [];
  let left = screen.height;
  for (let line = screen.sequence.last(); line !== undefined && left > 0; line = screen.sequence.before(line)) {
    const rows = screen.rows(line);
    page.unshift({ line, skip: Math.max(0, rows - left) });
    left -= rows;
  }
  return page;
}

function pageFrom(top: number | undefined, screen: Screen): { line: number; skip: number }[] {
  const page: { line: number; skip: number }[] = [];
  let left = screen.height;
  for (let line = top; line !== undefined && left > 0; line = screen.sequence.after(line)) {
    page.push({ line, skip: 0 });
    left -= screen.rows(line);
  }
  return page;
}

/** Stops following and stays where it is. */
function hold(view: LogView, screen: Screen): LogView {
  const page = lastPage(screen);
  // A line that is half above the edge would come whole into sight: the one below it is at the top.
  const first = page[0]?.skip && page.length > 1 ? page[1] : page[0];
  return { ...view, follow: false, top: first?.line ?? 0, cursor: page.at(-1)?.line ?? 0 };
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

/** A page up or down, one line of the old page kept; down from the last page is following again. */
function turn(view: LogView, by: 1 | -1, screen: Screen): LogView {
  if (view.follow && by > 0) return view;
  const from = held(view, screen);
  const page = pageOf(from, screen);
  if (by > 0) {
    const last = page.at(-1)?.line;
    if (last === undefined || screen.sequence.after(last) === undefined) return { ...view, follow: true };
    return { ...from, top: last, cursor: last };
  }
  const end = page[0]?.line;
  const top = end === undefined ? undefined : topFor(end, screen);
  return top === undefined ? from : { ...from, top, cursor: top };
}

/** Puts the cursor on a line and scrolls no more than it takes to see it whole. */
function at(view: LogView, line: number | undefined, screen: Screen): LogView {
  if (line === undefined) return view;
  const top = topOf(view, screen) ?? line;
  if (line <= top) return { ...view, follow: false, cursor: line, top: line };
  const least = topFor(line, screen) ?? line;
  return { ...view, follow: false, cursor: line, top: Math.max(top, least) };
}

/** The topmost line from which a page reaches to the end of `line`. */
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

/** Puts the cursor on a line; one that is out of sight comes to a third of the height. */
function centre(view: LogView, line: number, screen: Screen): LogView {
  const from = held(view, screen);
  if (pageOf(from, screen).some((shown) => shown.line === line)) return at(from, line, screen);
  const top = topFor(line, { ...screen, height: Math.max(1, Math.ceil(screen.height / 3)) }) ?? line;
  return { ...from, cursor: line, top };
}

function mark(view: LogView, screen: Screen): LogView {
  const line = cursorOf(view, screen);
  if (line === undefined) return view;
  const from = held(view, screen);
  const marks = new Set(from.marks);
  if (!marks.delete(line)) marks.add(line);
  return { ...from, marks };
}

function nextStamps(stamps: Stamps, exchange: boolean): Stamps {
  const order: Stamps[] = exchange ? ['off', 'local', 'utc', 'exchange', 'delta'] : ['off', 'local', 'utc', 'delta'];
  return order[(order.indexOf(stamps) + 1) % order.length] ?? 'off';
}
