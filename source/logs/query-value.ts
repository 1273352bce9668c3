/** Compares the fields of a log line with the values of a query: numbers with units, dates, text. */

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~' | '!~';

/** The factor of a suffix, and its dimension; the base units are seconds and bytes. */
const UNITS: Readonly<Record<string, readonly ['time' | 'bytes' | 'plain', number]>> = {
  ns: ['time', 1e-9],
  us: ['time', 1e-6],
  µs: ['time', 1e-6],
  ms: ['time', 1e-3],
  s: ['time', 1],
  sec: ['time', 1],
  m: ['time', 60],
  min: ['time', 60],
  h: ['time', 3600],
  d: ['time', 86_400],
  b: ['bytes', 1],
  kb: ['bytes', 1000],
  kib: ['bytes', 1024],
  mb: ['bytes', 1e6],
  mib: ['bytes', 1024 ** 2],
  gb: ['bytes', 1e9],
  gib: ['bytes', 1024 ** 3],
  k: ['plain', 1e3],
  '%': ['plain', 1],
};

/** Fields whose names contain the unit: latency_us, took-ms, sizeBytes. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/(?:_|-|\.|\b)(?:ns|nanos|nanoseconds)$|(?:Ns|Nanos)$/, 'ns'],
  [/(?:_|-|\.|\b)(?:us|micros|microseconds)$|(?:Us|Micros)$/, 'us'],
  [/(?:_|-|\.|\b)(?:ms|millis|milliseconds|msec)$|(?:Ms|Millis)$/, 'ms'],
  [/(?:_|-|\.|\b)(?:s|secs?|seconds)$|Seconds$/, 's'],
  [/(?:_|-|\.|\b)bytes$|Bytes$/, 'b'],
];

type Quantity = { size: number; unit?: readonly ['time' | 'bytes' | 'plain', number] };

const QUANTITY = /^([+-]?)[$€£]?(\d[\d,_]*\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s?([a-zµ%]*)$/i;

/** Parses a number as programs and people write it: 12, -3.5e2, $1,204.50, 1.2ms, 64KiB, 12%. Undefined if it is not a number. */
function quantityOf(text: string): Quantity | undefined {
  const [whole, sign, digits = '', exponent = '', suffix = ''] = QUANTITY.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const unit = suffix === '' ? undefined : UNITS[suffix.toLowerCase()];
  if (suffix !== '' && !unit) return undefined;
  const size = Number(digits.replace(/[,_]/g, '') + exponent);
  return { size: sign === '-' ? -size : size, unit };
}

/** Both as numbers in the same base unit; undefined if either is not a number. */
function numbersOf(name: string, value: string, wanted: string): [number | bigint, number | bigint] | undefined {
  if (/^-?\d{16,40}$/.test(value) && /^-?\d{1,40}$/.test(wanted)) return [BigInt(value), BigInt(wanted)];
  const [left, right] = [quantityOf(value), quantityOf(wanted)];
  if (!left || !right) return undefined;
  if (!right.unit || right.unit[0] === 'plain') return [plain(left), plain(right)];
  const own = left.unit ?? UNITS[NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? ''] ?? right.unit;
  return own[0] === right.unit[0] ? [left.size * own[1], right.size * right.unit[1]] : undefined;
}

function plain({ size, unit }: Quantity): number {
  return unit?.[0] === 'plain' ? size * unit[1] : size;
}

/**
 * Whether a field's value and a wanted one satisfy the comparison. Numbers compare as numbers, with or without units (a field
 * without one has that of its name, else the query's); everything else as text, which sorts ISO dates correctly.
 */
export function compares(
  name: string,
  value: string,
  comparison: '=' | '>' | '>=' | '<' | '<=',
  wanted: string,
): boolean {
  if (comparison === '=' && value.toLowerCase() === wanted.toLowerCase()) return true;
  const numbers = numbersOf(name, value, wanted);
  if (numbers) return holds(nearly(numbers[0], numbers[1]), comparison);
  if (comparison === '=') return false;
  if (quantityOf(wanted)) return false;
  return holds(value < wanted ? -1 : value > wanted ? 1 : 0, comparison);
}

/** -1, 0 or 1; values that differ only by rounding of units are equal. */
function nearly(left: number | bigint, right: number | bigint): number {
  if (typeof left === 'number' && typeof right === 'number') {
    const close = Math.abs(left - right) <= Math.abs(right) * 1e-12;
    return close ? 0 : left < right ? -1 : 1;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function holds(order: number, comparison: '=' | '>' | '>=' | '<' | '<='): boolean {
  switch (comparison) {
    case '=':
      return order === 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
  }
}
