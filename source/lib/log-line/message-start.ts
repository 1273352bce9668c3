import { timeEnd } from './time.ts';

type Stretch = readonly [start: number, end: number];

/**
 * Where the message begins behind a level that ends at `from`: past separators, a time, threads, loggers, places in the source.
 * `time`: the program's own, where it was before the level; answers the one behind it otherwise.
 */
export function messageStart(
  text: string,
  from: number,
  time: Stretch | undefined,
): { message: number; time?: Stretch } {
  let at = from;
  let known = time;
  for (let parts = 0; parts < MOST_PARTS; parts += 1) {
    const part = partAt(text, at);
    if (part.end <= at || part.end >= text.length) break;
    known ??= part.time;
    at = part.end;
  }
  const start = skipBlanks(text, at);
  return { message: skipBlanks(text, targetEnd(text, start, known)), ...(known ? { time: known } : {}) };
}

export function skipBlanks(text: string, at: number): number {
  let from = at;
  while (from < text.length && (text[from] === ' ' || text[from] === '\t')) from += 1;
  return from;
}

const MOST_PARTS = 8;
const SEPARATORS = /[\s:|│¦›»→>\])}!*-]{1,40}/y;
/** `[main]`, `(thread-1)`, `<0.1.0>`, `{taskinstance.py:1937}`. */
const GROUP = /\[[^\]]{0,80}\]|\([\w.#-]{0,60}\)|<[\w.]{1,40}>|\{[^}"]{0,60}\}/y;
/**
 * A logger or a place in the source before the message: `com.example.Foo - `, `app.module:run:88 - `, `a::b: `, `Foo.java:1 - `,
 * `main.go:12\t`, `1234#1234: `, `1 --- `.
 */
const LOGGER =
  /in [\w.]{1,60}: |(?:[A-Za-z_$][\w$-]{0,60}(?:(?:\.|::)[\w$<>-]{1,60}){1,12}(?::[\w<>$]{1,60}){0,2}|[\w$./-]{1,80}:[\w<>$]{1,40}:\d{1,6})(?:\[\d{1,6}\])?(?: {0,40}(?:- |\| |: |: ?$|> )|:\s|\t)|[\w$-]{1,60} {0,40}(?: - | \| |\t)|\d{1,9}#\d{1,9}: |\d{1,9} -{3} |\d{1,10}(?= [[(])/y;

/** The crate that Rust's tracing names before each message. */
const TARGET = /[a-z_]\w{0,40}: /y;

function partAt(text: string, at: number): { end: number; time?: Stretch } {
  const separators = endOf(SEPARATORS, text, at);
  if (separators > at) return { end: separators };
  const ends = timeEnd(text, at);
  if (ends > 0) return { end: ends, time: [at, ends] };
  const group = endOf(GROUP, text, at);
  if (group > at) {
    const inner = timeEnd(text, at + 1, true);
    return { end: group, ...(inner > 0 ? { time: [at + 1, inner] as const } : {}) };
  }
  return { end: endOf(LOGGER, text, at) };
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The times of Rust's tracing have six digits and a Z. */
function targetEnd(text: string, at: number, time: Stretch | undefined): number {
  return time && /\.\d{6}Z$/.test(text.slice(...time)) ? endOf(TARGET, text, at) : at;
}
