import { FLAGS } from '../engine/logs/flags.ts';
import { TwoGenerationCache } from '../lib/cache.ts';
import { blockAround } from '../lib/log-line/blocks.ts';
import { type Recognised, recognise } from '../lib/log-line/recognise.ts';
import { isKeyLine, MASK, maskText } from '../lib/secrets.ts';
import type { LogBuffer } from './buffer.ts';
import { PLAIN_STYLE, plainText, type Span, spansOf } from './spans.ts';

type Parsed = { plain: string; masked?: string; spans?: Span[]; recognised?: Recognised };

/** A displayed line. */
export type ShownLine = { plain: string; spans: readonly Span[]; recognised: Recognised };

/** Cached parsed lines: a few screens. */
const KEPT = 1000;
/** Maximum number of lines of a private key. */
const KEY_LINES = 100;

/** The lines of a buffer as text: parsed when first needed, and cached while they are displayed. */
export class LineTexts {
  readonly buffer: LogBuffer;
  readonly #parsed = new TwoGenerationCache<number, Parsed>(KEPT);
  #messages = new TwoGenerationCache<number, readonly number[]>(KEPT);
  #messagesEnd = 0;

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
  }

  get first(): number {
    return this.buffer.first;
  }

  get end(): number {
    return this.buffer.end;
  }

  /** Whether it is a note about the stream rather than a line of the program. */
  isNote(line: number): boolean {
    return (this.buffer.flags(line) & FLAGS.note) !== 0;
  }

  source(line: number): number {
    return this.buffer.source(line);
  }

  /** Safe text without styles. */
  plain(line: number): string {
    return this.#of(line).plain;
  }

  /** Safe text without styles, with every secret masked. */
  masked(line: number): string {
    const parsed = this.#of(line);
    parsed.masked ??= this.#isInKey(line) ? MASK : maskText(parsed.plain);
    return parsed.masked;
  }

  /** A line for the screen. A line with a secret loses its own colours when it is masked. */
  shown(line: number, mask: boolean): ShownLine {
    const parsed = this.#of(line);
    const masked = mask ? this.masked(line) : parsed.plain;
    if (masked !== parsed.plain)
      return { plain: masked, spans: [{ text: masked, style: PLAIN_STYLE }], recognised: recognise(masked) };
    parsed.spans ??= spansOf(this.buffer.text(line));
    return { plain: masked, spans: parsed.spans, recognised: this.recognised(line) };
  }

  recognised(line: number): Recognised {
    const parsed = this.#of(line);
    parsed.recognised ??= recognise(parsed.plain);
    return parsed.recognised;
  }

  /** The lines of the message that a line belongs to. */
  message(line: number): readonly number[] {
    // The newest message may still be incomplete.
    if (this.end !== this.#messagesEnd) this.#messages = new TwoGenerationCache(KEPT);
    this.#messagesEnd = this.end;
    return this.#messages.get(line, () => blockAround(this, line));
  }

  /** Whether a private key began in earlier lines of the same source and has not ended. */
  #isInKey(line: number): boolean {
    const source = this.source(line);
    if (!isKeyLine(this.plain(line))) return false;
    for (let at = line - 1; at >= Math.max(this.first, line - KEY_LINES); at -= 1) {
      if (this.source(at) !== source) continue;
      const text = this.plain(at);
      if (/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/.test(text)) return !text.includes('-----END ');
      if (!isKeyLine(text)) return false;
    }
    return false;
  }

  #of(line: number): Parsed {
    return this.#parsed.get(line, () => ({ plain: plainText(this.buffer.text(line)) }));
  }
}
