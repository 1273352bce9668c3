import fuzzysort from 'fuzzysort';

/** Characters of a line that an expression is tried on: with none longer, one try costs little. */
const SEARCHED = 4096;

/**
 * What lines are sought: `regex`, `!regex`, `-f fuzzy`. A case of letters counts only when there are capitals in it.
 * `hide` is false for a search (`//regex`), which jumps from hit to hit and leaves the rest in sight.
 */
export type LogFilter = {
  /** As typed. */
  text: string;
  hide: boolean;
  test(line: string): boolean;
  /** For painting the hits; none for inverse and fuzzy ones. */
  pattern?: RegExp;
};

/** Reads what was typed behind `/`; undefined for nothing, an error in words for what is no expression. */
export function parseLogFilter(typed: string): LogFilter | { error: string } | undefined {
  const hide = !typed.startsWith('/');
  const text = hide ? typed.trim() : typed.slice(1).trim();
  if (text === '' || text === '!' || text === '-f') return undefined;
  if (text.startsWith('-f ')) return fuzzy(typed, text.slice(3).trim(), hide);
  const inverse = text.startsWith('!');
  const source = inverse ? text.slice(1) : text;
  const flags = /[A-Z]/.test(source.replace(/\\./g, '')) ? 'u' : 'iu';
  try {
    const tried = new RegExp(source, flags);
    const test = (line: string) => tried.test(line.slice(0, SEARCHED)) !== inverse;
    return { text: typed, hide, test, pattern: inverse ? undefined : new RegExp(source, `g${flags}`) };
  } catch (error) {
    return {
      error: error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error),
    };
  }
}

function fuzzy(typed: string, sought: string, hide: boolean): LogFilter | undefined {
  if (sought === '') return undefined;
  const test = (line: string) => (fuzzysort.single(sought, line.slice(0, SEARCHED))?.score ?? 0) > 0.2;
  return { text: typed, hide, test };
}

/** Where the hits of a filter lie in a text, as [start, end); at most `limit`. */
export function hitsIn(filter: LogFilter, text: string, limit = 50): [number, number][] {
  const hits: [number, number][] = [];
  if (!filter.pattern) return hits;
  for (const found of text.slice(0, SEARCHED).matchAll(filter.pattern)) {
    if (found[0] === '') continue;
    hits.push([found.index, found.index + found[0].length]);
    if (hits.length >= limit) break;
  }
  return hits;
}
