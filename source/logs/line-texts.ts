import { TwoGenerationCache } from '../lib/cache.ts';
import { type Recognised, recognise } from '../lib/log-line/recognise.ts';
import type { LogBuffer } from './buffer.ts';
import { plainText, type Span, spansOf } from './spans.ts';

type Parsed = { plain: string; spans?: Span[]; recognised?: Recognised };

/** Lines whose parsed form is kept: a few screens. */
const KEPT = 1000;

/** The lines of a buffer as text: parsed when they are first seen, and kept while they are looked at. */
export class LineTexts {
  readonly buffer: LogBuffer;
  readonly #parsed = new TwoGenerationCache<number, Parsed>(KEPT);

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
  }

  get first(): number {
    return this.buffer.first;
  }

  get end(): number {
    return this.buffer.end;
  }

  source(line: number): number {
    return this.buffer.source(line);
  }

  /** Safe text without styles. */
  plain(line: number): string {
    return this.#of(line).plain;
  }

  spans(line: number): readonly Span[] {
    const parsed = this.#of(line);
    parsed.spans ??= spansOf(this.buffer.text(line));
    return parsed.spans;
  }

  recognised(line: number): Recognised {
    const parsed = this.#of(line);
    parsed.recognised ??= recognise(parsed.plain);
    return parsed.recognised;
  }

  #of(line: number): Parsed {
    return this.#parsed.get(line, () => ({ plain: plainText(this.buffer.text(line)) }));
  }
}
