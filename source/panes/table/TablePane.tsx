import { type Dispatch, useEffect, useEffectEvent } from 'react';
import { safe } from '../../lib/text.ts';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import { Frame } from '../../ui/Frame.tsx';
import { withKeys } from '../../ui/key-words.ts';
import { tableRows } from '../../ui/table/rows.ts';
import { parseFilter } from '../../ui/table/select-rows.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import { isFolded } from '../../ui/table/tree.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { useCommand, useControls } from '../shared/console-context.ts';
import { tableKeys, treeKeys } from '../shared/keys.ts';
import { useHostsKeys } from './use-hosts-keys.ts';
import { useRowKeys } from './use-row-keys.ts';
import { type LiveTable, useWatch } from './use-table.ts';

export type TablePaneProps = {
  table: LiveTable;
  state: TableState;
  dispatch: Dispatch<TableAction>;
  world: CellContext;
  /** Project or service whose rows these are, for the title. */
  scopeName: string;
  width: number;
  height: number;
  focused: boolean;
  note?: string;
  /** Why an empty table is not known to be empty: its rows are being loaded, or cannot be. */
  asking?: string;
};

/** The table of any resource, with its keys while it has the focus. */
export function TablePane({
  table,
  state,
  dispatch,
  world,
  scopeName,
  width,
  height,
  focused,
  note,
  asking,
}: TablePaneProps) {
  const theme = useTheme();
  const bound = useBoundGroups();
  const { resource, rows, ids, fitted, total } = table;
  const page = Math.max(1, height - 3);
  useWatch(table, state, page);
  const hold = () => dispatch({ type: 'rows', ids, page });
  useSettledCursor(ids, state, hold, focused);
  useMotionKeys(table, state, dispatch, page, focused);
  useColumnChoice(table, focused);
  useTreeKeys(table, state, dispatch, page, focused);
  useRowKeys(table, state, world, focused, hold);
  useHostsKeys(table, state, world, focused, hold);
  const filter = parseFilter(state.filter);
  const filtered = filter.kind === 'none' ? '' : `</${safe(state.filter)}> `;
  const count = rows.length === total ? String(total) : `${rows.length}/${total}`;
  const notes = [
    filter.kind === 'error' ? `bad filter: ${safe(filter.message)}` : '',
    table.tooSlow ? 'filter not used: it takes too long' : '',
    state.faults ? 'faults only' : '',
    note ?? '',
  ];
  const inner = tableRows(
    {
      columns: resource.columns,
      rows,
      ids,
      state,
      fitted,
      context: world,
      width: width - 2,
      height: height - 2,
      focused,
      empty:
        asking !== undefined
          ? safe(asking)
          : total > 0
            ? withKeys('Nothing matches. {everywhere.back} clears the filter.', bound)
            : emptyText(resource, world),
    },
    theme,
  );
  return (
    <Frame
      title={` ${resource.title}(${safe(scopeName)})[${count}] ${filtered}`}
      note={notes.filter(Boolean).join(' · ')}
      width={width}
      height={height}
      focused={focused}
      rows={inner}
    />
  );
}

function emptyText({ empty }: AnyResource, world: CellContext): string {
  return typeof empty === 'string' ? empty : empty(world);
}

/**
 * The cursor stays on its row when rows move, appear and disappear. Only an untouched cursor, whose other panes are not being read, stays
 * at the top, where the worst row is.
 */
function useSettledCursor(ids: readonly string[], state: TableState, hold: () => void, focused: boolean): void {
  const touched = !focused || state.cursor !== undefined || state.filter !== '' || state.faults;
  const settle = useEffectEvent(hold);
  useEffect(() => {
    if (touched && ids.length > 0) settle();
  }, [touched, ids]);
}

/** The column chooser, by key and by `:columns`. */
function useColumnChoice({ resource, columns }: LiveTable, active: boolean): void {
  const controls = useControls();
  const open = () => controls.columns(resource.name, columns);
  useCommand('columns', open);
  useKeys(tableKeys, { columns: open }, { layer: 'pane', active });
}

/** Folds and unfolds the branches of a tree. */
function useTreeKeys(
  { resource: { tree, id }, rows, ids, current }: LiveTable,
  { toggled }: TableState,
  dispatch: Dispatch<TableAction>,
  page: number,
  active: boolean,
): void {
  const set = (folded: boolean) => () => {
    if (!tree || current === undefined) return false;
    const own = id(current);
    const isBranch = rows.some((row) => tree.parent(row) === own);
    if (folded && !isBranch) {
      const by = ids.indexOf(tree.parent(current) ?? '') - ids.indexOf(own);
      return ids.includes(tree.parent(current) ?? '') ? dispatch({ type: 'move', by, ids, page }) : false;
    }
    if (isFolded(tree, current, own, toggled) !== folded) dispatch({ type: 'fold', id: own });
  };
  useKeys(treeKeys, { fold: set(true), unfold: set(false) }, { layer: 'pane', active: active && tree !== undefined });
}

/** Motion, order, marks: what a table does to itself. */
function useMotionKeys(
  table: LiveTable,
  state: TableState,
  dispatch: Dispatch<TableAction>,
  page: number,
  active: boolean,
): void {
  const { resource, ids } = table;
  const move = (by: number) => dispatch({ type: 'move', by, ids, page });
  const sortBy = (column: string) => () => {
    const found = resource.columns.find(({ id }) => id === column);
    // A tree has its own order.
    return found && !resource.tree ? dispatch({ type: 'sort', column, descending: found.descending === true }) : false;
  };
  const pick = (by: number) => dispatch({ type: 'pick', by, columns: resource.columns.map(({ id }) => id) });
  useKeys(
    tableKeys,
    {
      up: () => move(-1),
      down: () => move(1),
      pageUp: () => move(-page),
      pageDown: () => move(page),
      first: () => dispatch({ type: 'to', place: 'first', ids, page }),
      last: () => dispatch({ type: 'to', place: 'last', ids, page }),
      mark: () => dispatch({ type: 'mark', ids, page }),
      markRange: () => dispatch({ type: 'mark-range', ids }),
      clearMarks: () => dispatch({ type: 'clear-marks' }),
      wide: () => dispatch({ type: 'toggle', what: 'wide' }),
      faults: () => dispatch({ type: 'toggle', what: 'faults' }),
      sortName: sortBy('name'),
      sortAge: sortBy('age'),
      sortState: sortBy('state'),
      sortCpu: sortBy('cpu'),
      sortMemory: sortBy('memory'),
      sortRestarts: sortBy('restarts'),
      sortProject: sortBy('project'),
      pickLeft: () => pick(-1),
      pickRight: () => pick(1),
      sortPicked: () => sortBy(state.picked ?? state.sort.column)(),
    },
    { layer: 'pane', active },
  );
}
