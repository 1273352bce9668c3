import { stripVTControlCharacters } from 'node:util';
import { useState } from 'react';
import { Frame } from '../../ui/Frame.tsx';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import type { Page, PageProps } from '../shared/views.ts';
import { type Block, deskBlocks } from './cause-rows.ts';
import { healthKeys } from './keys.ts';
import { pulseBlocks } from './pulse-rows.ts';
import type { RowContext } from './row.ts';
import { useCauses } from './use-causes.ts';
import { useScroll } from './use-scroll.ts';

export const pulsePage: Page = {
  name: 'pulse',
  command: {
    names: ['pulse', 'pu'],
    argument: '',
    help: 'the desk as gauges: services, CPU, memory, projects, causes',
  },
  keys: [healthKeys],
  needsEngine: true,
  Component: (props) => <DeskPage title="Pulse" blocksOf={pulseBlocks} {...props} />,
};

export const causesPage: Page = {
  name: 'causes',
  command: {
    names: ['causes', 'cause'],
    argument: '',
    help: 'problems of the desk: causes, impact and advice',
  },
  keys: [healthKeys],
  needsEngine: true,
  Component: (props) => <DeskPage title="Causes" blocksOf={deskBlocks} {...props} />,
};

type DeskPageProps = PageProps & { title: string; blocksOf(unfolded: boolean, sheet: RowContext): Block[] };

/** The health of the whole desk, on the whole screen. */
function DeskPage({ title, blocksOf, world, width, height }: DeskPageProps) {
  const theme = useTheme();
  const bound = useBoundGroups();
  const controls = useControls();
  const [unfolded, setUnfolded] = useState(false);
  const page = Math.max(1, height - 2);
  const blocks = blocksOf(unfolded, { world, theme, bound, width: width - 4 });
  const count = blocks.reduce((sum, block) => sum + block.rows.length, 0);
  const { top, place, show, handlers } = useScroll(title, count, page);
  const causes = useCauses(blocks, show, true);
  const { rows } = causes;
  const save = () => controls.save(`${title.toLowerCase()}.txt`, `${rows.map(stripVTControlCharacters).join('\n')}\n`);
  const desk = () => controls.open({ kind: 'desk' });
  useKeys(
    healthKeys,
    { ...handlers, ...causes.handlers, desk, unfold: () => setUnfolded(!unfolded), save },
    { layer: 'pane' },
  );
  const shown = rows.slice(top, top + page).map((row) => (row === '' ? row : ` ${row}`));
  const name = world.project === undefined ? 'desk' : world.project;
  return <Frame title={` ${title}(${name}) `} note={place} width={width} height={height} focused rows={shown} />;
}
