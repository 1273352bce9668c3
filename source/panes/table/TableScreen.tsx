import { type Dispatch, useEffect, useState } from 'react';
import { age } from '../../lib/format.ts';
import type { AnyResource, CellContext, Opening, TableScope } from '../../resources/resource.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import type { Rect } from '../console/layout.ts';
import { errorMessage, useControls } from '../shared/console-context.ts';
import { useServices } from '../shared/services.ts';
import { TablePane } from './TablePane.tsx';
import { useTable } from './use-table.ts';

export type TableScreenProps = {
  resource: AnyResource;
  scope: TableScope;
  world: CellContext;
  state: TableState;
  dispatch: Dispatch<TableAction>;
  body: Rect;
  onOpen(opening: Opening): void;
};

/** A table on the whole screen; rows the desk does not know are asked of the engine. */
export function TableScreen({ resource, scope, world, state, dispatch, body, onOpen }: TableScreenProps) {
  const fetched = useFetched(resource);
  const table = useTable(resource, scope, state, world, resource.fetch ? fetched.rows : undefined);
  const service = scope.service === undefined ? undefined : world.desk.byId.get(scope.service);
  const note = fetched.at === undefined ? '' : `${age(world.state.now - fetched.at)} old`;
  return (
    <TablePane
      table={table}
      state={state}
      dispatch={dispatch}
      world={world}
      scopeName={service?.name ?? scope.service ?? scope.project ?? world.project ?? 'all'}
      note={note}
      asking={resource.fetch !== undefined && fetched.rows === NONE}
      width={body.width}
      height={body.height}
      focused
      onOpen={onOpen}
    />
  );
}

const NONE: readonly unknown[] = [];

/** Asks when the table is opened and at every poll while it is looked at; old rows stay when an answer fails, and it is told. */
function useFetched(resource: AnyResource): { rows: readonly unknown[]; at?: number } {
  const host = useServices();
  const controls = useControls();
  const [fetched, setFetched] = useState<{ rows: readonly unknown[]; at?: number }>({ rows: NONE });
  useEffect(() => {
    const { fetch } = resource;
    if (!fetch) return;
    const ending = new AbortController();
    let cancel = () => {};
    const run = async () => {
      try {
        const rows = await fetch({ engine: host.engine(), audit: host.audit }, ending.signal);
        if (!ending.signal.aborted) setFetched({ rows, at: host.clock.now() });
      } catch (error) {
        if (!ending.signal.aborted) controls.flash('bad', errorMessage(error));
      }
      if (!ending.signal.aborted) cancel = host.clock.after(host.settings.engine.poll * 1000, run);
    };
    void run();
    return () => {
      cancel();
      ending.abort();
    };
  }, [host, controls, resource]);
  return fetched;
}
