import { type Before, levelAt } from './header-level.ts';
import {
  CLOSING,
  DASH_END,
  DASHES,
  GLOG,
  GLOG_PLACE,
  GLUED_NAME,
  PAIR,
  PIPES,
  REDIS,
  REDIS_SIGNS,
  SIGNS,
  TOKEN,
} from './header-shapes.ts';
import { isName, levelInside } from './header-words.ts';
import { type LogLevel, levelOfWord, strongLevel, syslogLevel } from './level.ts';
import { messageStart, skipBlanks } from './message-start.ts';
import { timeEnd } from './time.ts';

/** The header before the message of a line. */
export type Header = {
  level?: LogLevel;
  /** Where the program's own timestamp is. */
  time?: readonly [start: number, end: number];
  /** Where the message begins. */
  message: number;
  /** The rest is `key=value` pairs, which may include a level. */
  pairs: boolean;
};

/** The most characters and parts of a header. */
const LONGEST = 400;
const MOST_PARTS = 16;
/** Words of prose before a level: a host, a program, a logger without a dot. */
const MOST_PROSE = 4;

/** Reads the header before the message of a plain-text line. Linear in its length. */
export function readHeader(text: string): Header {
  return new HeaderReader(text).read();
}

class HeaderReader {
  readonly #text: string;
  readonly #end: number;
  #at = 0;
  #before: Before = 'start';
  /** Two blanks or a tab were before this part. */
  #wide = false;
  #prose = 0;
  #time?: readonly [number, number];
  #level?: LogLevel;
  /** A word that may be a level: it counts if no better one follows. */
  #tentative?: { level: LogLevel; end: number; priority?: boolean };
  /** Where the message begins when there is no level. */
  #rest = 0;
  #pairs = false;

  constructor(text: string) {
    this.#text = text;
    this.#end = Math.min(text.length, LONGEST);
  }

