import { errorMessage } from './error.ts';
import { quoteRegExp } from './glob.ts';
import { guarded, TooSlow } from './guarded.ts';

/** Longest regular expression that is accepted, in characters: a pasted megabyte is not one. */
export const LONGEST = 1000;

/** Processor milliseconds after which an expression counts as never ending. */
export const MATCH_TIMEOUT_MS = 40;

/** A pattern that matches this text and nothing else. */
export function exactly(text: string): string {
  return `^${quoteRegExp(text)}$`;
}

/**
 * Reads a regular expression from outside. Case counts only where it has capitals, unless `flags` say otherwise. Returns an error message
 * for invalid or oversized expressions.
 */
export function readPattern(source: string, flags?: string): RegExp | { error: string } {
  if (source.length > LONGEST) return { error: `longer than ${LONGEST} characters` };
  try {
    const pattern = new RegExp(source, flags ?? (/[A-Z]/.test(source.replace(/\\./g, '')) ? 'u' : 'iu'));
    // Some turn out to be too large only when they are tried.
    guarded(MATCH_TIMEOUT_MS, () => pattern.test(''));
    return pattern;
  } catch (error) {
    if (error instanceof TooSlow) return { error: 'takes too long' };
    const message = errorMessage(error);
    return { error: message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '') };
  }
}

/** Values whose result is remembered. */
const REMEMBERED = 5000;

/**
 * An expression that is tested against the same values repeatedly, such as those of a label. One that is invalid or takes too long matches
 * nothing.
 */
export class ValuePattern {
  #pattern: RegExp | undefined;
  readonly #known = new Map<string, boolean>();

  constructor(source: string, flags: string) {
    const pattern = readPattern(source, flags);
    this.#pattern = 'error' in pattern ? undefined : pattern;
  }

  test(value: string): boolean {
    const pattern = this.#pattern;
    if (!pattern) return false;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const matches = this.#try(pattern, value);
    this.#known.set(value, matches);
    return matches;
  }

  #try(pattern: RegExp, value: string): boolean {
    try {
      return guarded(MATCH_TIMEOUT_MS, () => pattern.test(value));
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      this.#pattern = undefined;
      return false;
    }
  }
}
