import { QUOTE, skipBlanks, tokenEnd } from './bytes.ts';
import { type Families, metricType } from './families.ts';
import { BrokenLine, quoted, unescaped } from './labels.ts';

/** `# HELP`, `# TYPE` and `# UNIT`. */
const KEYWORD = /^#[ \t]+(HELP|TYPE|UNIT)(?=[ \t]|$)[ \t]*/;

/**
 * Reads a comment line (without its end). Answers what it does to its family, for the line may come again in every scrape;
 * undefined for a comment that says nothing. Throws BrokenLine.
 */
export function parseComment(line: Buffer, families: Families): (() => void) | undefined {
  const start = KEYWORD.exec(line.toString('latin1', 0, 32));
  if (start === null) return undefined;
  const padded = Buffer.concat([line, Buffer.of(10)]);
  const keyword = start[1];
  const { text: name, end } = metricName(padded, start[0].length);
  if (name === '' || name === '#') throw new BrokenLine(`the metric name after ${keyword} is missing`);
  const rest = line.toString('utf8', Math.min(skipBlanks(padded, end), line.length));
  const family = families.get(name);
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
  return applied(() => {
    family.type = type;
  });
}

/** At once, because the samples that follow are judged by it; and again whenever the line is seen again. */
function applied(set: () => void): () => void {
  set();
  return set;
}

function metricName(line: Buffer, at: number): { text: string; end: number } {
  if (line[at] === QUOTE) return quoted(line, at);
  const end = tokenEnd(line, at);
  return { text: line.toString('utf8', at, end), end };
}
