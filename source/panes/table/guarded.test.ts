import { expect, it } from 'vitest';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import { selectRows } from '../../ui/table/select-rows.ts';
import { initialTable } from '../../ui/table/table-state.ts';
import { csvOf } from './csv.ts';
import { guardedResource } from './guarded.ts';

const CONTEXT = {} as CellContext;

/** Rows are texts; one of them cannot be read. */
const RESOURCE: AnyResource = {
  name: 'things',
  title: 'Things',
  aliases: ['things'],
  sort: { column: 'length', descending: false },
  empty: '',
  id: String,
  nameOf: (row) => read(row),
  columns: [
    { id: 'name', title: 'NAME', width: 8, rank: 0, value: (row) => read(row) },
    {
      id: 'length',
      title: 'LENGTH',
      width: 8,
      rank: 0,
      value: (row) => String(read(row).length),
      sort: (row) => read(row).length,
    },
  ],
};

function read(row: unknown): string {
  if (row === 'bad') throw new RangeError('too deep');
  return String(row);
}

it('shows every row but the cells that cannot be made, and reports those', () => {
  const reports: string[] = [];
  const guarded = guardedResource(RESOURCE, (where, error) => reports.push(`${where}: ${error}`));
  const state = initialTable(RESOURCE.sort);
  const rows = selectRows(['redis', 'bad', 'pg'], guarded, state, CONTEXT);
  expect(csvOf(guarded, rows, CONTEXT, false)).toBe(
    'NAME,LENGTH\r\n(cannot be shown),(cannot be shown)\r\npg,2\r\nredis,5\r\n',
  );
  expect(reports).toContain('Things, NAME: RangeError: too deep');
});
