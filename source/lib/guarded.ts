import { Script } from 'node:vm';
import { hasCode } from '../lib/error.ts';

/** An expression exceeded its time limit. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

const KEY = Symbol.for('deskhand.guarded');
const script = new Script('globalThis[Symbol.for("deskhand.guarded")]()');

/** Attempts when the machine is too busy to run this process: V8's limit counts wall-clock time. */
const TRIES = 5;

/**
 * Runs a pure function within a time limit: a regular expression such as `(a+)+$` can take practically forever on one line, and only V8's
 * own limit can stop it. It may use `ms` of processor time. The guard costs about 0.1 ms, so guard many lines at once, not each one. Throws
 * TooSlow.
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
