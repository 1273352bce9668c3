import type { Clock } from '../../lib/clock.ts';
import { type Background, InputDecoder, type InputEvent, PAUSES } from './decoder.ts';
import { asPaste, isTypedCommand, isUnmarkedPaste } from './unmarked-paste.ts';

export type KeyReader = {
  /** Ink's standard input: Ink sets the terminal's modes and reads, but never sees a byte. */
  stdin: NodeJS.ReadStream;
  /** Calls `take` with the decoded input of each read; the returned function stops that. */
  listen(take: (events: readonly InputEvent[]) => void): () => void;
  /** Calls `take` when the terminal gains or loses the focus, if it reports that. */
  onFocus(take: (focused: boolean) => void): void;
  /** The background that the terminal has reported; undefined: none yet. */
  background(): Background | undefined;
  /** Calls `take` when the background is reported; the returned function stops that. */
  onBackground(take: () => void): () => void;
};

/** A paste of at least this many keys arrives in several reads with longer pauses (in multiples of the pause after ESC). */
const LONG_PASTE = 1000;
const LONG_PASTE_QUIET = 5;
const FOCUS_REPORTS_ON = '\u001b[?1004h';
const FOCUS_REPORTS_OFF = '\u001b[?1004l';
/** Buttons and wheel, as SGR reports. */
const MOUSE_REPORTS_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_REPORTS_OFF = '\u001b[?1006l\u001b[?1000l';
/** No prompt accepts more; the rest of a paste is read and dropped. */
const LONGEST_PASTE = 100_000;

/**
 * Reads keys instead of Ink, whose decoder mistakes terminal reports for keys and gives up on a sequence after 20 ms. `escapeMs`: how long
 * a lone ESC waits for the rest of a sequence. `write`: to the terminal, which is asked to report its focus while Ink has it, and with
 * `mouse` its wheel.
 */
export function readKeys(
  stdin: NodeJS.ReadStream,
  clock: Clock,
  escapeMs: number,
  write: (sequence: string) => void = () => {},
  mouse = false,
): KeyReader {
  const reportsOn = FOCUS_REPORTS_ON + (mouse ? MOUSE_REPORTS_ON : '');
  const reportsOff = FOCUS_REPORTS_OFF + (mouse ? MOUSE_REPORTS_OFF : '');
  let focused = (_has: boolean) => {};
  let background: Background | undefined;
  const waiting = new Set<() => void>();
  const decoder = new InputDecoder(
    (has) => focused(has),
    (now) => {
      background = now;
      for (const take of waiting) take();
    },
    mouse,
  );
  const pauses = { ...PAUSES, escape: escapeMs };
  const listeners = new Set<(events: readonly InputEvent[]) => void>();
  const deliver = (events: readonly InputEvent[]) => {
    if (events.length > 0) for (const take of listeners) take(events);
  };
  /** A paste in progress: only a pause shows its end. */
  let pasted: readonly InputEvent[] = [];
  let cancel = () => {};
  let cancelPaste = () => {};
  const flush = () => {
    const all = pasted;
    pasted = [];
    deliver(asPaste(all));
  };
  const emit = (events: readonly InputEvent[]) => {
    cancel();
    if (pasted.length > 0 || isUnmarkedPaste(events)) collect(events);
    else deliver(events);
    const { pause } = decoder;
    if (pause !== undefined) cancel = clock.after(pauses[pause], () => emit(decoder.expire(clock.now())));
  };
  const collect = (events: readonly InputEvent[]) => {
    cancelPaste();
    const [head, ...rest] = events;
    // The read begins with the enter of a command: the rest is not part of that command.
    if (head && pasted.length > 0 && isTypedCommand([...pasted, head])) {
      pasted = [...pasted, head];
      flush();
      return rest.length > 0 ? emit(rest) : undefined;
    }
    if (pasted.length < LONGEST_PASTE) pasted = [...pasted, ...events];
    cancelPaste = clock.after(pasted.length < LONG_PASTE ? escapeMs : LONG_PASTE_QUIET * escapeMs, flush);
  };
  const read = () => {
    for (let chunk: unknown = stdin.read(); chunk !== null; chunk = stdin.read())
      emit(decoder.push(Buffer.isBuffer(chunk) ? chunk.toString('latin1') : String(chunk), clock.now()));
    return null;
  };
  const instead: Readonly<Record<PropertyKey, unknown>> = {
    read,
    // Byte for byte: reports may contain invalid UTF-8.
    setEncoding: () => stdin.setEncoding('latin1'),
    setRawMode(raw: boolean) {
      // A program that takes the terminal meanwhile has not requested reports.
      write(raw ? reportsOn : reportsOff);
      if (!raw) {
        cancel();
        cancelPaste();
        pasted = [];
        decoder.reset();
      }
      return stdin.setRawMode(raw);
    },
  };
  return {
    stdin: new Proxy(stdin, {
      get(target, name) {
        if (Object.hasOwn(instead, name)) return instead[name];
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
    onFocus(take) {
      focused = take;
    },
    background: () => background,
    onBackground(take) {
      waiting.add(take);
      return () => void waiting.delete(take);
    },
    listen(take) {
      listeners.add(take);
      return () => void listeners.delete(take);
    },
  };
}
