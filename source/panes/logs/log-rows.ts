import type { LogRange } from '../../engine/logs/range.ts';
import type { SourceStatus } from '../../engine/logs/session.ts';
import { age, bytes, clockTime, count, duration, plural } from '../../lib/format.ts';
import { fit, safe, width, wrap } from '../../lib/text.ts';
import { follows } from '../../logs/log-store.ts';
import { cursorOf, type LogView, pageOf } from '../../logs/paging.ts';
import type { Rate } from '../../logs/rates.ts';
import { withKeys } from '../../ui/key-words.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import type { LogScreen } from './screen.ts';

/** The rows of the visible lines, each with a gutter for the cursor, marks and hits among context lines. */
export function logRows(view: LogView, screen: LogScreen, focused: boolean, theme: Theme): string[] {
  const cursor = view.follow ? undefined : cursorOf(view, screen);
  const sign = (line: number, first: boolean): string => {
    if (line === cursor) return theme.paint(focused ? 'focus' : 'dim', first ? theme.glyph('fold') : theme.box.v);
    if (view.marks.has(line)) return theme.paint('mark', first ? '*' : theme.box.v);
    return first && view.context > 0 && screen.sequence.isHit(line) ? theme.paint('mark', ':') : ' ';
  };
  const rows: string[] = [];
  for (const { line, skip } of pageOf(view, screen)) {
    const own = screen.rowsOf(line);
    const first = own.findIndex(({ rule }) => !rule);
    for (const [at, { text, rule }] of own.entries())
      if (at >= skip) rows.push((rule ? ' ' : sign(line, at === first)) + text);
  }
  return rows.slice(0, screen.height);
}

export type Indicators = {
  view: LogView;
  /** Of the exchange. */
  zone?: string;
  range: LogRange;
  rate: Rate;
  statuses: readonly SourceStatus[];
  leftOut: readonly string[];
  /** The number of matching lines, whether it is still searching, and the number of the hit under the cursor. */
  hits?: { count: number; busy: boolean; place?: number };
  /** The number of rules that hide lines, and the rules with errors. */
  hiding: number;
  badRules: readonly string[];
  /** Of a search through everything: the lines read so far, and whether it is done. */
  searched?: { lines: number; finished: boolean; trouble: string; kept: number };
  /** The error of the filter. */
  error: string;
  bufferBytes: number;
  now: number;
};

/** Silence longer than this is shown. Milliseconds. */
const SILENT = 10_000;

/** One row: problems first, then the toggles as in k9s, then the rate of lines. */
export function indicatorRow(facts: Indicators, theme: Theme): string {
  const { view, hits, error } = facts;
  const on = (name: string, value: boolean | string) =>
    `${theme.paint('dim', `${name}:`)}${typeof value === 'string' ? value : value ? theme.paint('good', 'on') : theme.paint('dim', 'off')}`;
  const parts = [
    error === '' ? '' : theme.paint('bad', `bad filter, not used: ${safe(error)}`),
    ...facts.badRules.map((rule) => theme.paint('bad', `bad rule, not used: ${safe(rule)}`)),
    searchedText(facts, theme),
    lagText(facts, theme),
    on('autoscroll', view.follow),
    on('wrap', view.wrap),
    on('times', view.stamps === 'exchange' ? (facts.zone ?? '') : view.stamps),
    view.columnLock ? '' : on('lock', false),
    view.level ? on('level', theme.paint('mark', `${view.level}+`)) : '',
    view.formatted ? '' : on('raw', true),
    view.mask ? '' : on('secrets', theme.paint('bad', 'shown')),
    facts.hiding > 0 ? on('hidden', plural(facts.hiding, 'rule')) : '',
    view.marks.size > 0 ? on('marks', theme.paint('mark', String(view.marks.size))) : '',
    view.context > 0 ? on('context', String(view.context)) : '',
    hits && (view.filter !== '' || view.level) ? hitsText(hits) : '',
    follows(facts.range) ? rateText(facts, theme) : '',
    theme.paint('dim', bytes(facts.bufferBytes)),
  ];
  return ` ${parts.filter(Boolean).join('  ')}`;
}

/** `312 found in 1.2M lines of 21 sources`, while it searches with how many of them are done. */
function searchedText({ searched, statuses }: Indicators, theme: Theme): string {
  if (!searched) return '';
  const { lines, finished, trouble, kept } = searched;
  if (trouble !== '') return theme.paint('bad', trouble);
  const done = statuses.filter(({ state }) => state !== 'reading').length;
  const sources = finished ? plural(statuses.length, 'source') : `${done} of ${statuses.length} sources …`;
  return `${theme.paint('mark', `${count(kept)} found`)} in ${count(lines)} lines of ${sources}`;
}

/** `1.8k hits`; on one of them `3 of 1.8k hits`. */
function hitsText({ count: all, busy, place }: NonNullable<Indicators['hits']>): string {
  const at = place === undefined ? '' : `${place} of `;
  return `${at}${count(all)} ${all === 1 ? 'hit' : 'hits'}${busy ? ' …' : ''}`;
}

/** "dropped ≈120k, behind 2.1s" (estimated from the rate): how far the screen is behind. */
function lagText({ statuses, leftOut }: Indicators, theme: Theme): string {
  const dropped = statuses.reduce((sum, status) => sum + status.dropped, 0);
  const behind = Math.max(0, ...statuses.map((status) => status.behind));
  const parts = [
    dropped > 0 ? `dropped ≈${count(dropped)}` : '',
    behind > 0 ? `behind ${duration(behind)}` : '',
    leftOut.length > 0 ? `${plural(leftOut.length, 'source')} not followed` : '',
  ].filter(Boolean);
  return parts.length > 0 ? theme.paint('warn', parts.join(', ')) : '';
}

