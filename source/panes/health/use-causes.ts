import { useState } from 'react';
import type { ServiceId } from '../../lib/ids.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useControls } from '../shared/console-context.ts';
import { useMemory } from '../shared/memory.ts';
import type { Block } from './cause-rows.ts';

type Causes = {
  /** The rows of all blocks, the chosen cause under the cursor. */
  rows: string[];
  handlers: Record<'open' | 'nextCause' | 'previousCause', () => unknown>;
};

/** A cursor over the causes among blocks of rows: the first one until another is chosen. `show` scrolls to rows. */
export function useCauses(
  blocks: readonly Block[],
  show: (first: number, end: number) => void,
  focused: boolean,
): Causes {
  const controls = useControls();
  const theme = useTheme();
  const memory = useMemory<ServiceId | undefined>('chosen cause', undefined);
  const [chosen, choose] = useState(memory.recall());
  const abouts = blocks.flatMap(({ about }) => about ?? []);
  const at = Math.max(0, chosen === undefined ? 0 : abouts.indexOf(chosen));
  const current = abouts[at];
  const step = (by: number) => {
    const next = abouts[(at + by + abouts.length) % abouts.length];
    if (next === undefined) return false;
    choose(next);
    memory.keep(next);
    const index = blocks.findIndex(({ about }) => about === next);
    const first = blocks.slice(0, index).reduce((sum, { rows }) => sum + rows.length, 0);
    return show(first, first + (blocks[index]?.rows.length ?? 0));
  };
  const marked = ({ rows, about }: Block): readonly string[] => {
    if (!focused || about === undefined || about !== current) return rows;
    const head = rows.findIndex((row) => row !== '');
    return rows.map((row, index) => (index === head ? theme.paint('cursor', row) : row));
  };
  return {
    rows: blocks.flatMap(marked),
    handlers: {
      open: () => (current === undefined ? false : controls.open({ kind: 'pane', pane: 'health', service: current })),
      nextCause: () => step(1),
      previousCause: () => step(-1),
    },
  };
}
