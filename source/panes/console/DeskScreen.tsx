import { Box } from 'ink';
import { type Dispatch, useEffect, useMemo, useState } from 'react';
import type { Service } from '../../desk/model.ts';
import type { AnyResource, CellContext, TableScope } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import { paneNamed, panes } from '../registry.ts';
import { SERVICES } from '../shared/console-state.ts';
import { useServices } from '../shared/services.ts';
import type { ViewOf } from '../shared/views.ts';
import { TablePane } from '../table/TablePane.tsx';
import { useTable, useVacancy } from '../table/use-table.ts';
import { Guarded } from './Guarded.tsx';
import { deskLayout, type Rect, type Wanted } from './layout.ts';

export type DeskScreenProps = {
  world: CellContext;
  table: TableState;
  dispatch: Dispatch<TableAction>;
  body: Rect;
  focus: string;
  /** The pane below the services if there is room for only one; undefined: chosen by the service's state. */
  shown: string | undefined;
  full: boolean;
};

const WHOLE: TableScope = {};
const RESOURCE: AnyResource = services;

/** Services and the panes of the registry, which follow the service under the cursor. */
export function DeskScreen({ world, table: state, dispatch, body, focus, shown, full }: DeskScreenProps) {
  const table = useTable(RESOURCE, WHOLE, state, world);
  useVacancy(table, dispatch);
  const current = table.current as Service | undefined;
  const one = shown ?? panes.find((pane) => pane.calls?.(current))?.name ?? SERVICES;
  const places = full ? [{ pane: focus, rect: body }] : deskLayout(body, wantedBy(current), one);
  return (
    <Box width={body.width} height={body.height}>
      {places.map(({ pane: name, rect }) => {
        const Pane = paneNamed(name)?.Component;
        const size = { width: rect.width, height: rect.height, focused: focus === name };
        return (
          <Box key={name} position="absolute" marginLeft={rect.left - body.left} marginTop={rect.top - body.top}>
            <Guarded name={`the ${name} pane`} about={current?.id} world={world} {...size}>
              {Pane ? (
                <Pane service={current} world={world} {...size} />
              ) : (
                <TablePane
                  table={table}
                  state={state}
                  dispatch={dispatch}
                  world={world}
                  scopeName={world.project ?? 'all'}
                  {...size}
                />
              )}
            </Guarded>
          </Box>
        );
      })}
    </Box>
  );
}

/** The panes with what each needs for the selected service. */
function wantedBy(service: Service | undefined): Wanted[] {
  return panes.map(({ name, column, enough }) => ({ name, column, enough: enough?.(service) }));
}

/** One pane on the whole screen, for one service. */
export function PaneScreen({ view, world, body }: { view: ViewOf<'pane'>; world: CellContext; body: Rect }) {
  const host = useServices();
  const { desk } = world;
  const service = useLastKnown(desk.byId.get(view.service), view.pane === 'logs');
  const marked = useMemo(() => view.marked?.flatMap((id) => desk.byId.get(id) ?? []), [view.marked, desk]);
  const containers = (service?.containers ?? []).map(({ id }) => id);
  // No table is on the screen that would keep them fresh.
  useEffect(() => host.watch(containers, containers));
  const Pane = paneNamed(view.pane)?.Component;
  if (!Pane) return null;
  const { width, height } = body;
  const { moment, previous, find, over } = view;
  return <Pane {...{ service, world, width, height, marked, moment, previous, find, over }} focused />;
}

/** The logs of a removed service stay, as its last lines are needed then. Other panes show the current state. */
function useLastKnown(service: Service | undefined, keeps: boolean): Service | undefined {
  const [cell] = useState<{ last?: Service }>({});
  if (service) cell.last = service;
  return service ?? (keeps ? cell.last : undefined);
}
