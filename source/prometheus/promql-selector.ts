import { readPattern } from '../lib/pattern.ts';
import type { Selection } from './expr.ts';

const NAME = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*/;
const MATCHER = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'[^'\\]*')\s*(,|(?=\}))/;

/**
 * `name{a="b", c!~"d|e"}` with all its matchers. Undefined for anything but a plain selector, and for matchers that only a server can
 * evaluate: those on the labels of a scrape (`job`, `instance`), two on one label, and patterns that only RE2 understands.
 */
export function readSelector(text: string): Selection | undefined {
  const name = NAME.exec(text);
  if (name === null) return undefined;
  const metric = name[1] ?? '';
  let rest = text.slice(name[0].length);
  if (rest === '') return { metric };
  if (!rest.startsWith('{')) return undefined;
  rest = rest.slice(1);
  const where: Record<string, string> = {};
  const not: Record<string, string> = {};
  for (let match = MATCHER.exec(rest); match !== null; match = MATCHER.exec(rest)) {
    const [whole, label = '', operator = '', quoted = ''] = match;
    const wanted = matcherValue(operator, quoted);
    const side = operator.startsWith('!') ? not : where;
    if (wanted === undefined || OF_THE_SCRAPE.has(label) || label in side) return undefined;
    side[label] = wanted;
    rest = rest.slice(whole.length);
  }
  if (!/^\s*\}\s*$/.test(rest)) return undefined;
  return {
    metric,
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(Object.keys(not).length === 0 ? {} : { not }),
  };
}

/** Labels that the server adds to its targets: they are not on the program's page. */
const OF_THE_SCRAPE = new Set(['job', 'instance', '__name__']);

/** In the form of a selection: a pattern between slashes, anything else unchanged. */
function matcherValue(operator: string, quoted: string): string | undefined {
  const value = unquoted(quoted);
  if (value === undefined) return undefined;
  if (operator.endsWith('~')) return 'error' in Object(readPattern(`^(?:${value})$`, '')) ? undefined : `/${value}/`;
  // A path such as /api/ is not a pattern.
  return /^\/.*\/$/.test(value) ? `/${escapePattern(value)}/` : value;
}

function unquoted(text: string): string | undefined {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A pattern that matches only this text, in RE2 and JavaScript. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
