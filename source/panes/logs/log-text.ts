import type { Sequence } from '../../desk/log/sequence.ts';
import type { LineTexts } from './line-texts.ts';

/** Lines put together in one turn of the event loop. */
const SLICE = 2000;

/** A line as it is saved: the engine's time, the source, the text without styles. */
function savedLine(texts: LineTexts, line: number, names: readonly string[], prefixed: boolean): string {
  const time = new Date(texts.buffer.time(line)).toISOString();
  return `${time} ${prefixed ? `${names[texts.source(line)] ?? ''} ` : ''}${texts.plain(line)}`;
}

/** All lines of a sequence as text, put together in slices between which keys are handled. */
export async function textOf(
  texts: LineTexts,
  sequence: Sequence,
  names: readonly string[],
  prefixed: boolean,
): Promise<string> {
  const lines: string[] = [];
  const last = sequence.last() ?? -1;
  for (let line = sequence.first(); line !== undefined && line <= last; line = sequence.after(line)) {
    lines.push(savedLine(texts, line, names, prefixed));
    if (lines.length % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
