import { describe, expect, it } from 'vitest';
import { TooSlow } from '../../lib/guarded.ts';
import { width } from '../../lib/text.ts';
import { createTheme } from '../theme.ts';
import { type Column, fitColumns, layoutColumns, type MeasuredWidths } from './columns.ts';
import { shownIndexes, tableRows } from './rows.ts';
import { parseFilter, selectRows } from './select-rows.ts';
import { initialTable } from './table-state.ts';

type Row = { id: string; name: string; cpu: number; image: string; labels: Record<string, string> };
const row = (name: string, cpu = 0, image = 'img', labels: Record<string, string> = {}): Row => ({
  id: `id-${name}`,
  name,
  cpu,
  image,
  labels,
});

const columns: readonly Column<Row, undefined>[] = [
  { id: 'name', title: 'NAME', width: 10, grow: { max: 20 }, cut: 'middle', rank: 0, value: ({ name }) => name },
  {
    id: 'cpu',
    title: 'CPU',
    width: 5,
    align: 'right',
    rank: 1,
    descending: true,
    value: ({ cpu }) => `${cpu}%`,
    sort: ({ cpu }) => cpu,
  },
  { id: 'image', title: 'IMAGE', width: 12, grow: { max: 40 }, rank: 2, value: ({ image }) => image, searched: true },
  { id: 'id', title: 'ID', width: 8, rank: 3, wide: true, value: ({ id }) => id },
];
const table = {
  columns,
  id: ({ id }: Row) => id,
  nameOf: ({ name }: Row) => name,
  labels: ({ labels }: Row) => labels,
  faulty: ({ cpu }: Row) => cpu > 90,
};
const state = initialTable({ column: 'name', descending: false });
const theme = createTheme({ level: 0, ascii: false });

describe('columns', () => {
  const shown = (cells: number, wide = false) => layoutColumns(columns, cells, wide).map(({ column }) => column.id);

  it('are left out by rank if there is no room, but never the first', () => {
    expect(shown(60)).toEqual(['name', 'cpu', 'image']);
    expect(shown(20)).toEqual(['name', 'cpu']);
    expect(shown(12)).toEqual(['name']);
    expect(shown(3)).toEqual(['name']);
    expect(shown(80, true)).toEqual(['name', 'cpu', 'image', 'id']);
  });

  it('fill the width, the most important first', () => {
    const cells = layoutColumns(columns, 42, false).map((laid) => laid.cells);
    expect(cells).toEqual([20, 5, 15]);
    expect(layoutColumns(columns, 32, false).map((laid) => laid.cells)).toEqual([13, 5, 12]);
  });
});

describe('a column that is shown in full first', () => {
  const state: Column<Row, undefined> = {
    id: 'state',
    title: 'STATE',
    width: 6,
    fits: { max: 60, before: 2 },
    rank: 0,
    value: () => 'x'.repeat(29),
  };
  const [name, cpu, image, id] = columns as [Column<Row, undefined>, ...Column<Row, undefined>[]];
  const all = [name, state, ...[cpu, image, id].flatMap((column) => column ?? [])];
  const fitted = fitColumns(all, [row('redis', 1, 'redis:7')], undefined);
  const laid = (cells: number, wide = false) =>
    layoutColumns(all, cells, wide, fitted).map(({ column, cells: own }) => [column.id, own]);

  it('measures a row once, until it is a different object', () => {
    let asked = 0;
    const counted = {
      ...state,
      value(one: Row) {
        asked += 1;
        return one.name;
      },
    };
    const rows = Array.from({ length: 1000 }, (_, index) => row(`redis-${index}`, 1, 'redis:7'));
    const measured: MeasuredWidths = new Map();
    expect(fitColumns([counted], rows, undefined, measured).get('state')).toBe(12);
    const longer = [...rows.slice(1), row('market-data-collector', 1, 'redis:7')];
    expect(fitColumns([counted], longer, undefined, measured).get('state')).toBe(24);
    expect(asked).toBe(1001);
  });

  it('gets its full text before columns of that rank appear, and widens in steps', () => {
    expect(laid(48)).toEqual([
      ['name', 11],
      ['state', 30],
      ['cpu', 5],
    ]);
    expect(laid(60)).toEqual([
      ['name', 10],
      ['state', 30],
      ['cpu', 5],
      ['image', 12],
    ]);
    // Below that rank there is a place beside it at its least width.
    expect(laid(24)).toEqual([
      ['name', 10],
      ['state', 7],
      ['cpu', 5],
    ]);
  });

  it('makes room in the wide form, which shows all columns', () => {
    expect(laid(45, true).map(([column]) => column)).toEqual(['name', 'state', 'cpu', 'image', 'id']);
  });
});

it('shows the row under the cursor in the colour of its state', () => {
  const coloured = createTheme({ level: 1, ascii: false });
  const bad: Column<Row, undefined> = {
    id: 'state',
    title: 'STATE',
    width: 9,
    rank: 0,
    value: () => 'x',
    tone: () => 'bad',
  };
  const view = {
    columns: [bad],
    rows: [row('redis', 1, '')],
    ids: ['redis'],
    state,
    context: undefined,
    width: 20,
    height: 4,
    focused: true,
    empty: '',
  };
  expect(tableRows(view, coloured)[1]).toContain(coloured.paint('cursor', coloured.paint('bad', ' x         ')));
});

