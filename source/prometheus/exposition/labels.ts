import {
  CLOSE,
  COLON,
  COMMA,
  EQUAL,
  isNamePart,
  nameEnd,
  OPEN,
  QUOTE,
  quoteEnd,
  SPACE,
  sameBytes,
  skipBlanks,
  TAB,
} from './bytes.ts';
import { BrokenLine, type StringTable, type Text } from './string-table.ts';

/** A label of the previous line: its bytes from its name to its closing quote, and their content. */
type Place = { start: number; end: number; name: Text; value: Text; hash: number };

/**
 * Reads the names and labels of one body. Neighbouring lines share nearly all labels, so each label is first compared with the one at the
 * same position of the previous line; only a new one is parsed.
 */
export class LabelParser {
  readonly #buffer: Buffer;
  readonly #texts: StringTable;
  readonly #none: Text;
  #bare: { start: number; end: number; text: Text };
  readonly #places: Place[] = [];
  /** Positions sorted by the names of their labels. */
  #order: number[] = [];
  /** Whether `#order` is valid for the current names. */
  #ordered = true;
  readonly #labels: string[] = [];
  /** The metric's name. */
  name = '';
  /** Hash of name and labels, independent of their order. */
  hash = 0;
  /** First byte after what was read. */
  end = 0;

  constructor(buffer: Buffer, texts: StringTable) {
    this.#buffer = buffer;
    this.#texts = texts;
    this.#none = texts.of(buffer, 0, 0);
    this.#bare = { start: 0, end: 0, text: this.#none };
  }

  /** Flat pairs sorted by name, without empty values, which count as no label. Overwritten by the next line. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  /** Reads `name{a="b"}`, `{"quoted name",a="b"}` or a bare name at `at`. Throws BrokenLine. */
  read(at: number): void {
    const bare = this.#readBare(at);
    const open = skipBlanks(this.#buffer, this.end);
    let name = bare;
    if (this.#buffer[open] === OPEN && !isComposite(this.#buffer, open)) {
      const quoted = this.readBraces(open);
      if (bare === this.#none) name = quoted;
      else if (quoted !== this.#none) throw new BrokenLine(`it has two metric names, ${bare.text} and ${quoted.text}`);
      if (name === this.#none) throw new BrokenLine('the metric name is missing');
    } else {
      if (bare === this.#none) throw new BrokenLine('it does not begin with a metric name');
      this.#labels.length = 0;
      this.hash = 0;
    }
    this.name = name.text;
    this.hash = (this.hash + name.hash) | 0;
  }

  #readBare(at: number): Text {
    const { start, end, text } = this.#bare;
    this.end = at + end - start;
    if (sameBytes(this.#buffer, at, this.#buffer, start, end) && !isNamePart(this.#buffer[this.end])) return text;
    this.end = nameEnd(this.#buffer, at, true);
    this.#bare = { start: at, end: this.end, text: this.#texts.of(this.#buffer, at, this.end) };
    return this.#bare.text;
  }

  /** Reads labels in braces, at `open`. Returns a quoted text without an equals sign: the metric's name. Throws BrokenLine. */
  readBraces(open: number): Text {
    const buffer = this.#buffer;
    let name = this.#none;
    let count = 0;
    let at = skipBlanks(buffer, open + 1);
    while (buffer[at] !== CLOSE) {
      const before = this.#places[count];
      if (before !== undefined && sameBytes(buffer, at, buffer, before.start, before.end)) {
        at += before.end - before.start;
        count += 1;
      } else {
        const text = this.#readName(at);
        const next = skipBlanks(buffer, this.end);
        if (buffer[next] === EQUAL) {
          at = this.#readValue(count, at, text, skipBlanks(buffer, next + 1));
          count += 1;
        } else if (buffer[at] === QUOTE && name === this.#none) {
          name = text;
          at = next;
        } else throw new BrokenLine(`label ${text.text} has no equals sign`);
      }
      at = separator(buffer, skipBlanks(buffer, at));
    }
    this.end = at + 1;
    if (!this.#ordered || this.#order.length !== count) this.#sort(count);
    this.#gather();
    return name;
  }

  #readName(at: number): Text {
    if (this.#buffer[at] === QUOTE) return this.#readQuoted(at);
    this.end = nameEnd(this.#buffer, at, false);
    if (this.end === at) throw new BrokenLine('a label name is missing or has a character that needs quotes');
    return this.#texts.of(this.#buffer, at, this.end);
  }

  #readValue(index: number, start: number, name: Text, at: number): number {
    if (this.#buffer[at] !== QUOTE) throw new BrokenLine(`the value of label ${name.text} is not quoted`);
    const value = this.#readQuoted(at);
    this.#places[index] ??= { start, end: start, name: this.#none, value, hash: 0 };
    const place = this.#places[index];
    if (place.name !== name) this.#ordered = false;
    place.start = start;
    place.end = this.end;
    place.name = name;
    place.value = value;
    place.hash = Math.imul(name.hash | 1, value.hash);
    return this.end;
  }

  #readQuoted(at: number): Text {
    const close = quoteEnd(this.#buffer, at);
    if (close < 0) throw new BrokenLine('a quoted text is not closed');
    this.end = close + 1;
    return this.#texts.of(this.#buffer, at + 1, close);
  }

  /** Sorts the first `count` positions by name. Throws if a name occurs twice. */
  #sort(count: number): void {
    const order: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const name = this.#nameAt(index);
      let to = index;
      for (; to > 0 && this.#nameAt(order[to - 1]) > name; to -= 1) order[to] = order[to - 1] ?? 0;
      if (to > 0 && this.#nameAt(order[to - 1]) === name) throw new BrokenLine(`label ${name} is there twice`);
      order[to] = index;
    }
    this.#order = order;
    this.#ordered = true;
  }

  #nameAt(index = 0): string {
    return this.#places[index]?.name.text ?? '';
  }

  #gather(): void {
    let size = 0;
    let hash = 0;
    for (const index of this.#order) {
      const place = this.#places[index];
      if (place === undefined || place.value === this.#none) continue;
      this.#labels[size] = place.name.text;
      this.#labels[size + 1] = place.value.text;
      size += 2;
      hash = (hash + place.hash) | 0;
    }
    this.#labels.length = size;
    this.hash = hash;
  }
}

/** Whether the brace at `open` begins a composite value such as {count:5,sum:2} (a native histogram) and not labels. */
function isComposite(buffer: Uint8Array, open: number): boolean {
  const start = skipBlanks(buffer, open + 1);
  const end = nameEnd(buffer, start, false);
  return end > start && buffer[end] === COLON;
}

/** Between labels: a comma, or (as the text format's own parser allows) only a blank. */
function separator(buffer: Uint8Array, at: number): number {
  if (buffer[at] === COMMA) return skipBlanks(buffer, at + 1);
  const before = buffer[at - 1];
  if (buffer[at] === CLOSE || before === SPACE || before === TAB) return at;
  throw new BrokenLine('a comma or a closing brace is missing between labels');
}
