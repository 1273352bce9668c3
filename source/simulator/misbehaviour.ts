import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';

/**
 * Ways in which the simulated engine can misbehave, to test how the console reacts. `hang`: nothing is answered and streams
 * stall until the mode changes; `slow`: each answer is delayed; `garbage`: answers are not HTTP; `die`: the engine is gone,
 * along with its socket; `none`: normal behaviour.
 */
export type Misbehaviour = 'none' | 'hang' | 'garbage' | 'die' | { slow: number };

const GARBAGE = Buffer.from('\x00\xff\x1b]0;owned\x07 this is no engine {{{\r\n\r\n\x80\x81', 'latin1');

export type Manners = {
  set(mode: Misbehaviour): void;
  /** See Gate in api/server.ts. */
  gate(socket: Duplex): Promise<boolean>;
};

/** `sockets`: the open connections, held while the engine hangs. */
export function manners(clock: Clock, sockets: ReadonlySet<Duplex>): Manners {
  let mode: Misbehaviour = 'none';
  let waiting: (() => void)[] = [];
  return {
    set(next) {
      for (const socket of sockets) {
        if (next === 'hang' && mode !== 'hang') socket.cork();
        if (next !== 'hang' && mode === 'hang') socket.uncork();
      }
      mode = next;
      const released = next === 'hang' ? [] : waiting;
      if (next !== 'hang') waiting = [];
      for (const go of released) go();
    },
    async gate(socket) {
      if (mode === 'hang') await new Promise<void>((go) => waiting.push(go));
      const current = mode;
      if (typeof current === 'object') await new Promise<void>((go) => clock.after(current.slow, go));
      if (mode === 'garbage') socket.end(GARBAGE);
      return mode !== 'garbage' && mode !== 'die';
    },
  };
}