function rateText({ rate, now }: Indicators, theme: Theme): string {
  const silent = rate.last === undefined ? 0 : now - rate.last;
  if (rate.lines === 0) return silent > SILENT ? theme.paint('dim', `silent for ${age(silent)}`) : '';
  const errors =
    rate.errors > 0 ? theme.paint('bad', ` ${rate.estimated ? '≈' : ''}${count(rate.errors)} errors/s`) : '';
  return `${count(rate.lines)}/s${errors}`;
}

export type SourceFacts = { status: SourceStatus; rate: Rate };

/** Longest name of a source, in cells. */
const NAME = 32;

/**
 * The state of each source: `redis-1  12/s  0.2 errors/s  4711 lines` (since it was opened), how long it is silent, or why it has no more
 * lines; at most `room` rows.
 */
export function sourceRows(sources: readonly SourceFacts[], room: number, now: number, theme: Theme): string[] {
  const longest = Math.min(NAME, Math.max(0, ...sources.map(({ status }) => width(safe(status.name)))));
  const rows = sources.map((source) => sourceRow(source, longest, now, theme));
  if (rows.length <= room) return rows;
  const shown = rows.slice(0, Math.max(0, room - 1));
  return [...shown, theme.paint('dim', ` and ${rows.length - shown.length} more sources`)];
}

function sourceRow({ status, rate }: SourceFacts, cells: number, now: number, theme: Theme): string {
  const silent = rate.last === undefined ? 0 : now - rate.last;
  const errors = `${rate.estimated ? '≈' : ''}${count(rate.errors)} errors/s`;
  const parts = [
    fit(safe(status.name), cells, 'left', theme.glyph('ellipsis')),
    `${count(rate.lines)}/s`.padEnd(6),
    rate.errors > 0 ? theme.paint('bad', errors) : '',
    theme.paint('dim', stateText(status)),
    rate.last === undefined ? theme.paint('dim', 'no lines') : plural(status.lines, 'line'),
    silent > SILENT ? theme.paint('warn', `silent for ${age(silent)}`) : '',
  ];
  return ` ${parts.filter(Boolean).join('  ')}`;
}

function stateText({ state, unstarted }: SourceStatus): string {
  if (unstarted) return 'not started';
  if (state === 'gone') return 'removed';
  if (state === 'waiting') return 'not running';
  if (state === 'retrying') return 'not reached';
  return state === 'unreadable' ? 'cannot be read' : '';
}

const SINCE: Readonly<Record<number, string>> = {
  60000: '1m',
  300000: '5m',
  900000: '15m',
  1800000: '30m',
  3600000: '1h',
};

/** The shown part of the log, in the title. */
export function rangeText(range: LogRange): string {
  if (range.kind === 'since') return SINCE[range.ms] ?? age(range.ms);
  return range.kind === 'previous'
    ? 'previous run'
    : range.kind === 'between'
      ? `${clockTime(range.since)}–${clockTime(range.until)}`
      : range.kind;
}

/** Why there are no lines to show. */
export type Emptiness = { range: LogRange; cleared: boolean };

/** Messages if a source cannot provide lines, or if there are none at all (`empty`), in rows of `cells`. */
export function noticeRows(
  statuses: readonly SourceStatus[],
  empty: Emptiness | undefined,
  cells: number,
  theme: Theme,
  bound: ReadonlyMap<string, KeyGroup>,
): string[] {
  const rows = (tone: Tone, text: string) => wrap(text, cells - 2).map((row) => theme.paint(tone, ` ${row}`));
  const notices = statuses.flatMap((status) => {
    const text = noticeText(status);
    return text === '' ? [] : rows('warn', text);
  });
  const unstarted = statuses.filter((status) => status.unstarted && status.lines === 0);
  if (unstarted.length > 0) {
    const names = unstarted.map(({ name }) => safe(name)).join(', ');
    notices.push(...rows('dim', `created, but not started yet, so without lines: ${names}`));
  }
  return !empty || notices.length > 0 ? notices : rows('dim', withKeys(emptyText(statuses, empty), bound));
}

/** Names of the sources that are not followed, in one row. */
export function leftOutRows(names: readonly string[], cells: number, theme: Theme): string[] {
  if (names.length === 0) return [];
  return [theme.paint('warn', fit(` too many logs at once, not followed: ${safe(names.join(', '))}`, cells).trimEnd())];
}

function emptyText(statuses: readonly SourceStatus[], { range, cleared }: Emptiness): string {
  if (statuses.length === 0) return 'no container is selected';
  if (statuses.some(({ state }) => state === 'reading')) return 'reading …';
  if (cleared) return 'cleared, no lines since: {logs.tail} shows the last ones';
  if (range.kind === 'since') return `no lines in the last ${rangeText(range)}: {logs.tail} shows the last ones`;
  if (range.kind === 'previous') return 'no lines from before the last start: {logs.previousRun} goes back';
  return range.kind === 'between' ? 'no lines then: {logs.tail} shows the last ones' : 'no lines yet';
}

function noticeText({ name, state, reason }: SourceStatus): string {
  if (state === 'unreadable')
    return `${safe(name)}: its log cannot be read: its logging driver keeps no lines that the engine can return.`;
  return state === 'retrying' ? `${safe(name)}, retrying: ${safe(reason)}` : '';
}
