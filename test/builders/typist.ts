import { InputDecoder, type InputEvent } from '../../source/ui/input/decoder.ts';
import type { KeyReader } from '../../source/ui/input/key-reader.ts';

/** Keys without a terminal: `type` gives the listeners what one read of these bytes means, a lone ESC at once. */
export function typist(): { reader: KeyReader; type(text: string): void } {
  const decoder = new InputDecoder();
  const listeners = new Set<(events: readonly InputEvent[]) => void>();
  return {
    reader: {
      stdin: process.stdin,
      onFocus() {},
      background: () => undefined,
      onBackground: () => () => {},
      listen(take) {
        listeners.add(take);
        return () => void listeners.delete(take);
      },
    },
    type(text) {
      const bytes = Buffer.from(text).toString('latin1');
      const events = [...decoder.push(bytes, 0), ...decoder.expire(Number.NEGATIVE_INFINITY)];
      for (const take of listeners) take(events);
    },
  };
}
