import { expect, it } from 'vitest';
import { newsOnly } from './text.ts';

it('reports each state of each object once, not the passing time', () => {
  const printed: string[] = [];
  const tell = newsOnly((text) => printed.push(text));
  tell('restarting a');
  for (const time of ['0.3', '0.5']) for (const name of ['a', 'b']) tell(`${name}: health starting (${time}s)`);
  tell('a: unhealthy (0.8s)');
  tell('a: health starting (1s)');
  expect(printed).toEqual([
    'restarting a',
    'a: health starting (0.3s)',
    'b: health starting (0.3s)',
    'a: unhealthy (0.8s)',
    'a: health starting (1s)',
  ]);
});
