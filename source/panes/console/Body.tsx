import type { Dispatch } from 'react';
import type { CellContext } from '../../resources/resource.ts';
import type { TableAction } from '../../ui/table/table-state.ts';
import { pageNamed, viewDefinition } from '../registry.ts';
import { type ConsoleState, currentScreen } from '../shared/console-state.ts';
import { DeskScreen, PaneScreen } from './DeskScreen.tsx';
import type { Rect } from './layout.ts';
import { Unreachable } from './Unreachable.tsx';
import { needsEngine } from './view-facts.ts';

export type BodyProps = {
  state: ConsoleState;
  dispatch: Dispatch<TableAction>;
  world: CellContext;
  rect: Rect;
};

/** The part between header and footer: the current view. */
export function Body({ state, dispatch, world, rect }: BodyProps) {
  const { view, table } = currentScreen(state);
  const size = { width: rect.width, height: rect.height };
  const { connection, lastUpdateAt } = world.state;
  if (connection.state === 'lost' && lastUpdateAt === undefined && needsEngine(view))
    return <Unreachable why={connection.why} {...size} />;
  if (view.kind === 'desk') {
    const { focus, shown, full } = state;
    return <DeskScreen {...{ world, focus, shown, full, dispatch, table }} body={rect} />;
  }
  if (view.kind === 'pane') return <PaneScreen view={view} world={world} body={rect} />;
  if (view.kind === 'page') {
    const Page = pageNamed(view.page)?.Component;
    return Page ? <Page world={world} {...size} /> : null;
  }
  const { Component } = viewDefinition(view.kind);
  return <Component {...{ view, world, table, dispatch }} {...size} />;
}
