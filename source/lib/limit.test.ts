import { expect, it } from 'vitest';
import { forEachLimited } from './limit.ts';

it('processes all items, a limited number at a time', async () => {
  let open = 0;
  let most = 0;
  const done: number[] = [];
  await forEachLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('fails with the first failure, and accepts an empty list', async () => {
  await expect(forEachLimited([1], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await forEachLimited([], 2, () => Promise.reject(new Error('never')));
});
