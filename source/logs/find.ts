import { blockAround } from '../lib/log-line/blocks.ts';
import type { LogStore } from './log-store.ts';
import type { SearchQuery } from './search.ts';
import type { Sequence } from './sequence.ts';

/**
 * Looks from a line on for the nearest match or error that the view shows; answers undefined where there is none. One message
 * is one error, however many of its lines look like one: its first line is answered.
 */
export function findShown(
  { search, texts }: Pick<LogStore, 'search' | 'texts'>,
  sequence: Sequence,
  { from, by, sought }: { from: number; by: 1 | -1; sought: SearchQuery },
  found: (line: number | undefined) => void,
): void {
  const isShown = (line: number) => sequence.after(line - 1) === line;
  const messageOf = (line: number) => (sought === 'error' ? blockAround(texts, line) : [line]);
  const own = new Set(messageOf(from));
  search.find(from, by, sought, found, (line) => {
    const first = messageOf(line).find(isShown);
    return first === undefined || own.has(first) ? undefined : first;
  });
}
