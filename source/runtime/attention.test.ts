import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { Attention } from './attention.ts';

function attended() {
  const clock = fakeClock();
  const returns: number[] = [];
  const attention = new Attention(clock, () => returns.push(clock.now()));
  return { clock, returns, attention };
}

it('is away after five minutes without a key, and back with the next one', async () => {
  const { clock, returns, attention } = attended();
  await clock.advance(299_000);
  expect(attention.away).toBe(false);
  attention.touch();
  await clock.advance(299_000);
  expect(attention.away).toBe(false);
  await clock.advance(1000);
  expect(attention.away).toBe(true);
  attention.touch();
  expect([attention.away, returns.length]).toEqual([false, 1]);
  attention.touch();
  expect(returns).toHaveLength(1);
});

it('is away half a minute after the terminal lost the focus, and back with the focus or a key', async () => {
  const { clock, returns, attention } = attended();
  attention.focus(false);
  await clock.advance(20_000);
  attention.focus(false);
  expect(attention.away).toBe(false);
  await clock.advance(10_000);
  expect(attention.away).toBe(true);
  attention.focus(true);
  expect([attention.away, returns.length]).toEqual([false, 1]);
  attention.focus(false);
  await clock.advance(30_000);
  expect(attention.away).toBe(true);
  attention.touch();
  expect([attention.away, returns.length]).toEqual([false, 2]);
});
