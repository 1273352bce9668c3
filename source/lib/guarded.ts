import { Script } from 'node:vm';
import { hasCode } from '../lib/error.ts';

/** An expression took longer than it may. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

const KEY = Symbol.for('deskhand.guarded');
const script = new Script('globalThis[Symbol.for("deskhand.guarded")]()');

/** Tries on a machine that is too busy to run this process: the limit is of the wall clock. */
const TRIES = 5;

/**
 * Runs something pure with an end: a regular expression such as `(a+)+$` can take longer than the universe on one line, and
 * nothing but the time limit of V8 stops it. It may take `ms` of processor time. Costs about 0.1 ms: for slices of many
 * lines, not for one. Throws TooSlow.
 */
export function guarded<T>(ms: number, run: () => T): T {
  for (let left = TRIES; ; left -= 1) {
    const before = process.cpuUsage();
    const result = attempt(ms, run);
    if (result) return result.value;
    const { user, system } = process.cpuUsage(before);
    if (left <= 1 || (user + system) / 1000 > ms / 2) throw new TooSlow();
  }
}

function attempt<T>(ms: number, run: () => T): { value: T } | undefined {
  let result: { value: T } | undefined;
  Reflect.set(globalThis, KEY, () => {
    result = { value: run() };
  });
  try {
    script.runInThisContext({ timeout: ms });
  } catch (error) {
    if (!hasCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
  } finally {
    Reflect.deleteProperty(globalThis, KEY);
  }
  return result;
}
