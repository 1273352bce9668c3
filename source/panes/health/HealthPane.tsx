import { stripVTControlCharacters } from 'node:util';
import { useState } from 'react';
import { isTrouble } from '../../desk/levels.ts';
import type { Service } from '../../desk/model.ts';
import { safe } from '../../lib/text.ts';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import { Frame } from '../../ui/Frame.tsx';
import { initialTable } from '../../ui/table/table-state.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { workloadKeys } from '../shared/keys.ts';
import type { Pane, PaneProps } from '../shared/views.ts';
import { useRowKeys } from '../table/use-row-keys.ts';
import { healthRows } from './health-rows.ts';
import { healthKeys } from './keys.ts';
import { useScroll } from './use-scroll.ts';

export const healthPane: Pane = {
  name: 'health',
  command: { names: ['health'], argument: 'NAME', help: 'health of a service' },
  keys: [healthKeys, workloadKeys],
  column: 'left',
  // Problems of a service are shown before its log.
  calls: (service) => service !== undefined && isTrouble(service.verdict),
  Component: HealthPane,
};

/** Problems, causes, impact and advice, for the selected service or the whole desk. */
function HealthPane({ service, world, width, height, focused }: PaneProps) {
  const theme = useTheme();
  const controls = useControls();
  const bound = useBoundGroups();
  const [desk, setDesk] = useState(false);
  const [unfolded, setUnfolded] = useState(false);
  const page = Math.max(1, height - 2);
  const whole = desk || !service;
  const rows = healthRows({
    service,
    world,
    theme,
    bound,
    width: width - 2,
    desk: whole,
    unfolded,
    height: focused ? undefined : page,
  });
  const { top, place, handlers } = useScroll(whole ? '' : service.id, rows.length, page);
  useServiceKeys(service, world, focused);
  useKeys(
    healthKeys,
    {
      ...handlers,
      desk: () => setDesk(!desk),
      unfold: () => setUnfolded(!unfolded),
      save: () =>
        controls.save(
          `health-${whole ? 'desk' : service.name}.txt`,
          `${rows.map(stripVTControlCharacters).join('\n')}\n`,
        ),
    },
    { layer: 'pane', active: focused },
  );
  return (
    <Frame
      title={` Health(${whole ? 'desk' : safe(service.name)}) `}
      note={focused ? place : ''}
      width={width}
      height={height}
      focused={focused}
      rows={rows.slice(top, top + page)}
    />
  );
}

const RESOURCE: AnyResource = services;
const NO_WIDTHS: ReadonlyMap<string, number> = new Map();
const NO_MARKS = initialTable(RESOURCE.sort);

/** Keys act on the selected service as they do in its row. */
function useServiceKeys(service: Service | undefined, world: CellContext, active: boolean): void {
  const rows = service ? [service] : [];
  const table = {
    resource: RESOURCE,
    rows,
    ids: rows.map(({ id }) => id),
    fitted: NO_WIDTHS,
    total: rows.length,
    current: service,
  };
  useRowKeys(table, NO_MARKS, world, active);
}
