import fuzzysort from 'fuzzysort';
import { LONGEST, readPattern } from '../lib/pattern.ts';
import { isQuery, type LogQuery, parseLogQuery } from './query.ts';

/** A range of a text; the end is exclusive. */
export type Hit = readonly [start: number, end: number];

/**
 * A filter of lines: `regex`, `!regex`, `-f fuzzy`, or a query on fields (`level>=error status>=500`). Case counts only when
 * there are capitals in an expression.
 * `hide` is false for a search (`//regex`), which jumps from hit to hit and keeps the other lines visible.
 */
export type LogFilter = {
  /** As typed. */
  text: string;
  hide: boolean;
  /** `source`: the name of the container that wrote the line. */
  test(line: string, source?: string): boolean;
  /** The lines of one message stay together. */
  whole?: boolean;
  /** The ranges of hits in a text, for painting; empty for inverse filters. */
  hits?(text: string): Iterable<Hit>;
};

/** Parses the text after `/`; undefined if empty, an error message if invalid. */
export function parseLogFilter(typed: string): LogFilter | { error: string } | undefined {
  const hide = !typed.startsWith('/');
  // A trailing blank may be intended: `order 12 ` is not `order 123`.
  const text = (hide ? typed : typed.slice(1)).trimStart();
  if (['', '!', '-f'].includes(text.trim())) return undefined;
  if (text.length > LONGEST) return { error: `longer than ${LONGEST} characters` };
  if (text.startsWith('-f ')) return fuzzy(typed, text.slice(3).trim(), hide);
  if (isQuery(text)) return ofQuery(typed, hide, parseLogQuery(text));
  const inverse = text.startsWith('!');
  const source = inverse ? text.slice(1) : text;
  const tried = readPattern(source);
  if ('error' in tried) return tried;
  const test = (line: string) => tried.test(line) !== inverse;
  const pattern = new RegExp(source, `g${tried.flags}`);
  return { text: typed, hide, test, hits: inverse ? undefined : (line) => matches(pattern, line) };
}

function ofQuery(
  typed: string,
  hide: boolean,
  query: LogQuery | { error: string } | undefined,
): LogFilter | { error: string } | undefined {
  if (!query || 'error' in query) return query;
  const patterns = query.patterns.map(({ source, flags }) => new RegExp(source, `g${flags}`));
  const hits = (line: string) => patterns.flatMap((pattern) => [...matches(pattern, line)]).sort((a, b) => a[0] - b[0]);
  return { text: typed, hide, whole: query.whole, test: query.test, hits: patterns.length > 0 ? hits : undefined };
}

function* matches(pattern: RegExp, text: string): Generator<Hit> {
  for (const found of text.matchAll(pattern)) if (found[0] !== '') yield [found.index, found.index + found[0].length];
}

function fuzzy(typed: string, wanted: string, hide: boolean): LogFilter | undefined {
  if (wanted === '') return undefined;
  const found = (line: string) => {
    const result = fuzzysort.single(wanted, line);
    return result && result.score > 0.2 ? result : undefined;
  };
  const hits = (line: string) => [...(found(line)?.indexes ?? [])].sort((a, b) => a - b).map((at): Hit => [at, at + 1]);
  return { text: typed, hide, test: (line) => found(line) !== undefined, hits };
}

/** The ranges of a filter's hits in a text; at most `limit`. */
export function hitsIn(filter: LogFilter, text: string, limit = 50): Hit[] {
  const hits: Hit[] = [];
  for (const hit of filter.hits?.(text) ?? []) {
    hits.push(hit);
    if (hits.length >= limit) break;
  }
  return hits;
}
