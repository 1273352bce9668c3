import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { createOutput } from './output.ts';

it('has a row for each object above what the program says, each replaced by its next state', async () => {
  const clock = fakeClock();
  const output = createOutput(clock, 100);
  output.status('api-1', 'waiting');
  output.status('db-1', 'waiting');
  output.add('stdout', Buffer.from(' Container db-1  Starting\n'));
  output.status('db-1', 'starting\u001b[2J');
  await clock.advance(100);
  const texts = () => output.seen().lines.map(({ text, tone }) => [text.replace(/\s+/g, ' ').trim(), tone]);
  expect(texts()).toEqual([
    ['api-1 waiting', 'dim'],
    ['db-1 starting', undefined],
    ['', undefined],
    ['Container db-1 Starting', undefined],
  ]);
  output.status('api-1', 'exited with code 3', false);
  output.status('db-1', 'healthy', true);
  output.end('up desk: failed');
  expect(texts().slice(0, 2)).toEqual([
    ['api-1 exited with code 3', 'bad'],
    ['db-1 healthy', 'good'],
  ]);
  expect(output.seen().ended).toBe('up desk: failed');
});
