import type { Clock } from '../lib/clock.ts';

/** Hosts that begin to connect at once, and how long one may keep the next from beginning (ms). */
const AT_ONCE = 16;
const HOLD_MS = 150;

/**
 * Lets many begin, not all at the same moment. A turn ends when its host has answered or failed, and soon in any case: a host that hangs
 * does not delay others.
 */
export function createStarter(clock: Clock): (begin: (over: () => void) => void) => void {
  const waiting: ((over: () => void) => void)[] = [];
  let busy = 0;
  const next = () => {
    while (busy < AT_ONCE) {
      const begin = waiting.shift();
      if (!begin) return;
      busy += 1;
      let open = true;
      const over = () => {
        if (!open) return;
        open = false;
        cancel();
        busy -= 1;
        next();
      };
      const cancel = clock.after(HOLD_MS, over);
      begin(over);
    }
  };
  return (begin) => {
    waiting.push(begin);
    next();
  };
}
