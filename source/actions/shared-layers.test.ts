import { expect, it } from 'vitest';
import type { DiskImage, DiskUse } from '../engine/facts.ts';
import type { PlanObject } from './action.ts';
import { freedBytes, layersKnown, withCommonBytes } from './shared-layers.ts';

/** Images by the sizes of their steps: `base:100 top:10` is a base with one step on it. */
const STEPS = {
  stays: 'base:100 s:1',
  a: 'base:100 mid:50 a:10',
  b: 'base:100 mid:50 b:20',
  c: 'base:100 mid:50 b:20 c:5',
  other: 'x:7 y:8',
} as const;
type Name = keyof typeof STEPS;

const stepsOf = (name: Name) =>
  STEPS[name].split(' ').map((step) => {
    const [createdBy = '', size] = step.split(':');
    return { createdBy, created: 1, size: Number(size), tags: [] };
  });
const image = (id: Name): DiskImage => {
  const size = stepsOf(id).reduce((sum, step) => sum + step.size, 0);
  return { id, tags: [], digests: [], size, created: 1, containers: 0, labels: {}, shared: id === 'other' ? 0 : 1 };
};
const use: DiskUse = {
  layers: 0,
  images: (Object.keys(STEPS) as Name[]).map(image),
  containers: [],
  volumes: [],
  buildCache: [],
};
const histories = new Map((['stays', 'a', 'b', 'c'] as const).map((name) => [name, stepsOf(name)]));
const objects = (...names: Name[]) =>
  names.map((id): PlanObject => ({ kind: 'image', id, name: id, note: '', bytes: id === 'other' ? 15 : 0 }));
const freed = (...names: Name[]) => freedBytes(withCommonBytes(objects(...names), use, histories));

it.each<[Name[], number]>([
  [['a'], 10],
  [['c'], 5],
  [['b'], 0],
  [['b', 'c'], 25],
  [['a', 'b', 'c'], 85],
  [['other'], 15],
  [['a', 'b', 'c', 'other'], 100],
  [['a', 'b', 'c', 'stays'], 186],
])('what %s free together is %i bytes', (names, bytes) => expect(freed(...names)).toBe(bytes));

it('does not count what one that stays shares', () => {
  const [a, b, c] = withCommonBytes(objects('a', 'b', 'c'), use, histories);
  expect(
    freedBytes(
      [a, c].map((one) => one as PlanObject),
      [b as PlanObject],
    ),
  ).toBe(15);
});

it('says so when a history does not account for its image', () => {
  expect(layersKnown(use, histories)).toBe(true);
  const short = new Map([...histories, ['a', stepsOf('stays')]]);
  expect([layersKnown(use, short), layersKnown(use, new Map())]).toEqual([false, false]);
  expect(withCommonBytes(objects('a'), use, short)).toEqual(objects('a'));
});
