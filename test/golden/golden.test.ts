import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { capture } from './capture.ts';
import { SIZES, VIEWS, WALKS } from './views.ts';

/** What the screens look like. After an intended change, "npm run golden" writes them again; look at the diff. */

const SCREENS = join(import.meta.dirname, 'screens');
const fileOf = (view: string, columns: number, rows: number) => `${view}-${columns}x${rows}.txt`;

describe.each(SIZES)('at %ix%i the screen', (columns, rows) => {
  let screens: Map<string, string>;
  beforeAll(async () => {
    const walks = await Promise.all(WALKS.map((walk) => capture(walk, columns, rows)));
    screens = new Map(walks.flatMap((walk) => [...walk]));
  });

  it.each(VIEWS)('"$name" is as it was recorded', async ({ name }) => {
    await expect(screens.get(name)).toMatchFileSnapshot(join(SCREENS, fileOf(name, columns, rows)));
  });
});

it('has no file of a view that is gone', () => {
  const wanted = VIEWS.flatMap(({ name }) => SIZES.map(([columns, rows]) => fileOf(name, columns, rows)));
  expect(readdirSync(SCREENS).filter((file) => !wanted.includes(file))).toEqual([]);
});
