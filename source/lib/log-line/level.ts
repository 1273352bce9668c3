/** The severity of a line in its program's own words, from least to worst. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** From least to worst. */
export const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Words that mean a level in any position: in full, and as programs abbreviate them. */
const STRONG: Readonly<Record<LogLevel, string>> = {
  trace: 'trace trce trac trc verbose verb vrb finest finer silly spam',
  debug: 'debug debu debg dbug dbg fine debug1 debug2 debug3 debug4 debug5',
  info: 'info information informational inf notice noti ntc',
  warn: 'warn warning wrn warni warng',
  error: 'error err erro eror errr severe',
  fatal: 'fatal fatl fata ftl critical crit crt panic pani pnc dpanic emerg emergency emrg',
};

/** Ambiguous words: a level only where brackets, pipes, dashes or a colon set them apart. */
const WEAK: Readonly<Record<LogLevel, string>> = {
  trace: 'v t',
  debug: 'd config conf http query dbg1',
  info: 'i n log hint detail success succ note system ready start done statement context location ok',
  warn: 'w caution deprecated deprecation',
  error: 'e exception fail failed failure sev',
  fatal: 'f c a alert fault wtf disaster abort cri pan',
};

function wordsOf(list: Readonly<Record<LogLevel, string>>): ReadonlyMap<string, LogLevel> {
  return new Map(LEVELS.flatMap((level) => list[level].split(' ').map((word) => [word, level] as const)));
}

const STRONG_WORDS = wordsOf(STRONG);
const WEAK_WORDS = wordsOf(WEAK);

export function isBad(level: LogLevel | undefined): boolean {
  return level === 'error' || level === 'fatal';
}

/** The level for an unambiguous word, in any case. */
export function strongLevel(word: string): LogLevel | undefined {
  return word.length < 3 || word.length > 13 ? undefined : STRONG_WORDS.get(word.toLowerCase());
}

/** The level for any of its words and letters, in any case, where the position shows that it is one. `ERROR+4` is slog's. */
export function levelOfWord(word: string): LogLevel | undefined {
  if (word.length > 16) return undefined;
  const offset = /^([A-Za-z]+)([+-]\d{1,3})$/.exec(word);
  if (offset) return shifted(levelOfWord(offset[1] ?? ''), Number(offset[2]));
  const lower = word.toLowerCase();
  return STRONG_WORDS.get(lower) ?? WEAK_WORDS.get(lower);
}

/** Four steps of slog are one level. */
function shifted(level: LogLevel | undefined, by: number): LogLevel | undefined {
  if (level === undefined) return undefined;
  const at = LEVELS.indexOf(level) + Math.trunc(by / 4);
  return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, at))];
}

/** The severities of syslog: 0 emergency … 7 debug. */
export function syslogLevel(severity: number): LogLevel | undefined {
  return (['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const)[severity];
}

/** A scale of numbers: the lowest number of each level, from trace on. */
type Scale = readonly [debug: number, info: number, warn: number, error: number, fatal: number];

const SCALES = {
  /** pino, bunyan, roarr: 10 trace … 60 fatal. */
  tens: [20, 30, 40, 50, 60],
  /** Python's logging and loguru: 10 debug … 50 critical. */
  python: [10, 20, 30, 40, 50],
  /** Monolog: 100 debug, 200 info, 250 notice, 300 warning, 400 error, 500 critical. */
  monolog: [100, 200, 300, 400, 500],
  /** java.util.logging: 500 fine, 800 info, 900 warning, 1000 severe. */
  java: [500, 700, 900, 1000, 2000],
  /** log4j and logback: 5000 trace … 50000 fatal. */
  log4j: [10_000, 20_000, 30_000, 40_000, 50_000],
  /** OpenTelemetry's SeverityNumber: 1 trace … 21 fatal. */
  otel: [5, 9, 13, 17, 21],
  /** .NET and Serilog: 0 trace … 5 critical. */
  dotnet: [1, 2, 3, 4, 5],
  /** tslog: 0 silly … 6 fatal. */
  tslog: [2, 3, 4, 5, 6],
} satisfies Record<string, Scale>;

function onScale(value: number, scale: Scale): LogLevel {
  const above = scale.filter((lowest) => value >= lowest).length;
  return LEVELS[above] ?? 'fatal';
}

/**
 * The level for a number, on the scale given by the name of its field or by the number itself. `key` is in lower case without separators;
 * `syslog`: the line also looks like syslog or GELF, so small numbers are severities.
 */
export function levelOfNumber(value: number, key: string, syslog: boolean): LogLevel | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (/severitynumber$/.test(key)) return onScale(value, SCALES.otel);
  if (/levelno$|^no$/.test(key)) return onScale(value, SCALES.python);
  if (key === 'loglevelid') return onScale(value, SCALES.tslog);
  if (/prio|syslog/.test(key) || (syslog && value <= 7)) return syslogLevel(value);
  if (key === 'loglevel' && value <= 6) return onScale(value, SCALES.dotnet);
  if (value >= 3 && value <= 7) return syslogLevel(value);
  if (value < 10) return value === 8 ? 'error' : undefined;
  if (value < 100) return onScale(value, SCALES.tens);
  if (value >= 5000) return onScale(value, SCALES.log4j);
  return onScale(value, value > 600 ? SCALES.java : SCALES.monolog);
}
