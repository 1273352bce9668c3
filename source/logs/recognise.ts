import { parseJson } from '../lib/json.ts';

/** How bad a line is, by its program's own word, from least to worst. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

type LogFormat = 'json' | 'logfmt' | 'tracing' | 'python' | 'log4j' | 'postgres' | 'redis' | 'bare';

/** What a line says, as far as its format is known. */
export type Recognised = {
  format: LogFormat;
  level?: LogLevel;
  /** The program's own time as it wrote it. */
  time?: string;
  /** Without time, level and what else the format carries around it. */
  message: string;
  /** What JSON and logfmt carry beside time, level and message, in their order, as text. */
  fields: readonly (readonly [name: string, value: string])[];
};

const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  verbose: 'trace',
  debug: 'debug',
  debug1: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  log: 'info',
  hint: 'info',
  detail: 'info',
  success: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  exception: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
  emerg: 'fatal',
  // MongoDB's letters.
  f: 'fatal',
  e: 'error',
  w: 'warn',
  i: 'info',
  d: 'debug',
};

/** A level by its word, or by the numbers of pino and bunyan (10 trace … 60 fatal). */
function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') {
    if (value < 10) return undefined;
    const words: LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
    return words[Math.min(5, Math.floor(value / 10) - 1)];
  }
  return typeof value === 'string' ? LEVELS[value.toLowerCase()] : undefined;
}

export function isBad(level: LogLevel | undefined): boolean {
  return level === 'error' || level === 'fatal';
}

/** Reads a line of plain text (see spans.ts). Never fails: what no format claims is bare. */
export function recognise(text: string): Recognised {
  return readJson(text) ?? readPatterns(text) ?? readLogfmt(text) ?? bare(text);
}

const LEVEL_KEYS = ['level', 'severity', 'lvl', 'levelname', 'log.level', '@level', 'loglevel', 's'];
const MESSAGE_KEYS = ['msg', 'message', 'event', '@message', 'short_message', 'text'];
const TIME_KEYS = ['time', 'ts', 'timestamp', '@timestamp', 'asctime', 't', 'datetime'];

function readJson(text: string): Recognised | undefined {
  const start = text.indexOf('{');
  if (start < 0 || start > 3 || text.slice(0, start).trim() !== '' || !text.trimEnd().endsWith('}')) return undefined;
  const whole = parse(text);
  if (!whole) return undefined;
  const parsed = unfolded(whole);
  const keys = Object.keys(parsed);
  const levelKey = LEVEL_KEYS.find((key) => levelOf(parsed[key]) !== undefined);
  const messageKey = MESSAGE_KEYS.find((key) => typeof parsed[key] === 'string');
  const timeKey = TIME_KEYS.find((key) => key in parsed && key !== messageKey);
  const known = new Set([levelKey, messageKey, timeKey]);
  return {
    format: 'json',
    level: levelKey === undefined ? undefined : levelOf(parsed[levelKey]),
    time: timeKey === undefined ? undefined : show(parsed[timeKey]),
    message: messageKey === undefined ? '' : show(parsed[messageKey]),
    fields: keys.filter((key) => !known.has(key)).map((key) => [key, show(parsed[key])] as const),
  };
}

