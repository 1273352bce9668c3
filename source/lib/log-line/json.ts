/** A value of a JSON object at any depth, as written, so that no digit of a number is lost. */
export type JsonValue = {
  /** Keys from the outermost on. */
  path: readonly string[];
  /** As written. */
  raw: string;
  kind: 'text' | 'number' | 'word' | 'object' | 'list';
};

/** How deep to read, and how many values at most. */
const DEEPEST = 4;
const MOST = 400;

/**
 * The values of the object that begins at `at`, outer before inner, in order. `end` is the position after its closing brace, or -1 where
 * the text ends first; only complete values are returned then. Undefined where no object begins. Linear.
 */
export function readJson(text: string, at = 0): { values: JsonValue[]; end: number } | undefined {
  if (text[at] !== '{') return undefined;
  const reader = new JsonReader(text);
  const end = reader.object(at, []);
  if (end < -1 || (reader.values.length === 0 && end < 0)) return undefined;
  return { values: reader.values, end };
}

/** The text of a value: decoded if it is a string, else as written. */
export function textOf({ kind, raw }: JsonValue): string {
  if (kind !== 'text') return raw;
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    const decoded: unknown = JSON.parse(raw);
    return typeof decoded === 'string' ? decoded : raw;
  } catch {
    return raw.slice(1, -1);
  }
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity/y;
const BLANK = /[ \t\r\n]*/y;

/** Returns the position after what was read; -1 where the text ends first, -2 where it is not JSON. */
class JsonReader {
  readonly values: JsonValue[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  object(start: number, path: readonly string[]): number {
    let at = this.#blank(start + 1);
    if (this.#text[at] === '}') return at + 1;
    for (;;) {
      const keyEnd = this.#match(STRING, at);
      if (keyEnd < 0) return this.#broken(at);
      const key = this.#text.slice(at + 1, keyEnd - 1);
      at = this.#blank(keyEnd);
      if (this.#text[at] !== ':') return this.#broken(at);
      at = this.#value(this.#blank(at + 1), [...path, key]);
      if (at < 0) return at;
      at = this.#blank(at);
      if (this.#text[at] === '}') return at + 1;
      if (this.#text[at] !== ',') return this.#broken(at);
      at = this.#blank(at + 1);
    }
  }

  #value(at: number, path: readonly string[]): number {
    const character = this.#text[at];
    if (character === '"') return this.#add('text', path, at, this.#match(STRING, at));
    if (character === '{') return this.#nested('object', at, path);
    if (character === '[') return this.#nested('list', at, path);
    const end = this.#match(SCALAR, at);
    const kind = character === '-' || (character ?? '') <= '9' ? 'number' : 'word';
    // A number at the end of cut text may be incomplete.
    return end === this.#text.length ? -1 : this.#add(kind, path, at, end);
  }

  #nested(kind: 'object' | 'list', at: number, path: readonly string[]): number {
    const place = this.values.length;
    const into = kind === 'object' && path.length < DEEPEST && place < MOST;
    const end = into ? this.object(at, path) : this.#skip(at);
    if (end >= 0 && place < MOST) this.values.splice(place, 0, { path, raw: this.#text.slice(at, end), kind });
    return end;
  }

  #add(kind: JsonValue['kind'], path: readonly string[], at: number, end: number): number {
    if (end < 0) return this.#broken(at);
    if (this.values.length < MOST) this.values.push({ path, raw: this.#text.slice(at, end), kind });
    return end;
  }

  /** Skips a list or an object by its brackets. */
  #skip(start: number): number {
    let depth = 0;
    for (let at = start; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === '"') {
        const end = this.#match(STRING, at);
        if (end < 0) return -1;
        at = end - 1;
      } else if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
    }
    return -1;
  }

  #broken(at: number): number {
    return at >= this.#text.length || this.#text[at] === '"' ? -1 : -2;
  }

  #blank(at: number): number {
    BLANK.lastIndex = at;
    BLANK.test(this.#text);
    return BLANK.lastIndex;
  }

  #match(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(this.#text) ? pattern.lastIndex : -1;
  }
}
