/** Parts of which programs put the beginnings of their lines together; the layouts are made of them at random. */
const TIMES = [
  '2026-01-15T09:15:02.123Z',
  '2026-01-15 09:15:02,123',
  '2026/01/15 09:15:02',
  '15/Jan/2026:09:15:02 +0000',
  '15-01-2026 09:15:02',
  '01/15/2026 09:15:02 AM',
  'Jan 15 09:15:02',
  'Thu Jan 15 09:15:02 2026',
  'Thu, 15 Jan 2026 09:15:02 GMT',
  '09:15:02.123',
  '9:15:02 AM',
  '1768468502.123',
  '1768468502123',
  '1768468502123456789',
  '20260115T091502Z',
  '20260115 09:15:02',
  '2026-01-15 09:15:02 +0530',
  '2026-01-15 09:15:02 IST',
  '2026.01.15 09:15:02',
  '15.01.26 09:15',
  'Jan 15, 2026 9:15:02 AM',
  '01-15 09:15:02.123',
];
const BAD =
  'ERROR error Error ERR err ERRO E eror SEVERE CRITICAL critical CRIT FATAL fatal Fatal FTL F EMERG panic'.split(' ');
const GOOD = 'INFO info Info INF I NOTICE WARN warning W WRN DEBUG DBG debug D TRACE Information LOG'.split(' ');
const NAMES = [
  'shop.orders',
  'com.shop.Orders',
  'orders',
  '[main]',
  '[worker-1]',
  'app[7]:',
  '7',
  'main.go:12',
  'trade7',
  'shop::feed',
  'OrderService',
  'pid=7',
];
const SEPARATORS = [' ', ' ', '  ', ' | ', ' - ', '|', '\t', ': ', ' -- ', ', ', ';'];
const REJECTED = ['order rejected', 'cannot connect to feed', 'socket closed (code 1006)', '{"id":7} rejected'];
const FILLED = [
  'order filled',
  '0 errors so far',
  'no error found, all is well',
  'retries on error: enabled',
  'error rate 0.0%',
];
const FRAMES: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => `[${word}]`,
  (word) => `(${word})`,
  (word) => `<${word}>`,
  (word) => word.padEnd(8),
  (word) => `[${word.padStart(7)}]`,
  (word) => `${word}:`,
  (word) => `{${word}}`,
];

/** The same numbers from 0 up to 1 for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` lines at a level of errors and as many at another, each in a layout of its own; with a time before or behind the level. */
export function randomLayouts(seed: number, count: number): { errors: string[]; harmless: string[] } {
  const next = numbers(seed);
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(next() * all.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  const line = (levels: readonly string[], messages: readonly string[]): string => {
    const separator = pick(SEPARATORS);
    const level = pick(levels);
    // A single letter is a level only beside blanks, or in brackets.
    const framed = level.length > 1 ? pick(FRAMES)(level) : /^ +$/.test(separator) ? level : `[${level}]`;
    const time = pick(FRAMES.slice(0, 2))(pick(TIMES));
    const names = Array.from({ length: Math.floor(next() * 3) }, () => pick(NAMES));
    const order = next();
    const head =
      order < 0.35 ? [time, ...names, framed] : order < 0.7 ? [time, framed, ...names] : [framed, time, ...names];
    return [...head, pick(messages)].join(separator);
  };
  return {
    errors: Array.from({ length: count }, () => line(BAD, REJECTED)),
    harmless: Array.from({ length: count }, () => line(GOOD, FILLED)),
  };
}
