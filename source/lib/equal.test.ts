import { expect, it } from 'vitest';
import { deepEqual, shallowEqual } from './equal.ts';

it('compares the members of objects and lists by identity', () => {
  const part = { a: 1 };
  expect(shallowEqual({ part, n: Number.NaN }, { part, n: Number.NaN })).toBe(true);
  expect(shallowEqual({ part }, { part: { a: 1 } })).toBe(false);
  expect(shallowEqual({ part }, undefined)).toBe(false);
  expect(shallowEqual([part, 2], [part, 2])).toBe(true);
  expect(shallowEqual([1, 2], [1])).toBe(false);
});

it('treats an undefined field as missing', () => {
  expect(deepEqual({ a: undefined, b: [1, { c: null }] }, { b: [1, { c: null }] })).toBe(true);
  expect(deepEqual({ a: 1 }, {})).toBe(false);
  expect(deepEqual([], {})).toBe(false);
});
