import type { Dispatch } from 'react';
import { resourceOf } from '../../resources/registry.ts';
import type { CellContext, Opening } from '../../resources/resource.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TableAction } from '../../ui/table/table-state.ts';
import { OutputScreen } from '../session/OutputScreen.tsx';
import { type ConsoleState, currentScreen, type View } from '../shared/console-state.ts';
import { TableScreen } from '../table/TableScreen.tsx';
import {
  AliasScreen,
  DescribeScreen,
  HelpScreen,
  PlainScreen,
  ProcessScreen,
  SelfScreen,
  XrayScreen,
  YamlScreen,
} from '../text/TextScreens.tsx';
import { DeskScreen, PaneScreen } from './DeskScreen.tsx';
import type { Rect } from './layout.ts';
import { Unreachable } from './Unreachable.tsx';

export type BodyProps = {
  state: ConsoleState;
  dispatch: Dispatch<TableAction>;
  world: CellContext;
  rect: Rect;
  /** As bound, for the help. */
  groups: readonly KeyGroup[];
  onOpen(opening: Opening): void;
};

/** Views that have nothing to show before an engine has told anything. */
const NEEDS_ENGINE: ReadonlySet<View['kind']> = new Set(['desk', 'table', 'pane', 'xray']);

/** What stands between header and footer: the view at the top of the history. */
export function Body({ state, dispatch, world, rect, groups, onOpen }: BodyProps) {
  const { view, table } = currentScreen(state);
  const size = { width: rect.width, height: rect.height };
  const { connection, lastUpdateAt } = world.state;
  if (connection.state === 'lost' && lastUpdateAt === undefined && NEEDS_ENGINE.has(view.kind))
    return <Unreachable why={connection.why} {...size} />;
  switch (view.kind) {
    case 'desk': {
      const { focus, shown, full } = state;
      return <DeskScreen {...{ world, focus, shown, full, dispatch, onOpen }} state={table} body={rect} />;
    }
    case 'table': {
      const resource = resourceOf(view.resource);
      return resource ? (
        <TableScreen {...{ resource, world, dispatch, onOpen }} scope={view.scope} state={table} body={rect} />
      ) : null;
    }
    case 'pane':
      return <PaneScreen view={view} world={world} body={rect} />;
    case 'describe':
      return <DescribeScreen view={view} world={world} {...size} />;
    case 'yaml':
      return <YamlScreen about={view.about} name={view.name} {...size} />;
    case 'processes':
      return <ProcessScreen containers={view.containers} name={view.name} {...size} />;
    case 'output':
      return <OutputScreen output={view.output} name={view.name} {...size} />;
    case 'text':
      return <PlainScreen name={view.name} lines={view.lines} {...size} />;
    case 'xray':
      return <XrayScreen world={world} {...size} />;
    case 'help':
      return <HelpScreen groups={groups} {...size} />;
    case 'aliases':
      return <AliasScreen {...size} />;
    case 'self':
      return <SelfScreen world={world} {...size} />;
  }
}
