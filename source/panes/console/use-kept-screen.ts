import { type Dispatch, useEffect, useEffectEvent, useRef } from 'react';
import { resourceOf } from '../../resources/registry.ts';
import type { CellContext } from '../../resources/resource.ts';
import { pageNamed } from '../registry.ts';
import type { Controls } from '../shared/console-context.ts';
import { type ConsoleAction, type ConsoleState, currentScreen } from '../shared/console-state.ts';
import type { KeptScreen } from '../shared/kept.ts';
import { useServices } from '../shared/services.ts';
import type { View } from '../shared/views.ts';

/** The view to begin with; undefined: the desk. */
export function viewOfKept({ view }: KeptScreen): View | undefined {
  if (view === undefined) return undefined;
  if ('table' in view) return resourceOf(view.table) && { kind: 'table', resource: view.table, scope: {} };
  return pageNamed(view.page) && { kind: 'page', page: view.page };
}

/** A view that means the same another day: a table of everything, a page about the desk. */
function keptView(view: View): KeptScreen['view'] {
  if (view.kind === 'table') return Object.keys(view.scope).length === 0 ? { table: view.resource } : undefined;
  return view.kind === 'page' && pageNamed(view.page)?.needsEngine ? { page: view.page } : undefined;
}

/** Remembers the screen of each context, and looks up that of another one when it is switched to. */
export function useKeptScreen(state: ConsoleState, dispatch: Dispatch<ConsoleAction>, world: CellContext): void {
  const { screens } = useServices();
  const { engineId } = world.state;
  const { tables, project } = state;
  const { view } = currentScreen(state);
  const of = useRef(engineId);
  const begun = useRef(false);
  useEffect(() => {
    if (of.current !== engineId) {
      of.current = engineId;
      return dispatch({ type: 'tables', tables: screens.of(engineId).tables });
    }
    if (begun.current) screens.keep(engineId, { view: keptView(view), project, tables });
    begun.current = true;
  }, [engineId, tables, view, project, screens, dispatch]);
}

/** Says once what is hidden because the last run ended so. `known`: the engine has listed its objects. */
export function useKeptNotice(
  state: ConsoleState,
  world: CellContext,
  known: boolean,
  dispatch: Dispatch<ConsoleAction>,
  controls: Controls,
): void {
  const begin = useEffectEvent(() => {
    const { filter } = currentScreen(state).table;
    const { project } = state;
    if (project !== undefined && !world.desk.projects.some(({ name }) => name === project)) {
      dispatch({ type: 'project' });
      return controls.flash('info', `The project ${project} of the last run is gone: showing all.`);
    }
    if (filter !== '')
      controls.flash(
        'info',
        `As in the last run, only what matches /${filter} is shown. {everywhere.back} clears the filter.`,
      );
  });
  useEffect(() => {
    if (known) begin();
  }, [known]);
}
