import { afterEach, describe } from 'vitest';
import { containersContract } from './containers.ts';
import { lifecycleContract } from './lifecycle.ts';
import { streamsContract } from './streams.ts';
import { removeAll, type Subject } from './subject.ts';
import { systemContract } from './system.ts';

/** What deskhand relies on in a Docker Engine. Runs against the simulated one and the real one, word for word the same. */
export function engineContract(subject: () => Subject): void {
  afterEach(() => removeAll(subject()));
  describe('system', () => systemContract(subject));
  describe('containers', () => containersContract(subject));
  describe('lifecycle', () => lifecycleContract(subject));
  describe('streams', () => streamsContract(subject));
}
