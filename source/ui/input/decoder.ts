import { type KeyPress, keyOf, keysOfText } from './keys.ts';
import { csiKey, ss3Key } from './sequences.ts';

/** Input of a terminal: a key, or pasted text (as received, not made safe). `pasted`: it may edit, but not act. */
export type InputEvent = ({ kind: 'key'; pasted?: true } & KeyPress) | { kind: 'paste'; text: string };

/** Pauses (ms) after which incomplete input is abandoned. */
export type Pauses = {
  /** After a lone ESC: then it was the key `esc`, not the first byte of a sequence. */
  escape: number;
  /** Within a sequence or report: then its rest is lost. */
  sequence: number;
  /** Within a paste: then its end is lost. */
  paste: number;
};

export const PAUSES: Pauses = { escape: 200, sequence: 2000, paste: 5000 };

/** The terminal's background. */
export type Background = 'dark' | 'light';

/** The names under which the wheel comes among the keys. They are no keys: no binding can have them. */
const WHEELS = ['wheel-up', 'wheel-down'] as const;
type Wheel = (typeof WHEELS)[number];

/** A sequence at the start of a text: complete with length and meaning, or the pause after which it counts as incomplete. */
type Token =
  | {
      length: number;
      events?: readonly InputEvent[];
      focused?: boolean;
      background?: Background;
      wheel?: Wheel;
    }
  | { open: keyof Pauses };

const ESC = '\u001b';
const CTRL_C = '\u0003';
const PASTE_END = `${ESC}[201~`;
/** Maximum number of bytes kept of an unfinished sequence or paste; its end is still recognised. */
const LIMIT = 1 << 16;
const TAIL = 16;

/**
 * Splits the bytes of a terminal into keys, pastes and reports. Reports (answers to queries, mouse, focus) are dropped
 * as a whole, even if they arrive in pieces: none of their bytes is ever a key. Has no timer: the caller waits for `pause` ms
 * without a byte, then calls `expire`.
 */
export class InputDecoder {
  readonly #onFocus: (focused: boolean) => void;
  readonly #onBackground: (background: Background) => void;
  readonly #mouse: boolean;
  #pending = '';
  #utf8 = new TextDecoder();
  /** When a lone ESC was returned as a key: the rest of a very late sequence may follow. */
  #escapedAt = Number.NEGATIVE_INFINITY;

  /**
   * `onFocus`: the terminal reports that it gained or lost the focus; `onBackground`: it reports its background; `mouse`: turns of the
   * wheel are wanted, which come as keys without a text.
   */
  constructor(
    onFocus: (focused: boolean) => void = () => {},
    onBackground: (background: Background) => void = () => {},
    mouse = false,
  ) {
    this.#mouse = mouse;
    this.#onFocus = onFocus;
    this.#onBackground = onBackground;
  }

