import type { LogStore } from './log-store.ts';
import type { SearchQuery } from './search.ts';
import type { Sequence } from './sequence.ts';

/** The nearest hit in a direction or, if there is none, the farthest in the other direction: `wrapped`. */
export function findAround(
  store: Pick<LogStore, 'search' | 'texts'>,
  sequence: Sequence,
  hunt: { from: number; by: 1 | -1; wanted: SearchQuery },
  found: (line: number | undefined, wrapped: boolean) => void,
): void {
  findShown(store, sequence, hunt, (line) => {
    if (line !== undefined) return found(line, false);
    const from = hunt.by > 0 ? store.texts.first - 1 : store.texts.end;
    findShown(store, sequence, { ...hunt, from }, (other) => found(other, true));
  });
}

/**
 * Searches from a line for the nearest match or error that the view shows; undefined if there is none. A message counts as one error,
 * however many of its lines look like one: its first line is returned.
 */
function findShown(
  { search, texts }: Pick<LogStore, 'search' | 'texts'>,
  sequence: Sequence,
  { from, by, wanted }: { from: number; by: 1 | -1; wanted: SearchQuery },
  found: (line: number | undefined) => void,
): void {
  const isShown = (line: number) => sequence.after(line - 1) === line;
  const messageOf = (line: number): readonly number[] => (wanted === 'error' ? texts.message(line) : [line]);
  const own = new Set(from >= texts.first && from < texts.end ? messageOf(from) : []);
  search.find(from, by, wanted, found, (line) => {
    const first = messageOf(line).find(isShown);
    return first === undefined || own.has(first) ? undefined : first;
  });
}
