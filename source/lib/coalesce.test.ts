import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { Coalescer } from './coalesce.ts';

it('hands over once what arrived within the time after the first', async () => {
  const clock = fakeClock();
  const flushed: (readonly string[])[] = [];
  const soon = new Coalescer(clock, 50, (ids) => flushed.push(ids));
  soon.add('a');
  await clock.advance(40);
  for (const id of ['b', 'c', 'a']) soon.add(id);
  soon.drop('c');
  expect(clock.waiting()).toBe(1);
  await clock.advance(10);
  expect(flushed).toEqual([['a', 'b']]);
  soon.add('d');
  soon.clear();
  await clock.advance(100);
  expect(flushed.length).toBe(1);
});
