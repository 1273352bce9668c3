import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture } from './capture.ts';
import { sizesOf, VIEWS } from './views.ts';

/** What the screens look like. After a change that is meant, "npm run golden" writes them again; look at the diff. */

const SCREENS = join(import.meta.dirname, 'screens');
const fileOf = (view: string, columns: number, rows: number) => `${view}-${columns}x${rows}.txt`;

describe.concurrent.each(VIEWS)('the screen "$name"', (view) => {
  it.for(sizesOf(view))('at %ix%i', async ([columns, rows], { expect }) => {
    const screen = await capture(view, columns, rows);
    await expect(screen).toMatchFileSnapshot(join(SCREENS, fileOf(view.name, columns, rows)));
  });
});

it('has no file of a view that is gone', () => {
  const wanted = VIEWS.flatMap((view) => sizesOf(view).map(([columns, rows]) => fileOf(view.name, columns, rows)));
  expect(readdirSync(SCREENS).filter((file) => !wanted.includes(file))).toEqual([]);
});
