import { type JsonValue, readJson, textOf } from './json.ts';
import { isBad, type LogLevel, levelOfNumber, levelOfWord } from './level.ts';

/** The content of a line of keys and values. */
export type Structured = {
  level?: LogLevel;
  time?: string;
  message?: string;
  /** The names of errors it carries: `err`, `exception`. */
  error?: string;
  fields: readonly (readonly [name: string, value: string])[];
};

/** In lower case, without `@`, `_`, `-` and dots; the first one present holds the level, the time, the message. */
const LEVEL_KEYS =
  'level levelname loglevel loglevelname severitytext severity lvl l errorseverity logseverity severitylevel prioritytext s levelstr levellabel priority prio levelno severitynumber levelvalue loglevelid syslogpriority status logstatus tags type kind levelnumber errorlevel no'.split(
    ' ',
  );
const MESSAGE_KEYS =
  'message msg m mt event shortmessage fullmessage text body log renderedmessage messagetemplate textpayload msgtext description stringvalue formatted formattedmessage logmessage logformat details detail data 0'.split(
    ' ',
  );
const TIME_KEYS =
  'time ts timestamp t asctime datetime date timestamputc eventtime logtime created createdat timemillis timeunixnano observedtimeunixnano instant epochsecond sourcerealtimetimestamp realtimetimestamp when repr starttime'.split(
    ' ',
  );
const ERROR_KEYS = 'error err exception exc excinfo exctext x errormessage errmsg stack stacktrace'.split(' ');
/** Objects that hold the record itself; the content of other objects is not about the line. */
const WRAPPERS =
  'log record fields meta level message context attributes jsonpayload body instant t time timestamp logger data extra event syslog payload entry levelobj severity err error exception'.split(
    ' ',
  );
/** Marks of syslog's and GELF's records, whose small numbers are severities. */
const SYSLOG = /^(?:facility|syslog.*|shortmessage|fullmessage|hostname|version|priority)$/;

const MOST_RANK = 1000;

type Pair = { path: readonly string[]; names: readonly string[]; text: () => string; value?: JsonValue };