/** Rust's tracing writes the message and the fields into `fields`. */
function unfolded(parsed: Record<string, unknown>): Record<string, unknown> {
  const { fields, ...around } = parsed;
  if (!isRecord(fields) || typeof fields.message !== 'string' || MESSAGE_KEYS.some((key) => key in around))
    return parsed;
  return { ...around, ...fields };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseJson(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const TIME = String.raw`(?<time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}|[+-]\d\d:?\d\d))?)`;
const CLOCK = String.raw`(?<time>\d\d:\d\d:\d\d(?:[.,]\d+)?)`;
const WORD = '(?<level>TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|ERR|SEVERE|CRITICAL|FATAL|PANIC)';
const ANY_WORD = '(?<level>[A-Za-z]{3,13})';

/** In order: the first that fits and whose word is a level has the line. */
const PATTERNS: readonly (readonly [LogFormat, RegExp])[] = [
  // [2026-01-15 09:15:02,123] INFO in module: message — Flask; [2026-01-15 09:15:02 +0530] [7] [INFO] message — gunicorn
  ['python', new RegExp(String.raw`^\[${TIME}\] (?:\[\d+\] )?\[?${WORD}\]?(?: in [\w.]+)?:? ?(?<message>.*)$`)],
  // 2026-01-15 09:15:02,123 - module - INFO - message
  ['python', new RegExp(String.raw`^${TIME} - [\w.-]+ - ${WORD} - (?<message>.*)$`)],
  // INFO:module:message and INFO:     message — Python's basicConfig, Uvicorn
  ['python', new RegExp(String.raw`^${WORD}:(?:[\w.]+:| +)(?<message>.*)$`)],
  // 2026-01-15 09:15:02.123 UTC [27] LOG:  message
  [
    'postgres',
    /^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \w+) \[\d+\](?: \S+)? (?<level>[A-Z]+\d?): {1,2}(?<message>.*)$/,
  ],
  // 2026-01-15 09:15:02.123 [main] INFO  com.example.Foo - message, in any order of thread and level
  [
    'log4j',
    new RegExp(
      String.raw`^${TIME} +(?:\[[^\]]{1,80}\] +)?${WORD} +(?:\[[^\]]{1,80}\] +|\d+ --- \[[^\]]{1,80}\] +)(?<message>.*)$`,
    ),
  ],
  ['log4j', new RegExp(String.raw`^${TIME} +\[[^\]]{1,80}\] +${WORD}:? +(?<message>.*)$`)],
  ['log4j', new RegExp(String.raw`^${CLOCK} +\[[^\]]{1,80}\] +${WORD} +(?<message>.*)$`)],
  // 2025-12-06T10:15:30.123456Z  INFO nanoarb: message — Rust's tracing; also the time and a word of most others
  [
    'tracing',
    new RegExp(String.raw`^\[?${TIME}\]? +[[(|]?${WORD}[\])|]? *[-|:]? *(?:[\w-]+(?:::\w+)*: )?(?<message>.*)$`),
  ],
  // [ERROR] message, WARN: message, ERROR message
  [
    'bare',
    new RegExp(String.raw`^(?:\[${ANY_WORD}\] |(?:${CLOCK} +)?${ANY_WORD.replace('level', 'word')}: )(?<message>.*)$`),
  ],
];

function readPatterns(text: string): Recognised | undefined {
  const redis = readRedis(text);
  if (redis) return redis;
  const head = text.slice(0, 4096);
  for (const [format, pattern] of PATTERNS) {
    const groups = pattern.exec(head)?.groups;
    const level = levelOf(groups?.level ?? groups?.word);
    if (!groups || !level || (groups.level ?? groups.word ?? '').length < 3) continue;
    const rest = text.slice(head.length);
    return { format, level, time: groups.time, message: (groups.message ?? '') + rest, fields: [] };
  }
  return undefined;
}

const REDIS = /^\d+:[XCSM] (?<time>\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}) (?<sign>[.\-*#]) (?<message>.*)$/;
/** Redis signs its lines: debug, verbose, notice, warning. */
const REDIS_LEVELS: Readonly<Record<string, LogLevel>> = { '.': 'debug', '-': 'trace', '*': 'info', '#': 'warn' };

function readRedis(text: string): Recognised | undefined {
  const groups = REDIS.exec(text)?.groups;
  if (!groups) return undefined;
  const level = REDIS_LEVELS[groups.sign ?? ''];
  return { format: 'redis', level, time: groups.time, message: groups.message ?? '', fields: [] };
}

/** A key starts where no other character of one stands before it, so that a long run of them is gone through once. */
const PAIR = /(?<![\w.@-])([\w.@-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)/g;

function readLogfmt(text: string): Recognised | undefined {
  if (!/(?:^|\s)(?:level|lvl|severity)="?\w+/.test(text.slice(0, 1024))) return undefined;
  const fields: [string, string][] = [];
  let level: LogLevel | undefined;
  let time: string | undefined;
  let message: string | undefined;
  for (const [, key = '', quoted = ''] of text.matchAll(PAIR)) {
    const value = quoted.startsWith('"') ? quoted.slice(1, -1).replace(/\\(["\\])/g, '$1') : quoted;
    if (level === undefined && LEVEL_KEYS.includes(key)) level = levelOf(value);
    else if (message === undefined && MESSAGE_KEYS.includes(key)) message = value;
    else if (time === undefined && TIME_KEYS.includes(key)) time = value;
    else fields.push([key, value]);
  }
  return level && { format: 'logfmt', level, time, message: message ?? '', fields };
}

const BAD =
  /^\W{0,4}(?:uncaught |unhandled )?(?:[\w.]*(?:error|exception)\b|fatal\b|panic(?:ked)?\b|traceback\b|failed\b|thread '[^']*' panicked)/i;
const WARN = /^\W{0,4}warn(?:ing)?\b/i;
const SIGNS: readonly (readonly [RegExp, LogLevel])[] = [
  [/^\s*(?:❌|🔴|🚨|💥|🛑)/u, 'error'],
  [/^\s*(?:⚠️?|🟡)/u, 'warn'],
];

function bare(text: string): Recognised {
  const sign = SIGNS.find(([pattern]) => pattern.test(text))?.[1];
  const level = sign ?? (BAD.test(text.slice(0, 200)) ? 'error' : WARN.test(text) ? 'warn' : undefined);
  return { format: 'bare', level, message: text, fields: [] };
}
