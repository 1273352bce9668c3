import type { StatusSink } from '../../actions/action.ts';
import type { Clock } from '../../lib/clock.ts';
import { maskText } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import type { TextLine } from '../../ui/text-view/TextView.tsx';

/** The output of a command so far, as lines for the screen: without control sequences, secrets masked, stderr marked. */
export type Output = {
  subscribe(listener: () => void): () => void;
  /** A new object after every change. */
  seen(): OutputState;
  add(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** How far one object is: its row above the output. */
  status: StatusSink;
  end(how: string): void;
};

/** `ended`: how it ended, once it has. */
export type OutputState = { lines: readonly TextLine[]; ended?: string };

/** Listeners are called at most once per `everyMs`. */
export function createOutput(clock: Clock, everyMs: number): Output {
  const listeners = new Set<() => void>();
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const parts = { stdout: '', stderr: '' };
  const lines: TextLine[] = [];
  let state: OutputState = { lines: [] };
  const rows = new Map<string, TextLine>();
  let cancel: (() => void) | undefined;
  const emit = (ended?: string) => {
    cancel = undefined;
    const open = (['stdout', 'stderr'] as const).filter((stream) => parts[stream] !== '');
    const above = rows.size === 0 ? [] : [...rows.values(), { text: '' }];
    state = { lines: [...above, ...lines, ...open.map((stream) => lineOf(stream, parts[stream]))], ended };
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    seen: () => state,
    add(stream, bytes) {
      const [first = '', ...rest] = decoders[stream].decode(bytes, { stream: true }).split('\n');
      parts[stream] += first;
      for (const next of rest) {
        lines.push(lineOf(stream, parts[stream]));
        parts[stream] = next;
      }
      cancel ??= clock.after(everyMs, emit);
    },
    status(object, text, ok) {
      rows.set(object, rowOf(object, text, ok));
      cancel ??= clock.after(everyMs, emit);
    },
    end(how) {
      cancel?.();
      emit(how);
    },
  };
}

function lineOf(stream: 'stdout' | 'stderr', text: string): TextLine {
  const shown = safe(maskText(text.replace(/\r$/, '').replaceAll('\t', '  ')));
  return stream === 'stderr' ? { text: shown, tone: 'warn' } : { text: shown };
}

/** Cells of a name in the rows above the output. */
const NAME = 32;

function rowOf(object: string, text: string, ok: boolean | undefined): TextLine {
  const line = `${safe(object).padEnd(NAME)}  ${safe(maskText(text))}`;
  if (ok !== undefined) return { text: line, tone: ok ? 'good' : 'bad' };
  return text === 'waiting' ? { text: line, tone: 'dim' } : { text: line };
}
