import { QUOTE, quoteEnd, skipBlanks, tokenEnd } from './bytes.ts';
import { type Families, metricType } from './families.ts';
import { BrokenLine, decode, unescaped } from './string-table.ts';

const KEYWORDS: ReadonlySet<string> = new Set(['HELP', 'TYPE', 'UNIT']);

/**
 * Reads the comment in buffer[start, end). Returns its effect on its family, as the line may be repeated in every scrape; undefined for a
 * meaningless comment. Throws BrokenLine.
 */
export function parseComment(buffer: Buffer, start: number, end: number, families: Families): (() => void) | undefined {
  const at = skipBlanks(buffer, start + 1);
  const keyword = buffer.toString('latin1', at, Math.min(at + 4, end));
  if (at === start + 1 || !KEYWORDS.has(keyword)) return undefined;
  const next = skipBlanks(buffer, at + 4);
  if (next === at + 4 && next < end) return undefined;
  const name = metricName(buffer, next);
  if (name.text === '' || name.text === '#') throw new BrokenLine(`the metric name after ${keyword} is missing`);
  const rest = buffer.toString('utf8', Math.min(skipBlanks(buffer, name.end), end), end);
  const family = families.get(name.text);
  if (keyword === 'HELP') {
    const help = unescaped(rest);
    return applied(() => {
      family.help = help;
    });
  }
  if (keyword === 'UNIT') {
    const unit = rest.trim();
    return applied(() => {
      family.unit = unit;
    });
  }
  const type = metricType(rest.trim());
  if (type === undefined) throw new BrokenLine(`${JSON.stringify(rest.trim().slice(0, 40))} is not a metric type`);
  return applied(() => families.setType(family, type));
}

/** Applied at once, because the following samples depend on it; and again whenever the line is seen again. */
function applied(set: () => void): () => void {
  set();
  return set;
}

function metricName(buffer: Buffer, at: number): { text: string; end: number } {
  if (buffer[at] !== QUOTE) {
    const end = tokenEnd(buffer, at);
    return { text: buffer.toString('utf8', at, end), end };
  }
  const close = quoteEnd(buffer, at);
  if (close < 0) throw new BrokenLine('a quoted text is not closed');
  return { text: unescaped(decode(buffer, at + 1, close)), end: close + 1 };
}
