import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { MessageLog } from './message-log.ts';

function messageLog() {
  const written: string[] = [];
  return { written, log: new MessageLog({ clock: fakeClock(), write: (text) => written.push(text) }) };
}

it('keeps messages, counts repetitions, and masks secrets', () => {
  const { log } = messageLog();
  log.add('info', 'Refreshing');
  log.add('bad', 'cannot reach postgres://u:s3cret@db\u001b[2J');
  log.add('bad', 'cannot reach postgres://u:s3cret@db\u001b[2J');
  expect(log.all().map(({ level, text, times }) => [level, text, times])).toEqual([
    ['info', 'Refreshing', 1],
    ['bad', 'cannot reach postgres://u:********@db', 2],
  ]);
});

it('writes an error with its stack once, however often it occurs', () => {
  const { log, written } = messageLog();
  for (let i = 0; i < 100; i += 1) log.report('the row of redis', new RangeError('Maximum call stack size exceeded'));
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^the row of redis: RangeError: Maximum call stack size exceeded\n\s+at /);
  expect(log.all()).toHaveLength(1);
});

it('keeps the newest five hundred', () => {
  const { log } = messageLog();
  for (let i = 0; i < 2000; i += 1) log.add('info', `number ${i}`);
  expect(log.all()).toHaveLength(500);
  expect(log.all().at(-1)?.text).toBe('number 1999');
});
