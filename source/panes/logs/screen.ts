import { allLines, filteredLines } from '../../desk/log/sequence.ts';
import type { LogView, Screen } from '../../desk/log/view.ts';
import { formatLine, type Look } from './format-line.ts';
import type { LineTexts } from './line-texts.ts';
import type { LogSearch } from './search.ts';

/** Formatted lines kept: a few screens. */
const KEPT = 1000;

/** Rows of lines by number, kept while nothing that decides their look changes. */
export class RowCache {
  #key = '';
  readonly #rows = new Map<number, string[]>();

  rows(line: number, key: string, make: () => string[]): string[] {
    if (key !== this.#key || this.#rows.size >= KEPT) this.#rows.clear();
    this.#key = key;
    const known = this.#rows.get(line);
    if (known) return known;
    const made = make();
    this.#rows.set(line, made);
    return made;
  }
}

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
  const { hits } = search;
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
