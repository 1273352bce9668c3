import { describe, expect, it } from 'vitest';
import { cursorIndex, initialTable, type TableAction, type TableState, tableReducer } from './table-state.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`);
const start = initialTable({ column: 'name', descending: false });
const reduced = (state: TableState, ...actions: TableAction[]) => actions.reduce(tableReducer, state);
const down = (rows: readonly string[], by = 1): TableAction => ({ type: 'move', by, ids: rows, page: 5 });

describe('the cursor', () => {
  it('stays on its row when rows above it appear, disappear or move', () => {
    const rows = ids(6);
    const moved = reduced(start, down(rows, 3));
    expect(moved.cursor).toBe('row-3');
    for (const later of [['new', ...rows], rows.toReversed(), rows.slice(2)]) {
      expect(later[cursorIndex(moved, later)]).toBe('row-3');
    }
  });

  it('moves to the row at its old position when its own disappears', () => {
    const rows = ids(6);
    const moved = reduced(start, down(rows, 3));
    const without = rows.filter((id) => id !== 'row-3');
    expect(without[cursorIndex(moved, without)]).toBe('row-4');
    expect(cursorIndex(moved, ['row-0'])).toBe(0);
    expect(cursorIndex(moved, [])).toBe(-1);
  });

  it('stops at both ends and stays in the window', () => {
    const rows = ids(20);
    const low = reduced(start, down(rows, 7));
    expect(low).toMatchObject({ cursor: 'row-7', top: 3 });
    expect(reduced(low, down(rows, 100))).toMatchObject({ cursor: 'row-19', top: 15 });
    expect(reduced(low, down(rows, -100))).toMatchObject({ cursor: 'row-0', top: 0 });
    expect(reduced(start, { type: 'to', place: 'last', ids: rows, page: 5 })).toMatchObject({
      cursor: 'row-19',
      top: 15,
    });
  });
});

describe('marks', () => {
  it('toggle under the cursor and continue to the next row', () => {
    const rows = ids(4);
    const marked = reduced(start, { type: 'mark', ids: rows, page: 5 }, { type: 'mark', ids: rows, page: 5 });
    expect([...marked.marks]).toEqual(['row-0', 'row-1']);
    expect(marked.cursor).toBe('row-2');
    expect([...reduced(marked, down(rows, -1), { type: 'mark', ids: rows, page: 5 }).marks]).toEqual(['row-0']);
  });

  it('range from the nearest mark to the cursor', () => {
    const rows = ids(8);
    const state = reduced(start, { type: 'mark', ids: rows, page: 9 }, down(rows, 3), {
      type: 'mark-range',
      ids: rows,
    });
    expect([...state.marks]).toEqual(['row-0', 'row-1', 'row-2', 'row-3', 'row-4']);
    expect(reduced(state, { type: 'clear-marks' }).marks.size).toBe(0);
  });
});

it('reverses the order if the same column is chosen again', () => {
  const byCpu = reduced(start, { type: 'sort', column: 'cpu', descending: true });
  expect(byCpu.sort).toEqual({ column: 'cpu', descending: true });
  expect(reduced(byCpu, { type: 'sort', column: 'cpu', descending: true }).sort.descending).toBe(false);
});

it('wraps around when picking columns', () => {
  const columns = ['name', 'state', 'cpu'];
  expect(reduced(start, { type: 'pick', by: -1, columns }).picked).toBe('cpu');
  expect(reduced(start, { type: 'pick', by: 1, columns }).picked).toBe('state');
});
