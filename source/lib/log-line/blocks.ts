import { begins, isHeadedRest, Message } from './message.ts';
import { CONTINUES } from './shapes.ts';

type Texts = {
  readonly first: number;
  readonly end: number;
  plain(line: number): string;
  source(line: number): number;
};

/** Lines searched in each direction for the ends of a message. */
const REACH = 500;
/** Lines before a message that show whether its log has lines without headers, and how many of them must. */
const SEEN_BEFORE = 10;
const MIXED = 2;

/**
 * The numbers of the lines of one message, of one source; lines of other sources between them are left out. Empty lines belong to it if
 * the message continues after them. The result is the same for each of its lines.
 */
export function blockAround(texts: Texts, line: number): number[] {
  if (texts.plain(line).trim() === '') return [line];
  const lines = new SourceLines(texts, texts.source(line));
  let at = lines.startBefore(line);
  for (;;) {
    const block = lines.message(at);
    const next = lines.next(block.at(-1) ?? at);
    if (block.includes(line) || next === undefined || next > line) return block.includes(line) ? block : [line];
    at = next;
  }
}

/** Lines of one source (oldest first) as messages of one or more lines each, without the empty ones between them. */
export function messagesOf(lines: readonly string[]): string[][] {
  const texts = { first: 0, end: lines.length, plain: (line: number) => lines[line] ?? '', source: () => 0 };
  const source = new SourceLines(texts, 0);
  const messages: string[][] = [];
  for (let at = source.next(-1); at !== undefined; ) {
    const block = source.message(at);
    messages.push(block.map(texts.plain));
    at = source.next(block.at(-1) ?? at);
  }
  return messages;
}

/** The lines of one source, without the empty ones. */
class SourceLines {
  readonly #texts: Texts;
  readonly #source: number;

  constructor(texts: Texts, source: number) {
    this.#texts = texts;
    this.#source = source;
  }

  next(line: number): number | undefined {
    for (let at = line + 1; at < Math.min(this.#texts.end, line + REACH); at += 1) if (this.#has(at)) return at;
    return undefined;
  }

  #previous(line: number): number | undefined {
    for (let at = line - 1; at >= Math.max(this.#texts.first, line - REACH); at -= 1) if (this.#has(at)) return at;
    return undefined;
  }

  #has(line: number): boolean {
    return this.#texts.source(line) === this.#source && this.#texts.plain(line).trim() !== '';
  }

  /** The nearest line at or before this one that certainly begins a message. */
  startBefore(line: number): number {
    let at = line;
    for (let steps = 0; steps < REACH; steps += 1) {
      const text = this.#texts.plain(at);
      if (begins(text) && !isHeadedRest(text)) return at;
      const before = this.#previous(at);
      if (before === undefined) return at;
      at = before;
    }
    return at;
  }

  /** The lines of the message that begins at this line. */
  message(head: number): number[] {
    const { plain } = this.#texts;
    const message = new Message(this.#texts.plain(head), () => this.#isMixed(head));
    const block = [head];
    let last = head;
    for (let at = this.next(head); at !== undefined && block.length < REACH; at = this.next(at)) {
      const text = plain.call(this.#texts, at);
      if (!message.goesOn(text, this.#empties(last, at).length > 0, { ahead: (n) => this.#ahead(at ?? last, n) }))
        break;
      message.take(text);
      block.push(...this.#empties(last, at), at);
      last = at;
    }
    return block;
  }

  #ahead(line: number, count: number): string | undefined {
    let at: number | undefined = line;
    for (let n = 0; n < count && at !== undefined; n += 1) at = this.next(at);
    return at === undefined ? undefined : this.#texts.plain(at);
  }

  #empties(from: number, to: number): number[] {
    const empties: number[] = [];
    for (let at = from + 1; at < to; at += 1) if (this.#texts.source(at) === this.#source) empties.push(at);
    return empties;
  }

  #isMixed(head: number): boolean {
    let plain = 0;
    let at = this.#previous(head);
    for (let n = 0; n < SEEN_BEFORE && at !== undefined; n += 1, at = this.#previous(at)) {
      const text = this.#texts.plain(at);
      if (!begins(text) && !CONTINUES.test(text)) plain += 1;
    }
    return plain > MIXED;
  }
}
