import { quoteRegExp } from '../lib/glob.ts';
import { readJson, textOf } from '../lib/log-line/json.ts';
import type { Recognised } from '../lib/log-line/recognise.ts';

/** A line as a query looks at it. */
export type QueriedLine = {
  /** Safe text without styles. */
  text: string;
  recognised(): Recognised;
  /** The name of the container that wrote it; '' if unknown. */
  source: string;
};

/** Names of the fields that every line has, whatever its format. */
const MESSAGE = new Set(['message', 'msg']);
const SOURCE = new Set(['service', 'container', 'source']);

/** An access log line in the common format: the request, its status, the size of the answer. */
const ACCESS = /"([A-Z]{3,10}) (\S{1,2048})(?: HTTP\/[\d.]{1,3})?" ([1-5]\d\d)(?: (\d+|-))?/;
const ACCESS_FIELDS: Readonly<Record<string, number>> = { method: 1, path: 2, status: 3, bytes: 4 };

/** Reads the values of one field; created once for each name of a query. */
export function fieldReader(name: string): (line: QueriedLine) => readonly string[] {
  const lower = name.toLowerCase();
  const written = new RegExp(
    `(?<![\\w.-])${quoteRegExp(name)}["']?\\s{0,2}[:=]\\s{0,2}(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|((?:[^\\s,;|"'(){}\\[\\]]|,(?=\\d{3}(?!\\d)))+))`,
    'giu',
  );
  const path = lower.split('.');
  return (line) => {
    const values = path.length > 1 ? nested(line.text, path) : [];
    for (const match of line.text.matchAll(written))
      values.push(match[1] === undefined ? (match[2] ?? match[3] ?? '') : decoded(match[1]));
    if (values.length > 0) return values;
    if (MESSAGE.has(lower)) return [line.recognised().message];
    if (SOURCE.has(lower)) return line.source === '' ? [] : [line.source];
    return accessField(line.text, lower);
  };
}

function accessField(text: string, name: string): readonly string[] {
  const at = ACCESS_FIELDS[name];
  const found = at === undefined ? undefined : ACCESS.exec(text)?.[at];
  return found === undefined ? [] : [found];
}

/** `http.status` of `{"http":{"status":500}}`. */
function nested(text: string, path: readonly string[]): string[] {
  const start = text.indexOf('{');
  const read = start < 0 ? undefined : readJson(text, start);
  const fits = read?.values.filter((value) => value.path.join('.').toLowerCase() === path.join('.')) ?? [];
  return fits.map(textOf);
}

function decoded(text: string): string {
  return textOf({ path: [], kind: 'text', raw: `"${text}"` });
}
