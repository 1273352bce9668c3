import { readHeader } from './header.ts';
import { isBad, type LogLevel, levelOfNumber, levelOfWord } from './level.ts';
import { readJsonLine, type Structured, structuredOf } from './structured.ts';
import { levelOfWords } from './words.ts';

export { isBad, type LogLevel } from './level.ts';

/** The parts of a line that could be recognised. */
export type Recognised = {
  /** `json`: the line is one whole object; `text`: everything else. */
  format: 'json' | 'logfmt' | 'text';
  level?: LogLevel;
  /** The line itself names its level, in its header or a field; otherwise the level is a guess from the message. */
  stated?: boolean;
  /** The program's own time, as written. */
  time?: string;
  /** Without time, level, logger and other header parts. */
  message: string;
  /** The fields of JSON and logfmt other than time, level and message, in order, as text; no digit of a number is lost. */
  fields: readonly (readonly [name: string, value: string])[];
  /** The error field of JSON or logfmt, separate from the message. */
  error?: string;
};

/**
 * Reads a line of plain text by a general rule: JSON and logfmt by the names of their keys; any other line by its header (times, brackets,
 * pipes, a level in any of its usual forms); and a line without a level by its message. Never fails. Linear in the line's length.
 */
export function recognise(text: string): Recognised {
  // RFC 7464 puts a record separator before each object: a dot in plain text.
  const start = /^[\s·]*/.exec(text)?.[0].length ?? 0;
  if (text[start] === '{') {
    const json = jsonLine(text, start);
    if (json) return json;
  }
  return plainLine(text);
}

/** Every error line contains one of these in lower case, so most lines need only this test. */
const MAYBE_BAD =
  /err|eror|invalid|unrecogni|bad |unknown |unsupp|unexpec|missing |malform|not a |no module|assign req|not supp|or resource b|quota ex|ioctl|a directory|directory not|specified|by that name|exist|closed$|not in |exce|fail|fata|ft[la]|pani|pnc|cri|crt|sev|fault|throw|reject|crash|abort|eme?rg|emr|alert|wtf|disaster|lev|lvl|prio|status|tags|l"|s"|trace|terminat|libc|illegal|killed|memory|oom|assert|\*\*|sig|ora-|cannot|can't|could|unable|not found|no such|denied|refused|in use|no space|econn|etime|eaddr|eno|eai|eacc|emf|epipe|dump|unhandled|raised|deadlock|read-only|broken pipe|not permitted|too many|bad addr|timed|unreach|no route|deadline|unknown host|is down|kind|==|[^\w][efc](?:\W|$|\d{4})|^(?:[efc](?:\W|\d{4})|<\d)|[^\u0000-\u007f]/;

/** Whether a line is an error, as `recognise` would find; fast for the many that are not. */
export function isBadLine(text: string): boolean {
  return MAYBE_BAD.test(text.toLowerCase()) && isBad(recognise(text).level);
}

function jsonLine(text: string, at: number): Recognised | undefined {
  const read = readJsonLine(text, at);
  if (!read) return undefined;
  const inner = read.level === undefined && read.message ? innerOf(read.message) : undefined;
  const level = read.level ?? inner?.level ?? (read.error === undefined ? undefined : 'error');
  return {
    format: read.whole ? 'json' : 'text',
    level,
    stated: read.level !== undefined || inner?.stated === true,
    time: read.time ?? inner?.time,
    message: inner?.message ?? read.message ?? '',
    fields: read.fields,
    ...(read.error === undefined ? {} : { error: read.error }),
  };
}

/** A line within a line: the engine's JSON log format, a message printed with its own header. */
function innerOf(message: string): Recognised | undefined {
  const inner = message.trimStart().startsWith('{') ? recognise(message.trim()) : plainLine(message.trimEnd());
  return inner.level === undefined ? undefined : inner;
}

function plainLine(text: string): Recognised {
  const header = readHeader(text);
  const time = header.time && text.slice(header.time[0], header.time[1]);
  const message = text.slice(header.message);
  if (header.pairs || header.level === undefined) {
    const pairs = readLogfmt(text);
    if (pairs?.level && header.level === undefined && (pairs.message !== undefined || pairs.fields.length > 0))
      return { format: 'logfmt', level: pairs.level, stated: true, time: pairs.time ?? time, ...rest(pairs) };
    if (pairs?.error && header.level === undefined && pairs.message !== undefined)
      return { format: 'logfmt', level: 'error', time: pairs.time ?? time, ...rest(pairs) };
  }
  const nested = header.level === undefined ? nestedJson(text, header.message) : undefined;
  if (nested) return { ...nested, format: 'text', time: time ?? nested.time };
  // What looks like a logger may be the name of an error: `PermissionError: [Errno 13] …`.
  const whole = header.time === undefined && message !== text ? () => levelOfWords(text) : () => undefined;
  const level = header.level ?? levelOfLoose(text) ?? levelOfWords(message) ?? whole();
  return {
    format: 'text',
    level: worse(level, message),
    stated: header.level !== undefined,
    time,
    message,
    fields: [],
  };
}

/** An object as Node's console and Python print one: `{ level: 'error', message: … }`. */
const LOOSE = /[{,]\s?["']?(?:level|severity|lvl)["']?:\s?(?:["']([A-Za-z]{3,9})["']|(\d{1,3})(?=[,\s}]))/;

function levelOfLoose(text: string): LogLevel | undefined {
  const [, word, number] = (text.startsWith('{') && LOOSE.exec(text.slice(0, 1000))) || [];
  if (number !== undefined) return levelOfNumber(Number(number), 'level', false);
  return word === undefined ? undefined : levelOfWord(word);
}

/** A program may print an error's trace at an unrelated level: Ruby and Go do so when they end fatally. */
function worse(level: LogLevel | undefined, message: string): LogLevel | undefined {
  if (isBad(level) || level === undefined || level === 'warn') return level;
  return /^panic: |^(?:PHP )?Fatal error:|^thread '[^']{0,80}'(?: \(\d+\))? panicked at /.test(message)
    ? 'fatal'
    : level;
}

function rest({ message = '', fields, error }: Structured): Pick<Recognised, 'message' | 'fields' | 'error'> {
  return { message, fields, ...(error === undefined ? {} : { error }) };
}

/** `2026-01-15T… stderr F {"level":…}`, `api-1  | {…}`, `app[7]: @cee:{…}`. */
function nestedJson(text: string, from: number): Recognised | undefined {
  const at = text.indexOf('{"', from);
  if (at < 0 || at - from > 120) return undefined;
  const json = jsonLine(text, at);
  return json?.level === undefined ? undefined : json;
}

const PAIR = /(?<![^\s,{[(])([A-Za-z_@][\w.@-]{0,80})=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;
const LEVEL_PAIR =
  /(?:^|[\s,])(?:level|lvl|severity|loglevel|log_level|log\.level|levelname|status|prio|priority)="?[\w+-]/i;
const ERROR_PAIR = /(?:^|\s)(?:err|error|exception)=["\w]/i;

function readLogfmt(text: string): Structured | undefined {
  if (!LEVEL_PAIR.test(text.slice(0, 4096)) && !ERROR_PAIR.test(text.slice(0, 4096))) return undefined;
  const pairs = [...text.matchAll(PAIR)].map(([, key = '', quoted = '']) => [key, unquoted(quoted)] as const);
  return pairs.length === 0 ? undefined : structuredOf(pairs);
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value.replace(/[,;]$/, '');
  return value
    .slice(1, -1)
    .replace(/\\(["\\])/g, '$1')
    .replace(/\\n/g, '\n');
}