  /** The meaning of the bytes of one read; `latin1` holds one byte per character, `now` is in ms. */
  push(latin1: string, now: number): InputEvent[] {
    // A paste without an end must not lock the keyboard.
    if (latin1 === CTRL_C && this.pause === 'paste') this.reset();
    const text = this.#pending + latin1;
    const late = this.#pending === '' && now - this.#escapedAt < PAUSES.sequence;
    this.#escapedAt = Number.NEGATIVE_INFINITY;
    this.#pending = '';
    if (late && isTail(latin1)) return [];
    const events: InputEvent[] = [];
    for (let at = 0; at < text.length; ) {
      const token = text[at] === ESC ? sequenceAt(text, at) : this.#text(text, at);
      if ('open' in token) {
        this.#pending = bounded(text.slice(at));
        break;
      }
      if (token.focused !== undefined) this.#onFocus(token.focused);
      if (token.background !== undefined) this.#onBackground(token.background);
      if (token.wheel !== undefined && this.#mouse) events.push({ kind: 'key', name: token.wheel, text: '' });
      events.push(...(token.events ?? []));
      at += token.length;
    }
    return events;
  }

  /** The pause that ends the incomplete input; undefined if there is none. */
  get pause(): keyof Pauses | undefined {
    if (this.#pending === '') return undefined;
    const token = sequenceAt(this.#pending, 0);
    return 'open' in token ? token.open : undefined;
  }

  /** Nothing more came: a lone ESC is the key, a report is dropped, a paste ends with what arrived. */
  expire(now: number): InputEvent[] {
    const { pause } = this;
    const rest = this.#pending;
    this.#pending = '';
    if (pause === 'paste') return [pasted(rest.slice(PASTE_END.length))];
    if (pause !== 'escape') return [];
    this.#escapedAt = now;
    return [...rest].map((char) => ({ kind: 'key', ...keyOf(char) }));
  }

  /** Forgets incomplete input, such as when the terminal is handed over. */
  reset(): void {
    this.#pending = '';
    this.#utf8 = new TextDecoder();
  }

  #text(text: string, at: number): Token {
    const next = text.indexOf(ESC, at);
    const end = next === -1 ? text.length : next;
    const decoded = this.#utf8.decode(bytes(text.slice(at, end)), { stream: true });
    return { length: end - at, events: keysOfText(decoded).map((key) => ({ kind: 'key', ...key })) };
  }
}

/** Whether bytes can be the late rest of a sequence whose ESC was taken for the key: exactly one sequence. */
function isTail(latin1: string): boolean {
  if (!/^[[\]OPX^_]./.test(latin1)) return false;
  const token = sequenceAt(ESC + latin1, 0);
  return 'length' in token && token.length === latin1.length + 1;
}

/** The sequence that begins with the ESC at `at`. */
function sequenceAt(text: string, at: number): Token {
  const introducer = text[at + 1];
  if (introducer === undefined) return { open: 'escape' };
  if (introducer === ESC) return doubleEscape(text, at);
  const token = introduced(text, at + 1, false);
  return 'open' in token ? token : { ...token, length: token.length + 1 };
}

/** Two ESC: rxvt's alt with an arrow, or the key pressed twice. */
function doubleEscape(text: string, at: number): Token {
  const third = text[at + 2];
  if (third === undefined) return { open: 'escape' };
  if (third !== '[' && third !== 'O') return { length: 1, events: [{ kind: 'key', ...keyOf(ESC) }] };
  const token = introduced(text, at + 2, true);
  return 'open' in token ? token : { ...token, length: token.length + 2 };
}

/** From the character after ESC on. */
function introduced(text: string, at: number, alt: boolean): Token {
  switch (text[at]) {
    case '[':
      return csi(text, at, alt);
    case 'O':
      return ss3(text, at, alt);
    case ']':
      return withBackground(controlString(text, at), text, at);
    case 'P':
    case 'X':
    case '^':
    case '_':
      return controlString(text, at);
    case '\\':
      // The end of an abandoned string.
      return { length: 1 };
    default:
      return altKey(text, at);
  }
}

const CSI = /\[(?:\[[^\u0000-\u001f]|[235678]\$|[0-?]*[ -/]*[@-Z\\-~])/y;
const OPEN_CSI = /\[(?:\[|[0-?]*[ -/]*)$/y;
/** A turn of the wheel (SGR mouse report), without other keys. */
const WHEEL = /^\[<6([45]);\d+;\d+M$/;
/** Bytes of an old mouse report after `ESC [ M`: button, column, row. */
const X10 = 3;

function csi(text: string, at: number, alt: boolean): Token {
  const found = matchAt(CSI, text, at);
  if (found === undefined) {
    if (matchAt(OPEN_CSI, text, at) !== undefined) return { open: 'sequence' };
    // Interrupted by a control character, which is a key again.
    return { length: matchAt(/\[[ -?]*/y, text, at)?.length ?? 1 };
  }
  if (found === '[M') {
    if (text.length < at + 2 + X10) return { open: 'sequence' };
    return { length: 2 + X10 };
  }
  if (found === '[200~') return paste(text, at);
  const wheel = WHEEL.exec(found)?.[1];
  if (wheel !== undefined) return { length: found.length, wheel: wheel === '4' ? 'wheel-up' : 'wheel-down' };
  if (found === '[I' || found === '[O') return { length: found.length, focused: found === '[I' };
  return single(found.length, csiKey(found.slice(1), alt));
}

function ss3(text: string, at: number, alt: boolean): Token {
  const found = matchAt(/O[0-9;]*[@-~]/y, text, at);
  if (found !== undefined) return single(found.length, ss3Key(found.slice(1), alt));
  return matchAt(/O[0-9;]*$/y, text, at) === undefined ? altKey(text, at) : { open: 'sequence' };
}

function paste(text: string, at: number): Token {
  const start = at + '[200~'.length;
  const end = text.indexOf(PASTE_END, start);
  if (end === -1) return { open: 'paste' };
  return { length: end + PASTE_END.length - at, events: [pasted(text.slice(start, end))] };
}

/** OSC, DCS, APC, PM, SOS: up to BEL or ST. Another ESC, CAN, SUB or ctrl-c also ends it, so that the keyboard is never locked. */
function controlString(text: string, at: number): Token {
  for (let index = at + 1; index < text.length; index += 1) {
    const char = text[index];
    if (char === '\u0007' || char === '\u0018' || char === '\u001a') return { length: index + 1 - at };
    if (char === '\u0003') return { length: index - at };
    if (char !== ESC) continue;
    if (index + 1 === text.length) return { open: 'sequence' };
    return { length: text[index + 1] === '\\' ? index + 2 - at : index - at };
  }
  return { open: 'sequence' };
}

const BACKGROUND = /^\]11;rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i;

/** The answer to OSC 11, `rgb:ffff/ffff/ffff` with one to four digits each. */
function withBackground(token: Token, text: string, at: number): Token {
  if ('open' in token) return token;
  const [, ...channels] = BACKGROUND.exec(text.slice(at, at + token.length)) ?? [];
  if (channels.length < 3) return token;
  const [red = 0, green = 0, blue = 0] = channels.map(
    (digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1),
  );
  return { ...token, background: 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark' };
}

function altKey(text: string, at: number): Token {
  const first = text.charCodeAt(at);
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const [char = ''] = new TextDecoder().decode(bytes(text.slice(at, at + size)));
  return single(size, char === '\ufffd' ? undefined : keyOf(char, true));
}

function single(length: number, key: KeyPress | undefined): Token {
  return key === undefined ? { length } : { length, events: [{ kind: 'key', ...key }] };
}

function pasted(latin1: string): InputEvent {
  return { kind: 'paste', text: new TextDecoder().decode(bytes(latin1)) };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function bytes(latin1: string): Uint8Array {
  return Buffer.from(latin1, 'latin1');
}

/** The middle of an overlong input is dropped: its beginning identifies it, its end is still searched for. */
function bounded(text: string): string {
  return text.length <= LIMIT ? text : text.slice(0, LIMIT - TAIL) + text.slice(-TAIL);
}
