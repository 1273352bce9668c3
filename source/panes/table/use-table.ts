import { type Dispatch, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef } from 'react';
import { TooSlow } from '../../lib/guarded.ts';
import type { AnyResource, CellContext, TableScope } from '../../resources/resource.ts';
import { viewOf, withColumns } from '../../resources/table-views.ts';
import type { TableViews } from '../../settings/k9s-files.ts';
import { type FittedWidths, fitColumns, type MeasuredWidths } from '../../ui/table/columns.ts';
import { shownIndexes } from '../../ui/table/rows.ts';
import { selectRows } from '../../ui/table/select-rows.ts';
import { cursorIndex, type TableAction, type TableState } from '../../ui/table/table-state.ts';
import { foldedRows } from '../../ui/table/tree.ts';
import { useKeyedMemo } from '../../ui/use-keyed-memo.ts';
import { useServices } from '../shared/services.ts';
import { guardedResource } from './guarded.ts';

export type LiveTable = {
  resource: AnyResource;
  /** Filtered and sorted. */
  rows: readonly unknown[];
  ids: readonly string[];
  /** Its columns where they were chosen, as the settings name them. */
  columns?: readonly string[];
  /** Widths of columns that fit their rows. */
  fitted: FittedWidths;
  /** How many there are without the filter. */
  total: number;
  /** The filter took too long and is not used. */
  tooSlow?: boolean;
  /** Under the cursor. */
  current?: unknown;
};

/**
 * The rows of a table as they are now. They are selected again when the rows, the filter or the order changed, not with
 * every reading of CPU or tick of the clock, unless they are sorted by such.
 */
export function useTable(
  given: AnyResource,
  scope: TableScope,
  state: TableState,
  world: CellContext,
  fetched?: readonly unknown[],
): LiveTable {
  const { messages, settings } = useServices();
  const { desk, project, fleet } = world;
  const columns = shownColumns(given, state, scope.project ?? project, settings.views);
  const resource = useMemo(
    () => guardedResource(withColumns(given, columns), (where, error) => messages.report(where, error)),
    [given, columns, messages],
  );
  const { containers, timeline } = world.state;
  const source = useMemo(
    () => ({ desk, project, fleet, containers, timeline }),
    [desk, project, fleet, containers, timeline],
  );
  const all = useMemo(
    () => resource.rows?.(source, scope, fetched) ?? fetched ?? [],
    [resource, scope, fetched, source],
  );
  const live = resource.columns.find(({ id }) => id === state.sort.column)?.live === true;
  const { filter, faults, sort } = state;
  const slow = useRef<string>(undefined);
  const chosen = useKeyedMemo([all, resource, filter, faults, sort, live ? world.state : undefined], () =>
    filteredRows(all, resource, state, world, slow),
  );
  const { tree } = resource;
  // A filter looks into folded branches.
  const rows = useMemo(
    () => (tree && filter === '' ? foldedRows(chosen, tree, resource.id, state.toggled) : chosen),
    [chosen, tree, filter, resource, state.toggled],
  );
  const ids = useMemo(() => rows.map((row) => resource.id(row)), [rows, resource]);
  const measured = useKeyedMemo<MeasuredWidths>([resource, project], () => new Map());
  const fitted = useKeyedMemo([all, measured], () => fitColumns(resource.columns, all, world, measured));
  const tooSlow = slow.current === filter && filter !== '';
  return { resource, columns, rows, ids, fitted, total: all.length, tooSlow, current: rows[cursorIndex(state, ids)] };
}

/** The columns that a table has by choice: on the screen, or in the settings. */
function shownColumns(
  resource: AnyResource,
  { columns }: TableState,
  project: string | undefined,
  views: TableViews,
): readonly string[] | undefined {
  return columns ?? viewOf(views, resource, project)?.columns;
}

/** An expression that took too long once is not tried again: all rows are shown, and the pane says why. */
function filteredRows(
  all: readonly unknown[],
  resource: AnyResource,
  state: TableState,
  world: CellContext,
  slow: { current?: string },
): readonly unknown[] {
  const { filter } = state;
  if (slow.current !== filter) {
    try {
      return selectRows(all, resource, state, world);
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      slow.current = filter;
    }
  }
  return selectRows(all, resource, { ...state, filter: '' }, world);
}

/** Reports whether there is a row at all: the hints of the view depend on it. */
export function useVacancy({ ids }: LiveTable, dispatch: Dispatch<TableAction>): void {
  const vacant = ids.length === 0;
  const report = useEffectEvent((now: boolean) => dispatch({ type: 'vacant', vacant: now }));
  useLayoutEffect(() => report(vacant), [vacant]);
}

/** Has the containers in the table's window sampled, and those of the row under the cursor kept fresh. */
export function useWatch(table: LiveTable, state: TableState, page: number): void {
  const host = useServices();
  const { resource, rows, ids, current } = table;
  const shown = shownIndexes(state.top, cursorIndex(state, ids), page, rows.length);
  const visible = shown.flatMap((index) => {
    const row = rows[index];
    return row === undefined ? [] : (resource.containers?.(row) ?? []);
  });
  const selected = current === undefined ? [] : (resource.containers?.(current) ?? []);
  useEffect(() => host.watch([...new Set([...visible, ...selected])], selected));
}
