import { expect, it } from 'vitest';
import { engineId } from '../lib/ids.ts';
import { EngineSwitch } from './engine-switch.ts';

/** What happens, in order, to engines that are only names. */
function scene() {
  const log: string[] = [];
  const open = (name: string) => {
    log.push(`open ${name}`);
    if (name === 'broken') throw new Error('no such engine');
    return { id: engineId(name), close: async () => void log.push(`close ${name}`) };
  };
  const engines = new EngineSwitch('a', {
    open,
    onLeave: (to) => log.push(`leave for ${to}`),
    onArrive: (from, to) => log.push(`from ${from} to ${to}`),
  });
  return { engines, log };
}

it('ends all of one engine before the next one is opened, one move after the other', async () => {
  const { engines, log } = scene();
  const moves = [engines.moveTo('b'), engines.moveTo('c')];
  expect(engines.now.id).toBe('a');
  await Promise.all(moves);
  expect(engines.now.id).toBe('c');
  expect(log).toEqual([
    'open a',
    'close a',
    'leave for b',
    'open b',
    'from a to b',
    'close b',
    'leave for c',
    'open c',
    'from b to c',
  ]);
});

it('moves on after a move that failed', async () => {
  const { engines } = scene();
  await expect(engines.moveTo('broken')).rejects.toThrow('no such engine');
  await engines.moveTo('b');
  expect(engines.now.id).toBe('b');
});
