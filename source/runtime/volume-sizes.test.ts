import { expect, it } from 'vitest';
import type { DiskUse } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import { heldClock } from '../simulator/held-clock.ts';
import { VolumeSizes } from './volume-sizes.ts';

it('reads the sizes of volumes once in five minutes, beside what asks for them', async () => {
  const clock = heldClock(0);
  let asked = 0;
  const engine = {
    id: engineId('prod'),
    async diskUse() {
      asked += 1;
      if (asked === 2) throw new Error('busy');
      return { volumes: [{ name: 'data', size: 7 }, { name: 'other' }] } as unknown as DiskUse;
    },
  };
  const sizes = new VolumeSizes(clock);
  expect(sizes.of(engine)).toBeUndefined();
  expect(sizes.of(engine)).toBeUndefined();
  await clock.pass(1000);
  expect(sizes.of(engine)).toEqual(new Map([['data', 7]]));
  expect(asked).toBe(1);
  await clock.pass(300_000);
  sizes.of(engine);
  await clock.pass(1000);
  // What cannot be read again stays known.
  expect([sizes.of(engine)?.get('data'), asked]).toEqual([7, 2]);
});
