import { expect, it } from 'vitest';
import { resources } from './registry.ts';

it('a title of a column means the same in every table', () => {
  const ids = new Map<string, Set<string>>();
  for (const { columns } of resources)
    for (const { title, id } of columns) {
      // What a table is about stands in the column of its names, whatever it is called; marks need no title.
      if (id === 'name' || title.trim() === '') continue;
      ids.set(title, (ids.get(title) ?? new Set()).add(id));
    }
  expect([...ids].filter(([, meanings]) => meanings.size > 1)).toEqual([]);
});
