import type { LineTexts } from './line-texts.ts';
import type { Sequence } from './sequence.ts';

/** Lines assembled in one turn of the event loop. */
const SLICE = 2000;

/** A line as it is saved: the engine's time, the source if there are several, the text without styles, secrets masked. */
export function savedLine(time: number, name: string | undefined, text: string): string {
  return `${new Date(time).toISOString()} ${name === undefined ? '' : `${name} `}${text}\n`;
}

/** All lines of a sequence as text, assembled in slices between which keys are handled. */
export async function textOf(
  texts: LineTexts,
  sequence: Sequence,
  names: readonly string[],
  prefixed: boolean,
): Promise<string> {
  const lines: string[] = [];
  const last = sequence.last() ?? -1;
  for (let line = sequence.first(); line !== undefined && line <= last; line = sequence.after(line)) {
    const name = prefixed ? (names[texts.source(line)] ?? '') : undefined;
    lines.push(savedLine(texts.buffer.time(line), name, texts.masked(line)));
    if (lines.length % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return lines.join('');
}
