import { atFirstUse } from './memoize.ts';

/** What sorts before digits and letters, in the collator's order. */
const PUNCTUATION = ' _-:./';
/** A lower-case name: the collator's order of these is simple. Longer runs of digits than this are not one number to it. */
const SIMPLE = /^[ _\-:./a-z0-9]{0,200}$/;

const collator = atFirstUse(() => new Intl.Collator('en', { numeric: true }));

/**
 * Compares names as people sort them, numbers by value: web-9, web-10. The same order as `Intl.Collator('en', { numeric: true })`, which
 * is asked only about names that need it: making the first one costs 5 ms of the start.
 */
export function compareNames(a: string, b: string): number {
  if (SIMPLE.test(a) && SIMPLE.test(b)) return compareSimple(a, b);
  return collator().compare(a, b);
}

function compareSimple(a: string, b: string): number {
  let [left, right] = [0, 0];
  while (left < a.length && right < b.length) {
    const [one, other] = [weight(a, left), weight(b, right)];
    if (one !== other) return one - other;
    if (one !== DIGIT) {
      left += 1;
      right += 1;
      continue;
    }
    const [oneEnd, otherEnd] = [digitsEnd(a, left), digitsEnd(b, right)];
    const order = compareDigits(a.slice(left, oneEnd), b.slice(right, otherEnd));
    if (order !== 0) return order;
    left = oneEnd;
    right = otherEnd;
  }
  return a.length - left - (b.length - right);
}

const DIGIT = PUNCTUATION.length;

/** All digits weigh the same: their numbers are compared. */
function weight(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 97) return code;
  return code >= 48 && code <= 57 ? DIGIT : PUNCTUATION.indexOf(text.charAt(at));
}

function digitsEnd(text: string, from: number): number {
  let end = from;
  while (weight(text, end) === DIGIT) end += 1;
  return end;
}

/** By value, of any length: the longer one without leading zeros is the greater. */
function compareDigits(a: string, b: string): number {
  const [one, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