/** A key in the form that is compared: `Log.Level`, `log_level` and `@logLevel` are one. */
function nameOf(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Reads a JSON object that begins at `at`. `whole`: the text ends with it. */
export function readJsonLine(text: string, at: number): (Structured & { whole: boolean }) | undefined {
  const read = readJson(text, at);
  if (!read || read.values.length === 0) return undefined;
  const pairs = read.values.map(
    (value): Pair => ({ path: value.path, names: value.path.map(nameOf), text: () => textOf(value), value }),
  );
  return { ...structured(pairs), whole: read.end >= 0 && text.slice(read.end).trim() === '' };
}

/** Reads flat pairs, such as logfmt's. */
export function structuredOf(pairs: readonly (readonly [key: string, value: string])[]): Structured {
  return structured(pairs.map(([key, value]) => ({ path: [key], names: [nameOf(key)], text: () => value })));
}

function structured(pairs: readonly Pair[]): Structured {
  const syslog = pairs.filter(({ names }) => names.length === 1 && SYSLOG.test(names[0] ?? '')).length > 0;
  const [level, levelPair] = levelIn(pairs, syslog);
  const messagePair = best(pairs, MESSAGE_KEYS, (pair) => pair !== levelPair && isText(pair), 5);
  const timePair = best(pairs, TIME_KEYS, (pair) => pair !== messagePair && pair !== levelPair && !isNested(pair));
  const errorPair = best(pairs, ERROR_KEYS, (pair) => pair !== messagePair && isSomething(pair.text()));
  const known = [levelPair, messagePair, timePair && isWholeMillis(timePair) ? timePair : undefined];
  const outer = pairs.filter((pair) => isShown(pair, known));
  return {
    level,
    time: timePair?.text(),
    message: messagePair && rendered(messagePair, pairs),
    error: errorPair && firstLine(wordsOf(errorPair, pairs)),
    fields: outer.map(({ path, text }) => [path.at(-1) ?? '', text()] as const),
  };
}

/** Micro- and nanoseconds stay a field: a date would lose digits. */
function isWholeMillis({ value }: Pair): boolean {
  return value?.kind !== 'number' || /^[1-3]\d{9}(?:\d{3})?$/.test(value.raw);
}

/** Outer values; an object that holds the message (`fields` of Rust's tracing) is replaced by its other fields. */
function isShown({ path, names }: Pair, known: readonly (Pair | undefined)[]): boolean {
  const same = (pair: Pair | undefined) => pair !== undefined && pair.path.join('\n') === path.join('\n');
  if (known.some(same)) return false;
  const message = known[1];
  const holder = message && message.path.length === 2 && message.names[0] === 'fields' ? message.path[0] : undefined;
  if (path.length === 1) return path[0] !== holder && !known.some((pair) => pair && isWhollyKnown(pair, names));
  return path.length === 2 && holder !== undefined && path[0] === holder;
}

/** An object that only holds a time: `{"$date": …}`. */
function isWhollyKnown(pair: Pair, names: readonly string[]): boolean {
  return pair.path.length === 2 && names[0] === pair.names[0] && TIME_KEYS.includes(names[0] ?? '');
}

function levelIn(pairs: readonly Pair[], syslog: boolean): [LogLevel | undefined, Pair | undefined] {
  let found: { level: LogLevel; pair: Pair; rank: number } | undefined;
  for (const pair of pairs) {
    const rank = rankOf(pair, LEVEL_KEYS);
    if (rank === undefined || (found && found.rank <= rank)) continue;
    const level = levelOf(pair, syslog);
    // A number is weaker evidence than a word: its scale is a guess.
    const cost = rank + (pair.value?.kind === 'number' || /^\d+$/.test(pair.text()) ? MOST_RANK / 2 : 0);
    if (level && !(found && found.rank <= cost)) found = { level, pair, rank: cost };
  }
  return [found?.level, found?.pair];
}

function levelOf({ names, text, value }: Pair, syslog: boolean): LogLevel | undefined {
  const name = names.at(-1) ?? '';
  if (value?.kind === 'object') return undefined;
  if (value?.kind === 'list') return name === 'tags' ? levelOfTags(value.raw) : undefined;
  const word = text().trim();
  if (/^-?\d{1,6}(?:\.0+)?$/.test(word)) return name === 'type' ? undefined : levelOfNumber(Number(word), name, syslog);
  const level = levelOfWord(
    word
      .replace(/\u001b\[[\d;]*m/g, '')
      .replace(/^LogLevel\.|^SEVERITY_?/i, '')
      .trim(),
  );
  if (!/^(?:status|type|kind|logstatus)$/.test(name)) return level;
  return isBad(level) || level === 'warn' ? level : undefined;
}

/** Kibana's and hapi's tags: `["error","plugins"]`. */
function levelOfTags(raw: string): LogLevel | undefined {
  const tags = [...raw.slice(0, 200).matchAll(/"([a-z]{4,9})"/g)].map(([, tag = '']) => levelOfWord(tag));
  return tags.find((level) => isBad(level)) ?? tags.find((level) => level !== undefined);
}

function best(
  pairs: readonly Pair[],
  keys: readonly string[],
  fits: (pair: Pair) => boolean,
  depthCost?: number,
): Pair | undefined {
  let found: { pair: Pair; rank: number } | undefined;
  for (const pair of pairs) {
    const rank = rankOf(pair, keys, depthCost);
    if (rank !== undefined && !(found && found.rank <= rank) && fits(pair)) found = { pair, rank };
  }
  return found?.pair;
}

/** How well a value's name matches: outer before nested, then by the order of the keys. */
function rankOf({ names }: Pair, keys: readonly string[], depthCost = 40): number | undefined {
  const name = names.at(-1) ?? '';
  const holder = names.at(-2);
  let rank = keys.indexOf(name);
  // `level: { name }`, `@timestamp: { $date }`: the object has the name.
  let outer = names.slice(0, -1);
  if (rank < 0 && holder !== undefined && /^(?:name|levelstr|text|label|value|date|stringvalue|repr)$/.test(name)) {
    rank = keys.indexOf(holder);
    outer = outer.slice(0, -1);
  }
  if (rank < 0 || outer.some((one) => !WRAPPERS.includes(one))) return undefined;
  const ofError = outer.some((one) => ERROR_KEYS.includes(one)) ? 30 : 0;
  return rank + (names.length - 1) * depthCost + ofError;
}

function isText(pair: Pair): boolean {
  return pair.value ? pair.value.kind === 'text' : true;
}

function isNested({ value }: Pair): boolean {
  return value?.kind === 'object' || value?.kind === 'list';
}

function isSomething(text: string): boolean {
  return !/^(?:|null|nil|<nil>|none|false|undefined|0|\{\}|\[\]|""|no error|success|ok)$/i.test(text.trim());
}

/** The message of an error that is an object. */
function wordsOf(pair: Pair, pairs: readonly Pair[]): string {
  const depth = pair.path.length;
  const inner = pairs.find(
    ({ path, names }) =>
      path.length === depth + 1 &&
      names.at(-1) === 'message' &&
      path.slice(0, depth).join('\n') === pair.path.join('\n'),
  );
  return (inner ?? pair).text();
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

const HOLE = /\{[@$]?([\w.]{1,60})(?:[,:][^{}]{0,40})?\}/g;

/** A message template with its values filled in: Serilog's `@mt`, .NET's `{OriginalFormat}`. */
function rendered(pair: Pair, pairs: readonly Pair[]): string {
  const text = pair.text();
  if (!/^(?:mt|messagetemplate)$/.test(pair.names.at(-1) ?? '')) return text;
  return text.replace(HOLE, (hole, name: string) => {
    const value = pairs.find(({ path }) => path.at(-1) === name);
    return value ? value.text() : hole;
  });
}
