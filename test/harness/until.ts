import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 50;
const LIMIT_MS = 30_000;

/**
 * Asks until `holds` is true of the answer (by default: until it is truthy) and returns it: for what no event announces. Fails after 30 s with the last
 * answer, which is a limit for what has gone wrong and not a measure.
 */
export async function until<T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean = Boolean): Promise<T> {
  for (let waited = 0; ; waited += EVERY_MS) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (waited >= LIMIT_MS) throw new Error(`not within ${LIMIT_MS} ms; the last answer: ${JSON.stringify(answer)}`);
    await delay(EVERY_MS);
  }
}
