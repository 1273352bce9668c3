/** Blanks, a quoted or escaped part, a plain part, or a quote (or last backslash) without its end. */
const PART = /(\s+)|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)|(['"\\])/g;

/**
 * Words of a command line with quotes and backslashes as in a POSIX shell, but without variables, globs or operators. An error message if a
 * quote is not closed.
 */
export function splitWords(line: string): string[] | string {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, blank, single, double, escaped, plain, open] of line.matchAll(PART)) {
    if (open === "'" || open === '"') return `A quote ${open} is not closed.`;
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? open);
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
