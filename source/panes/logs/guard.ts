import { Script } from 'node:vm';

/** An expression took longer than it may. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

const KEY = Symbol.for('deskhand.guarded');
const script = new Script('globalThis[Symbol.for("deskhand.guarded")]()');

/**
 * Runs something with an end: a regular expression such as `(a+)+$` can take longer than the universe on one line, and nothing
 * but the time limit of V8 stops it. Costs about 0.1 ms: for slices of many lines, not for one. Throws TooSlow.
 */
export function guarded<T>(ms: number, run: () => T): T {
  let result: { value: T } | undefined;
  Reflect.set(globalThis, KEY, () => {
    result = { value: run() };
  });
  try {
    script.runInThisContext({ timeout: ms });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TooSlow();
    throw error;
  } finally {
    Reflect.deleteProperty(globalThis, KEY);
  }
  if (!result) throw new TooSlow();
  return result.value;
}
