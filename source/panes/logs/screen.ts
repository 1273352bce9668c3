import { clockTime } from '../../lib/format.ts';
import type { LineTexts } from '../../logs/line-texts.ts';
import type { LogView, Screen } from '../../logs/paging.ts';
import type { RowCache } from '../../logs/row-cache.ts';
import type { LogSearch } from '../../logs/search.ts';
import { allLines, filteredLines, type Sequence } from '../../logs/sequence.ts';
import type { Theme } from '../../ui/theme.ts';
import { formatLine, type Look } from './format-line.ts';
import { dayText } from './time-gutter.ts';

/** A row of the log; a rule stands between lines. */
export type LogRow = { text: string; rule?: true };

/** The facts about the screen that the view's arithmetic needs, and the rows of each line. */
export type LogScreen = Screen & { rowsOf(line: number): readonly LogRow[] };

/** `now`: the time of the engine, whose day needs no rule. */
export function logScreen(
  texts: LineTexts,
  search: LogSearch,
  view: LogView,
  { look, now, height }: { look: Look; now: number; height: number },
  cache: RowCache,
): LogScreen {
  const { left: hits } = search;
  const message = search.filter?.whole ? (line: number) => texts.message(line) : undefined;
  const sequence = hits
    ? filteredLines(texts, view.cleared, hits, { context: view.context, message })
    : allLines(texts, view.cleared);
  const { wrap, left, columnLock, formatted, mask, stamps } = view;
  const { theme, filter, zone } = look;
  const key = JSON.stringify([
    [wrap, left, columnLock, formatted, mask, stamps, view.context],
    [look.width, look.names, look.prefixed, filter?.text, zone, theme.level, theme.ascii],
    look.highlight?.map((rule) => rule.text),
  ]);
  const text = (line: number) =>
    cache.rows(line, key, () => formatLine(texts, line, stamps === 'delta' ? sequence.before(line) : undefined, look));
  const today = dayText(now, stamps, zone);
  const ruleBefore = (line: number) => dayRule(texts, sequence, line, { stamps, zone, today });
  const rows = (line: number) =>
    (wrap ? Math.max(1, text(line).length) : 1) +
    (ruleBefore(line) === undefined ? 0 : 1) +
    (view.separators.has(line) ? 1 : 0);
  return {
    sequence,
    height,
    rows,
    rowsOf(line) {
      const day = ruleBefore(line);
      const separator = view.separators.get(line);
      return [
        ...(day === undefined ? [] : [rule(day, look.width, theme, 'dim')]),
        ...text(line).map((row) => ({ text: row })),
        ...(separator === undefined ? [] : [rule(clockTime(separator), look.width, theme, 'mark')]),
      ];
    },
  };
}

/**
 * The day of a line where it is another one, or another distance from UTC, than that of the line before, or for the first line of today.
 */
function dayRule(
  texts: LineTexts,
  sequence: Sequence,
  line: number,
  { stamps, zone, today }: Pick<LogView, 'stamps'> & { zone?: string; today?: string },
): string | undefined {
  const day = dayText(texts.buffer.time(line), stamps, zone);
  if (day === undefined) return undefined;
  const previous = sequence.before(line);
  const before = previous === undefined ? today : dayText(texts.buffer.time(previous), stamps, zone);
  return day === before ? undefined : day;
}

function rule(text: string, cells: number, theme: Theme, tone: 'dim' | 'mark'): LogRow {
  const line = theme.box.h;
  return {
    text: theme.paint(tone, `${line.repeat(2)} ${text} ${line.repeat(Math.max(0, cells - text.length - 4))}`),
    rule: true,
  };
}
