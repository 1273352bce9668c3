import fc from 'fast-check';
import { guarded, TooSlow } from '../../source/lib/guarded.ts';
import { parseLogFilter } from '../../source/logs/filter.ts';
import type { Column } from '../../source/ui/table/columns.ts';
import { parseFilter, selectRows } from '../../source/ui/table/select-rows.ts';
import { initialTable } from '../../source/ui/table/table-state.ts';
import { fuzz, hostileText } from './fuzz.ts';

const columns: readonly Column<string, undefined>[] = [
  { id: 'name', title: 'NAME', width: 10, rank: 0, value: (row) => row },
  { id: 'image', title: 'IMAGE', width: 10, rank: 1, value: (row) => `img ${row}`, searched: true },
];
const table = { columns, id: (row: string) => row, nameOf: (row: string) => row };
const state = initialTable({ column: 'name', descending: false });

const atom = fc.constantFrom('a', '\\w', '.', '[a-z]', '-', '\\s', 'x', '(', ')', '|', '^', '$', '\\', '[', '{2,', '?');
const group = fc
  .tuple(fc.array(atom, { maxLength: 4 }), fc.constantFrom('', '+', '*', '?', '{1,9}'))
  .map(([atoms, more]) => `(${atoms.join('')})${more}`);
const pattern = fc
  .array(
    fc.oneof(
      atom,
      group,
      group.map((inner) => `(${inner})+`),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const typed = fc
  .oneof({ weight: 8, arbitrary: pattern }, { weight: 1, arbitrary: hostileText })
  .chain((text) => fc.constantFrom('', '!', '-l ', '-f ', '/').map((sign) => sign + text));
const names = fc.array(
  fc.oneof({ weight: 20, arbitrary: fc.stringMatching(/^[a-x-]{1,40}$/) }, { weight: 1, arbitrary: hostileText }),
  { maxLength: 5 },
);

// A table's filter and a log's, each of which is ended after 40 ms.
fuzz(
  'what is typed as a filter ends',
  1000,
  fc.tuple(typed, names),
  ([text, rows]) => {
    parseFilter(text);
    try {
      selectRows(rows, table, { ...state, filter: text }, undefined);
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      return;
    }
    const filter = parseLogFilter(text);
    if (!filter || 'error' in filter) return;
    try {
      guarded(20, () => rows.map((row) => filter.test(row)));
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
    }
  },
  100,
);
