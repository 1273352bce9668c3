/**
 * Splits a command line as a shell would, in linear time. An unmatched quote is an ordinary character.
 */

export type Stretch = { text: string; isWord: boolean };

/** Words and the blanks between them, in order; joined they are the line again. Quotes stay and keep a word together. */
export function shellWords(line: string): Stretch[] {
  const stretches: Stretch[] = [];
  const quotes = quoteEnds(line);
  let from = 0;
  let inWord = false;
  const close = (at: number) => {
    if (at > from) stretches.push({ text: line.slice(from, at), isWord: inWord });
    from = at;
  };
  for (let at = 0; at < line.length; ) {
    const word = !/\s/.test(line.charAt(at));
    if (word !== inWord) close(at);
    inWord = word;
    at = (quotes.get(at) ?? at) + 1;
  }
  close(line.length);
  return stretches;
}

export type Quoted = { quote: string; text: string };

/** The quoted and unquoted parts of a word, with the quotes separate. */
export function quotedParts(word: string): Quoted[] {
  const parts: Quoted[] = [];
  let from = 0;
  for (const [start, end] of quoteEnds(word)) {
    if (start > from) parts.push({ quote: '', text: word.slice(from, start) });
    parts.push({ quote: word.charAt(start), text: word.slice(start + 1, end) });
    from = end + 1;
  }
  if (from < word.length) parts.push({ quote: '', text: word.slice(from) });
  return parts;
}

/** Where each quote ends, by where it begins. */
function quoteEnds(line: string): Map<number, number> {
  const ends = new Map<number, number>();
  const unclosed = new Set<string>();
  for (let at = 0; at < line.length; at += 1) {
    const quote = line.charAt(at);
    if ((quote !== '"' && quote !== "'") || unclosed.has(quote)) continue;
    const end = endOf(line, at, quote);
    if (end === undefined) {
      unclosed.add(quote);
      continue;
    }
    ends.set(at, end);
    at = end;
  }
  return ends;
}

function endOf(line: string, start: number, quote: string): number | undefined {
  for (let at = start + 1; at < line.length; at += 1) {
    if (line.charAt(at) === quote) return at;
    // Within single quotes a backslash is an ordinary character.
    if (quote === '"' && line.charAt(at) === '\\') at += 1;
  }
  return undefined;
}
