import type { LineTexts } from '../../logs/line-texts.ts';
import type { RowCache } from '../../logs/row-cache.ts';
import type { LogSearch } from '../../logs/search.ts';
import { allLines, filteredLines } from '../../logs/sequence.ts';
import type { LogView, Screen } from '../../logs/view.ts';
import { formatLine, type Look } from './format-line.ts';

/** What the view's arithmetic needs to know of the screen, and the rows of each line. */
export type LogScreen = Screen & { text(line: number): readonly string[] };

export function logScreen(
  texts: LineTexts,
  search: LogSearch,
  view: LogView,
  look: Look,
  height: number,
  cache: RowCache,
): LogScreen {
  const { left: hits } = search;
  const sequence = hits ? filteredLines(texts, view.cleared, hits, view.context) : allLines(texts, view.cleared);
  const { wrap, left, columnLock, json, stamps } = view;
  const { theme, filter, zone } = look;
  const key = JSON.stringify([
    wrap,
    left,
    columnLock,
    json,
    stamps,
    view.context,
    look.width,
    look.names,
    look.prefixed,
    filter?.text,
    zone,
    theme.level,
    theme.ascii,
  ]);
  const text = (line: number) =>
    cache.rows(line, key, () => formatLine(texts, line, stamps === 'delta' ? sequence.before(line) : undefined, look));
  return { sequence, height, text, rows: (line) => (wrap ? Math.max(1, text(line).length) : 1) };
}
