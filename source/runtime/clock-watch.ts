import { type Clock, wallTime } from '../lib/clock.ts';
import { duration } from '../lib/format.ts';

/** Small corrections of the wall clock are normal; a step of this size (ms) is reported. */
const STEP_MS = 2000;

/**
 * Detects that the wall clock was set or the engine's clock differs. Each call returns what is new since the last one, in words;
 * `engineOffset` is how far the engine is ahead (ms).
 */
export function clockWatch(clock: Clock, engineOffset: () => number): () => string[] {
  let step = wallTime(clock) - clock.now();
  let offset = 0;
  return () => {
    const news: string[] = [];
    const ahead = wallTime(clock) - clock.now();
    if (Math.abs(ahead - step) >= STEP_MS) {
      news.push(stepText(ahead - step));
      step = ahead;
    }
    const next = engineOffset();
    if (next !== offset) {
      news.push(offsetText(next));
      offset = next;
    }
    return news;
  };
}

function stepText(by: number): string {
  const way = by > 0 ? 'forward' : 'back';
  return `The clock of this machine was set ${way} by ${duration(Math.abs(by))}. Ages and times here still follow the old clock; restart deskhand to use the new one.`;
}

function offsetText(ahead: number): string {
  if (ahead === 0) return 'The clocks of the engine and of this machine agree again.';
  const way = ahead > 0 ? 'ahead of' : 'behind';
  return `The engine's clock is ${duration(Math.abs(ahead))} ${way} this machine's: its times are shown by the clock of this machine; those in logs are the engine's own.`;
}