  read(): Header {
    for (let parts = 0; parts < MOST_PARTS && this.#level === undefined; parts += 1) {
      this.#blanks();
      if (this.#at >= this.#end || !this.#part()) break;
    }
    const level = this.#level ?? this.#tentative?.level;
    const guessed = this.#level === undefined ? this.#tentative : undefined;
    const from = guessed ? (guessed.priority ? Math.max(guessed.end, this.#rest) : guessed.end) : this.#at;
    if (level === undefined) return { time: this.#time, message: this.#rest, pairs: this.#pairs };
    return { level, ...messageStart(this.#text, from, this.#time), pairs: this.#pairs };
  }

  #blanks(): void {
    const from = this.#at;
    let tab = false;
    for (; this.#at < this.#end; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 9) tab = true;
      else if (code !== 32) break;
    }
    this.#wide = tab || this.#at - from > 1;
  }

  /** Reads the next part; false where the header ends without a level. */
  #part(): boolean {
    const character = this.#text[this.#at] ?? '';
    const end = this.#timeEnd(false);
    if (end > 0) return this.#took(end, 'time', true);
    if (this.#before === 'time' && this.#redisSign(character)) return true;
    if (character in CLOSING) return this.#bracket(character);
    if (PIPES.includes(character)) return this.#took(this.#at + 1, 'pipe', true);
    if (DASHES.includes(character) && DASH_END.test(this.#text[this.#at + 1] ?? ''))
      return this.#took(this.#at + 1, 'dash', true);
    if (character === ':')
      return this.#took(
        this.#at + 1,
        'colon',
        this.#before === 'time' || /[\]>}]/.test(this.#text[this.#at - 1] ?? ''),
      );
    if (character === ',' || character === '*' || character === '#') return this.#took(this.#at + 1, this.#before);
    return this.#sign() || this.#word();
  }

  /** `aside`: a part of the header, not of the message. */
  #took(end: number, what: Before, aside = false): true {
    this.#at = end;
    this.#before = what;
    if (aside) this.#rest = skipBlanks(this.#text, end);
    return true;
  }

  #timeEnd(bracketed: boolean): number {
    const end = timeEnd(this.#text, this.#at, bracketed);
    if (end > 0) this.#time ??= [this.#at, end];
    return end;
  }

  /** Redis signs its lines: debug, verbose, notice, warning. */
  #redisSign(character: string): boolean {
    const [start = 0] = this.#time ?? [];
    const level = REDIS_SIGNS[character];
    if (level === undefined || this.#text[this.#at + 1] !== ' ' || !REDIS.test(this.#text.slice(0, start)))
      return false;
    this.#level = level;
    this.#at += 2;
    return true;
  }

  /** A symbol before everything: ❌ ✖ ⚠. */
  #sign(): boolean {
    const code = this.#text.codePointAt(this.#at) ?? 0;
    if (code < 0xd7) return false;
    const sign = String.fromCodePoint(code);
    const level = SIGNS.get(sign);
    if (level === undefined && !/\p{Extended_Pictographic}|\p{So}|\ufe0f|\u200d|•|·/u.test(sign)) return false;
    if (level) this.#tentative ??= { level, end: this.#at };
    this.#at += sign.length;
    if (this.#before !== 'time') this.#before = 'pipe';
    return true;
  }

  #bracket(open: string): boolean {
    const start = this.#at;
    const close = this.#closing(open);
    if (close < 0 || (open === '{' && close - start > 80)) return false;
    const inner = this.#text.slice(start + 1, close);
    if (open === '{' && /["':] /.test(inner)) return false;
    if (start === 0 && open === '<' && /^\d{1,3}$/.test(inner)) this.#priority(Number(inner), close + 1);
    // `(C)` is a copyright.
    else if (open !== '(' || inner.trim().length > 1) this.#inside(inner, close + 1);
    return this.#took(
      close + 1,
      this.#before === 'time' && this.#level === undefined ? 'time' : 'bracket',
      open !== '(' && !(open === '{' && inner.includes(' ')) && this.#prose === 0,
    );
  }

  #closing(open: string): number {
    const close = CLOSING[open] ?? '';
    const last = Math.min(this.#text.length, this.#at + 200);
    let depth = 0;
    for (let at = this.#at; at < last; at += 1) {
      const character = this.#text[at];
      if (character === open) depth += 1;
      else if (character === close) {
        depth -= 1;
        if (depth === 0) return at;
      }
    }
    return -1;
  }

  /** `<131>` of syslog, `<3>` of sd-daemon. */
  #priority(value: number, end: number): void {
    const level = value <= 191 ? syslogLevel(value % 8) : undefined;
    if (level) this.#tentative = { level, end, priority: true };
  }

  #inside(inner: string, end: number): void {
    const start = this.#at;
    this.#at = start + 1;
    const ends = this.#timeEnd(true);
    this.#at = start;
    const timed = ends > 0 && ends < end;
    const rest = timed ? inner.slice(ends - start - 1) : inner;
    const found = levelInside(rest, timed);
    if (!found) {
      this.#letterAndTime(inner, start);
      return;
    }
    if (found.sure) this.#level = found.level;
    else this.#tentative ??= { level: found.level, end };
  }

  /** `[E 261128 15:52:10 module:2]`, `[ERROR 2026-01-15 …]`. */
  #letterAndTime(inner: string, start: number): void {
    const [word = '', gap = ''] = inner.split(/( {1,4})/, 2);
    const level = /^(?:[TDIWEFC]|[A-Z]{3,9})$/.test(word) ? levelOfWord(word) : undefined;
    if (level === undefined || gap === '') return;
    const at = start + 1 + word.length + gap.length;
    const end = timeEnd(this.#text, at);
    if (end < 0) return;
    this.#time ??= [at, end];
    this.#level = level;
  }

  #word(): boolean {
    TOKEN.lastIndex = this.#at;
    const [whole = ''] = TOKEN.exec(this.#text) ?? [];
    if (whole === '') return false;
    // `ERROR:root:message` of Python's basicConfig.
    const [glued = ''] = /^[A-Z]{3,10}:(?=\S)/.exec(whole) ?? [];
    const token = strongLevel(glued.slice(0, -1)) ? glued : whole;
    const end = this.#at + token.length;
    if (this.#text[end] === '=') return this.#pair(token, end);
    if (this.#glog()) return true;
    const bare = /^[*#@_.-]{0,3}(.*?)[:!>.*#_-]{0,3}$/.exec(token)?.[1] ?? token;
    const found = this.#levelAt(token, bare, end);
    if (found?.sure) {
      this.#level = found.level;
      GLUED_NAME.lastIndex = end;
      this.#at = token === glued && GLUED_NAME.test(this.#text) ? GLUED_NAME.lastIndex : end;
      return true;
    }
    if (found) this.#tentative ??= { level: found.level, end };
    return this.#passWord(token, bare, end);
  }

  #levelAt(token: string, bare: string, end: number): ReturnType<typeof levelAt> {
    return levelAt({
      text: this.#text,
      at: this.#at,
      end,
      token,
      bare,
      before: this.#before,
      wide: this.#wide,
      prose: this.#prose,
      timed: this.#time !== undefined,
    });
  }

  /** A word that is not a level; false when the message seems to have begun. */
  #passWord(token: string, bare: string, end: number): boolean {
    const next = this.#text[end] ?? '';
    const colon = token.endsWith(':');
    if (/^[+-]?\d[\d.]*:?$/.test(token)) this.#took(end, colon ? 'colon' : token.includes('.') ? 'decimal' : 'number');
    else if (colon || next === '[' || next === '(' || isName(bare)) {
      this.#took(end, colon ? 'colon' : 'name');
      if (colon && !isName(bare)) this.#prose += 1;
    } else {
      this.#prose += 1;
      this.#took(end, 'word');
    }
    return this.#prose <= MOST_PROSE;
  }

  #pair(key: string, at: number): boolean {
    PAIR.lastIndex = at;
    if (!PAIR.test(this.#text)) return false;
    this.#pairs = true;
    if (/^(?:level|lvl|severity|loglevel|log\.level)$/i.test(key)) return false;
    return this.#took(PAIR.lastIndex, 'name');
  }

  /** `E0115 09:15:02.135006       1 order.go:12] message` of glog and klog. */
  #glog(): boolean {
    GLOG.lastIndex = this.#at;
    if (!GLOG.test(this.#text)) return false;
    this.#level = levelOfWord(this.#text[this.#at] ?? '');
    this.#time ??= [this.#at + 1, GLOG.lastIndex];
    this.#at = GLOG.lastIndex;
    GLOG_PLACE.lastIndex = this.#at;
    if (GLOG_PLACE.test(this.#text)) this.#at = GLOG_PLACE.lastIndex;
    return true;
  }
}
