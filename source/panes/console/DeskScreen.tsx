import { Box } from 'ink';
import { type Dispatch, useEffect, useMemo } from 'react';
import type { Service } from '../../desk/model.ts';
import { isTrouble } from '../../desk/verdict.ts';
import type { AnyResource, CellContext, Opening, TableScope } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import { HealthPane } from '../health/HealthPane.tsx';
import { LogsPane } from '../logs/LogsPane.tsx';
import { MetricsPane } from '../metrics/MetricsPane.tsx';
import type { PaneName, View } from '../shared/console-state.ts';
import { useServices } from '../shared/services.ts';
import { TablePane } from '../table/TablePane.tsx';
import { useTable } from '../table/use-table.ts';
import { deskLayout, type Rect } from './layout.ts';

export type DeskScreenProps = {
  world: CellContext;
  state: TableState;
  dispatch: Dispatch<TableAction>;
  body: Rect;
  focus: PaneName;
  /** The pane under the services where there is room for one only; undefined: what the service calls for. */
  shown: Exclude<PaneName, 'services'> | undefined;
  full: boolean;
  onOpen(opening: Opening): void;
};

const WHOLE: TableScope = {};
const RESOURCE: AnyResource = services;

/** Services, health, logs, metrics: the service under the cursor drives the other three. */
export function DeskScreen({ world, state, dispatch, body, focus, shown, full, onOpen }: DeskScreenProps) {
  const table = useTable(RESOURCE, WHOLE, state, world);
  const current = table.current as Service | undefined;
  const places = full ? { [focus]: body } : deskLayout(body, shown ?? callsFor(current));
  const place = (name: PaneName) => places[name];
  const sized = (rect: Rect, name: PaneName) => ({ width: rect.width, height: rect.height, focused: focus === name });
  const [upper, health, metrics, logs] = [place('services'), place('health'), place('metrics'), place('logs')];
  return (
    <Box flexDirection="column" width={body.width} height={body.height}>
      {upper && (
        <TablePane
          table={table}
          state={state}
          dispatch={dispatch}
          world={world}
          scopeName={world.project ?? 'all'}
          onOpen={onOpen}
          {...sized(upper, 'services')}
        />
      )}
      <Box>
        {(health || metrics) && (
          <Box flexDirection="column">
            {health && <HealthPane service={current} world={world} {...sized(health, 'health')} />}
            {metrics && <MetricsPane service={current} world={world} {...sized(metrics, 'metrics')} />}
          </Box>
        )}
        {logs && <LogsPane service={current} world={world} {...sized(logs, 'logs')} />}
      </Box>
    </Box>
  );
}

/** What is wrong with a service comes before what it says. */
function callsFor(service: Service | undefined): 'health' | 'logs' {
  return service && isTrouble(service.verdict) ? 'health' : 'logs';
}

/** One pane on the whole screen, for one service. */
export function PaneScreen({
  view,
  world,
  body,
}: {
  view: Extract<View, { kind: 'pane' }>;
  world: CellContext;
  body: Rect;
}) {
  const host = useServices();
  const { desk } = world;
  const service = desk.byId.get(view.service);
  const marked = useMemo(() => view.marked?.flatMap((id) => desk.byId.get(id) ?? []), [view.marked, desk]);
  const containers = (service?.containers ?? []).map(({ id }) => id);
  // No table is on the screen that would have them kept fresh.
  useEffect(() => host.watch(containers, containers));
  const props = { service, world, width: body.width, height: body.height, focused: true };
  if (view.pane === 'logs') return <LogsPane {...props} marked={marked} moment={view.moment} />;
  return view.pane === 'health' ? <HealthPane {...props} /> : <MetricsPane {...props} />;
}
