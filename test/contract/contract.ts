import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { containersContract } from './containers.ts';
import { lifecycleContract } from './lifecycle.ts';
import { streamsContract } from './streams.ts';
import { removeAll, type Subject } from './subject.ts';
import { systemContract } from './system.ts';

/** Declares one clause of the contract, as `it` does. */
export type Check = (name: string, run: () => Promise<unknown>) => void;

/** Clauses that an engine is known not to keep, by their names: in what it differs. */
export type Differences = Readonly<Record<string, string>>;

/**
 * What deskhand relies on in a Docker Engine. Runs against the simulated one and the real one, word for word the same. Known
 * differences of another engine are asserted: a clause fails that is kept after all.
 */
export function engineContract(subject: () => Subject, differences: Differences = {}): void {
  const left = new Set(Object.keys(differences));
  const check: Check = (name, run) => {
    const difference = differences[name];
    left.delete(name);
    if (difference === undefined) it(name, run);
    else it.fails(`${name} (known to differ: ${difference})`, run);
  };
  afterEach(() => removeAll(subject()));
  describe('system', () => systemContract(subject, check));
  describe('containers', () => containersContract(subject, check));
  describe('lifecycle', () => lifecycleContract(subject, check));
  describe('streams', () => streamsContract(subject, check));
  afterAll(() => expect([...left], 'differences from clauses that there are not').toEqual([]));
}
