import type { LogRange } from '../../engine/logs/range.ts';
import { histogram } from '../../logs/histogram.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { cursorOf, type LogView } from '../../logs/paging.ts';
import type { Rate } from '../../logs/rates.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Theme } from '../../ui/theme.ts';
import { histogramColumns, histogramRows } from './histogram-rows.ts';
import { indicatorRow, leftOutRows, logRows, noticeRows, sourceRows } from './log-rows.ts';
import type { LogScreen } from './screen.ts';

type Drawing = {
  range: LogRange;
  zone?: string;
  now: number;
  focused: boolean;
  theme: Theme;
  /** Room for each row, and rows for lines. */
  cells: number;
  lines: number;
  hiding: number;
  badRules: readonly string[];
  /** Whether the state of every source is shown. */
  loaded: boolean;
  bound: ReadonlyMap<string, KeyGroup>;
};

/** All rows of the pane: indicators, notices, the histogram, the lines. */
export function paneRows(
  store: LogStore | undefined,
  view: LogView,
  screen: LogScreen | undefined,
  drawing: Drawing,
): string[] {
  if (!store || !screen) return [];
  const { range, zone, now, focused, theme, cells, lines, loaded, hiding, badRules, bound } = drawing;
  const statuses = store.statuses();
  const leftOut = store.leftOut();
  const { hits, left } = store.search;
  const searched = store.searched();
  const cursor = cursorOf(view, screen);
  const indicators = indicatorRow(
    {
      view,
      zone,
      range,
      hiding,
      badRules,
      rate: totalRate(store, now),
      statuses,
      leftOut,
      hits: hits && {
        count: hits.count,
        busy: store.search.busy,
        place: left || cursor === undefined ? undefined : hits.place(cursor),
      },
      searched: searched && { ...searched, kept: store.buffer.end },
      error: store.search.error,
      bufferBytes: store.buffer.bytes,
      now,
    },
    theme,
  );
  const empty = screen.sequence.last() === undefined ? { range, cleared: view.cleared > 0 } : undefined;
  const half = Math.max(1, Math.floor(lines / 2));
  const notices = [
    ...leftOutRows(leftOut, cells, theme),
    ...(empty && left ? [theme.paint('dim', ' nothing matches')] : noticeRows(statuses, empty, cells, theme, bound)),
  ].slice(0, half);
  const sources = statuses.map((status) => ({ status, rate: store.rates.of(status.number, now) }));
  const about = loaded ? sourceRows(sources, half - notices.length, now, theme) : [];
  const over = histogramHeight(view, lines) === 0 || empty ? [] : overTime(store, view, screen, cells, theme);
  const room = { ...screen, height: Math.max(0, lines - about.length - notices.length - over.length) };
  return [indicators, ...about, ...notices, ...over, ...logRows(view, room, focused, theme)];
}

function totalRate(store: LogStore, now: number): Rate {
  const total: Rate = { lines: 0, errors: 0, estimated: false };
  for (const { number } of store.statuses()) {
    const rate = store.rates.of(number, now);
    total.lines += rate.lines;
    total.errors += rate.errors;
    total.estimated ||= rate.estimated;
    if (rate.last !== undefined) total.last = Math.max(total.last ?? 0, rate.last);
  }
  return total;
}

/** Rows of the histogram, and the fewest rows for lines at which it is shown by default. */
const HISTOGRAM_ROWS = 2;
const ROOMY = 24;

/** The rows of the histogram; 0 if it is not shown. */
export function histogramHeight({ histogram: wanted }: LogView, lines: number): number {
  return (wanted ?? lines >= ROOMY) && lines > 2 * HISTOGRAM_ROWS ? HISTOGRAM_ROWS : 0;
}

function overTime(store: LogStore, view: LogView, screen: LogScreen, cells: number, theme: Theme): string[] {
  const { buffer, search } = store;
  const found = histogram(buffer, histogramColumns(cells), {
    shown: search.left,
    errors: store.errors(),
    cleared: view.cleared,
  });
  const cursor = view.follow ? undefined : cursorOf(view, screen);
  return found ? histogramRows(found, cursor === undefined ? undefined : buffer.time(cursor), theme) : [];
}
