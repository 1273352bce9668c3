/**
 * The times that programs write: ISO 8601 and its relatives with any separators, the day first or the month first, names of
 * months, clocks alone, seconds to nanoseconds since the epoch, uptimes in brackets.
 */

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?';
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,:]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?(?![a-z]))?`;
const DOTTED = String.raw`\d\d\.\d\d\.\d\d(?:[.,]\d{1,9})?`;
const ZONES = 'Z|UTC|GMT|CES?T|EE?S?T|[ECMP][SD]T|IST|JST|KST|HKT|SGT|BST|MSK|W[EI][BT]|A[EC][SD]T|NZ[SD]T';
const ZONE = String.raw`(?: ?[+-]\d\d(?::?\d\d)?(?![\d-])| ?\(?(?:${ZONES})\)?(?!\w))?(?:\[[A-Z][a-z]+\/\w+\])?`;
const DATE = [
  String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}`,
  String.raw`\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}`,
  String.raw`\d{1,2}[-/ ]${MONTH}[-/ ]\d{2,4}`,
  String.raw`(?:${DAY} )?${MONTH} {1,2}\d{1,2}(?:,? \d{4})?`,
  String.raw`${DAY} \d{1,2} ${MONTH} \d{4}`,
  String.raw`\d{8}`,
  String.raw`\d{6}(?= )`,
  String.raw`\d\d-\d\d`,
].join('|');
const BETWEEN = '(?:T| - |[-|_ :,]{1,2}| at )';

const DATED = new RegExp(`(?:${DATE})(?:${BETWEEN} {0,2}(?:${CLOCK}|${DOTTED})${ZONE}(?: \\d{4}(?!\\S))?)`, 'y');
const CLOCK_ALONE = new RegExp(`${CLOCK}${ZONE}(?![\\w/]|:\\d)`, 'y');
const DATE_ALONE = /\d{4}-\d\d-\d\d(?![\w-])/y;
/** Seconds, or milli-, micro-, nanoseconds, of the years 2001 to 2096. */
const EPOCH = /[1-3]\d{9}(?:[.,]\d{1,9}|\d{3}(?:\.\d{1,6})?|\d{6}|\d{9})?(?![\w.])|[1-3]\.\d{5,12}e\+?0?9(?!\w)/y;
const TAI64N = /@[0-9a-f]{24}(?!\w)/y;
/** Seconds since a start, in brackets only: of the kernel, of linkerd. */
const UPTIME = / *\d{1,9}\.\d{3,9}s?(?=\])/y;

const PATTERNS: readonly RegExp[] = [DATED, EPOCH, CLOCK_ALONE, DATE_ALONE, TAI64N];

/** Where the time that begins at `at` ends; -1 where none begins. `bracketed`: it follows an opening bracket. */
export function timeEnd(text: string, at: number, bracketed = false): number {
  const code = text.charCodeAt(at);
  const digit = code >= 48 && code <= 57;
  // A digit, @, or the first letter of a day or month; after a bracket also a blank.
  if (!digit && code !== 64 && !(code >= 65 && code <= 87) && !(bracketed && code === 32)) return -1;
  for (const pattern of PATTERNS) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  if (!bracketed) return -1;
  UPTIME.lastIndex = at;
  return UPTIME.test(text) ? UPTIME.lastIndex : -1;
}

/**
 * Milliseconds since the epoch from a number of seconds, milli-, micro- or nanoseconds, distinguished by the number of digits; undefined
 * for others.
 */
export function epochMillis(text: string): number | undefined {
  if (!/^[1-3]\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?$/.test(text)) return undefined;
  const digits = text.split('.', 1)[0]?.length ?? 0;
  return Number(text) / 10 ** (digits - 13);
}