describe('filters', () => {
  const rows = [
    row('redis', 1, 'redis:7'),
    row('backend', 95, 'app:1', { app: 'fred' }),
    row('Postgres', 3, 'postgres:15', { app: 'db' }),
  ];
  const names = (filter: string, more: Partial<typeof state> = {}) =>
    selectRows(rows, table, { ...state, filter, ...more }, undefined).map(({ name }) => name);

  it('are regular expressions over name and searched columns, case-sensitive only with capitals', () => {
    expect(names('redis|post')).toEqual(['Postgres', 'redis']);
    expect(names('POST')).toEqual([]);
    expect(names('app:')).toEqual(['backend']);
    expect(names('!redis')).toEqual(['backend', 'Postgres']);
  });

  it('can be labels and fuzzy names', () => {
    expect(names('-l app=fred')).toEqual(['backend']);
    expect(names('-l app')).toEqual(['backend', 'Postgres']);
    expect(names('-f bknd')).toEqual(['backend']);
  });

  it('match each name and cell separately, so that anchors work', () => {
    expect(names('^redis$')).toEqual(['redis']);
    expect(names('^app:1$')).toEqual(['backend']);
    expect(names('!^redis$')).toEqual(['backend', 'Postgres']);
  });

  it('search long cells completely', () => {
    const long = [row(`${'x'.repeat(60_000)} needle`)];
    expect(selectRows(long, table, { ...state, filter: 'needle' }, undefined)).toHaveLength(1);
  });

  it.each(['(\\w+)+$', '^(\\w+\\s?)+$', '([a-z]+)*1', '^(\\w+-?)+$'])('abandon %s, which takes forever', (filter) => {
    const long = [row(`${'marketdatacollectorprimaryexchange'.repeat(3)}!`)];
    expect(() => selectRows(long, table, { ...state, filter }, undefined)).toThrow(TooSlow);
  });

  it('are invalid if they are too large', () => {
    expect(parseFilter('A'.repeat(50_000))).toMatchObject({ kind: 'error' });
    expect(parseFilter(`!${'('.repeat(1e6)}`)).toMatchObject({ kind: 'error' });
  });

  it('report an invalid expression and hide nothing meanwhile', () => {
    expect(parseFilter('a(')).toMatchObject({ kind: 'error' });
    expect(names('a(')).toHaveLength(3);
    expect(names('!')).toHaveLength(3);
  });

  it('show only faulty rows on request', () => {
    expect(names('', { faults: true })).toEqual(['backend']);
  });
});

describe('order', () => {
  it('is numeric for numbers, and falls back to the name for equal values', () => {
    const rows = [row('web-10'), row('web-9'), row('b', 5), row('a', 5), row('c', 40)];
    const sorted = (column: string, descending: boolean) =>
      selectRows(rows, table, { ...state, sort: { column, descending } }, undefined).map(({ name }) => name);
    expect(sorted('cpu', true)).toEqual(['c', 'a', 'b', 'web-9', 'web-10']);
    expect(sorted('name', false)).toEqual(['a', 'b', 'c', 'web-9', 'web-10']);
  });
});

describe('rows', () => {
  const rows = Array.from({ length: 1000 }, (_, index) => row(`service-${String(index).padStart(4, '0')}`));
  const draw = (more: object = {}) =>
    tableRows(
      {
        columns,
        rows,
        ids: rows.map(({ id }) => id),
        state,
        context: undefined,
        width: 44,
        height: 6,
        focused: true,
        empty: 'none',
        ...more,
      },
      theme,
    );

  it('are drawn only in the window, each as wide as the table', () => {
    const drawn = draw();
    expect(drawn).toHaveLength(6);
    expect(drawn.map(width)).toEqual([44, 44, 44, 44, 44, 44]);
    expect(drawn[1]).toContain('service-0000');
  });

  it('show the cursor although its row has moved out of the window', () => {
    const drawn = draw({ state: { ...state, cursor: 'id-service-0500', cursorIndex: 3, top: 0 } });
    expect(drawn.join('\n')).toContain('service-0500');
  });

  it('show cursor and marks without colour too', () => {
    const [, first, second] = draw({
      state: { ...state, cursor: 'id-service-0000', marks: new Set(['id-service-0001']) },
    });
    expect(first).toContain('\u001b[7m');
    expect(second?.startsWith('*')).toBe(true);
    expect(draw({ focused: false, state: { ...state, cursor: 'id-service-0000' } })[1]?.startsWith('>')).toBe(true);
  });

  it('show a text if there are none', () => {
    expect(draw({ rows: [], ids: [] })[1]).toContain('none');
  });
});

describe('the window of a table', () => {
  it('stays where it is when rows move, with the row under the cursor at its edge', () => {
    expect(shownIndexes(0, 2, 4, 10)).toEqual([0, 1, 2, 3]);
    expect(shownIndexes(0, 9, 4, 10)).toEqual([0, 1, 2, 9]);
    expect(shownIndexes(5, 1, 4, 10)).toEqual([1, 6, 7, 8]);
  });

  it('never extends beyond the rows', () => {
    expect(shownIndexes(8, 9, 4, 10)).toEqual([6, 7, 8, 9]);
    expect(shownIndexes(3, -1, 4, 2)).toEqual([0, 1]);
    expect(shownIndexes(0, 0, 0, 10)).toEqual([]);
  });
});
