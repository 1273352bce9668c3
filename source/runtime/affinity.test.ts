import { expect, it } from 'vitest';
import { sharedCpus } from './affinity.ts';

it('leaves the isolated CPUs to those for whom they were isolated', () => {
  expect(sharedCpus('0-7\n', '2-3,6\n')).toBe('0,1,4,5,7');
  expect(sharedCpus('0', '0-1')).toBeUndefined();
});

it('changes nothing when no CPU is isolated', () => {
  expect(sharedCpus('0-7\n', '\n')).toBeUndefined();
});
