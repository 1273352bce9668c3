import { stripVTControlCharacters } from 'node:util';
import { useState } from 'react';
import { isTrouble } from '../../desk/levels.ts';
import { safe } from '../../lib/text.ts';
import { Frame } from '../../ui/Frame.tsx';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { workloadKeys } from '../shared/keys.ts';
import type { Pane, PaneProps } from '../shared/views.ts';
import { useServiceKeys } from '../table/use-row-keys.ts';
import { hasManyCauses } from './cause-rows.ts';
import { healthBlocks } from './health-rows.ts';
import { healthKeys } from './keys.ts';
import { useCauses } from './use-causes.ts';
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
  const blocks = healthBlocks({
    service,
    world,
    theme,
    bound,
    width: width - 2,
    desk: whole,
    unfolded,
    height: focused ? undefined : page,
  });
  const count = blocks.reduce((sum, block) => sum + block.rows.length, 0);
  const { top, place, show, handlers } = useScroll(whole ? '' : service.id, count, page);
  const causes = useCauses(blocks, show, focused);
  const { rows } = causes;
  useServiceKeys(service, world, focused);
  useKeys(
    healthKeys,
    {
      ...handlers,
      ...causes.handlers,
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
      title={whole ? ` ${hasManyCauses({ world }) ? 'Pulse' : 'Health'}(desk) ` : ` Health(${safe(service.name)}) `}
      note={focused ? place : ''}
      width={width}
      height={height}
      focused={focused}
      rows={rows.slice(top, top + page)}
    />
  );
}
