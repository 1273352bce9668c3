import { timeEnd } from './time.ts';

type Stretch = readonly [start: number, end: number];

/**
 * Where the message begins after a level that ends at `from`: past separators, a time, threads, loggers, source positions. `time` is the
 * program's own time if it came before the level; otherwise the one after the level is returned.
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
  const named = known ? endOf(PART, text, start) : start;
  return { message: skipBlanks(text, named), ...(known ? { time: known } : {}) };
}

export function skipBlanks(text: string, at: number): number {
  let from = at;
  while (from < text.length && (text[from] === ' ' || text[from] === '\t')) from += 1;
  return from;
}

const MOST_PARTS = 8;
const SEPARATORS = /(?:[\s:|│¦›»→>\])}!*,;-]|at (?=\d{4}-)){1,40}/y;
/** `[main]`, `(thread-1)`, `<0.1.0>`, `{taskinstance.py:1937}`. */
const GROUP = /\[[^\]]{0,80}\]|\([\w.#-]{0,60}\)|<[\w.]{1,40}>|\{[^}"]{0,60}\}/y;
const NAME = String.raw`[A-Za-z_$][\w$-]{0,60}(?:(?:\.|::)[\w$<>-]{1,60}){1,12}(?::[\w<>$]{1,60}){0,2}`;
const PLACE = String.raw`[\w$./-]{1,80}:[\w<>$]{1,40}:\d{1,6}`;
/**
 * A logger or a place in the source before the message: `com.example.Foo - `, `app.module:run:88 - `, `a::b: `, `Foo.java:1 - `,
 * `c.e.Foo `, `main.go:12 `, a column of its own, `1234#1234: `, `1 --- `.
 */
const LOGGER = new RegExp(
  [
    String.raw`in [\w.]{1,60}: `,
    String.raw`(?:${NAME}|${PLACE})(?:\[\d{1,6}\])?(?: {0,40}(?:- |\| |: |: ?$|> )|:\s|\t| (?=\[)|:(?=[a-z]))`,
    String.raw`(?:[a-z_][\w]{0,40}\.){1,12}[A-Z]\w{0,60} `,
    String.raw`[\w./-]{1,80}\.[a-z]{1,4}:\d{1,6}(?::\d{1,6})?:?\s+`,
    String.raw`[\w$.-]{1,60}(?: {0,40}(?: - | \| )| {4,}|\t|[,;|](?=\S))`,
    String.raw`\d{1,9}#\d{1,9}: |\d{1,9} -{3} |\d{1,10}(?= [[(])`,
  ].join('|'),
  'y',
);
/** A component in one word: `orders: `. A function call or an error name is part of the message. */
const PART =
  /(?!(?:accept|access|bind|chdir|chmod|connect|dial|exec|fork|listen|lookup|mkdir|mmap|open|panic|pthread|read|recv|rename|runtime|send|socket|stat|timeout|unlink|write|get|post|put|delete|\w*(?:error|exception|failed|warn|fatal))\w*: )[a-z][\w-]{0,30}: (?=\S)/y;

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
