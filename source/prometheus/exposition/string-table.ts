import { BACKSLASH } from './bytes.ts';
import { HashIndex } from './hash-index.ts';

/** The error of a line; thrown only inside the parser. Not an Error, whose stack would cost more than the line itself. */
export class BrokenLine {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A name or a label value: one object for all its occurrences. */
export type Text = { readonly text: string; readonly hash: number; next: Text | undefined };

/** Random per process, so that no one can prepare texts that all fall into one bucket. */
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;

/** FNV-1a's prime. */
const PRIME = 16777619;

/** Looks up texts by their bytes, without creating a string for a known text. */
export class StringTable {
  readonly #known = new HashIndex<Text>();

  /** The text of buffer[start, end), its escapes undone. Throws BrokenLine for bytes that are not UTF-8. */
  of(buffer: Buffer, start: number, end: number): Text {
    let hash = SEED;
    let isPlain = true;
    for (let at = start; at < end; at += 1) {
      const code = buffer[at] ?? 0;
      hash = Math.imul(hash ^ code, PRIME);
      if (code === BACKSLASH || code > 127) isPlain = false;
    }
    if (!isPlain) return this.#ofText(unescaped(decode(buffer, start, end)));
    let found = this.#known.first(hash);
    while (found !== undefined && !(found.hash === hash && isText(found.text, buffer, start, end))) found = found.next;
    return found ?? this.#make(buffer.toString('latin1', start, end), hash);
  }

  #ofText(text: string): Text {
    let hash = SEED;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
    let found = this.#known.first(hash);
    while (found !== undefined && found.text !== text) found = found.next;
    return found ?? this.#make(text, hash);
  }

  #make(text: string, hash: number): Text {
    const made: Text = { text, hash, next: undefined };
    this.#known.add(made);
    return made;
  }
}

function isText(text: string, buffer: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== buffer[start + at]) return false;
  return true;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text. Strict: bytes that are not UTF-8 break the line. */
export function decode(buffer: Buffer, start: number, end: number): string {
  try {
    return strict.decode(buffer.subarray(start, end));
  } catch {
    throw new BrokenLine('not valid UTF-8');
  }
}

const ESCAPED = /\\(\\|n|")/g;

/** `\\`, `\n` and `\"` undone, any other backslash kept, as Prometheus does. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPED, (_, char: string) => (char === 'n' ? '\n' : char)) : text;
}
