import type { Dispatch } from 'react';
import type { CellContext } from '../../resources/resource.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { panes } from '../registry.ts';
import type { Controls } from '../shared/console-context.ts';
import { type ConsoleAction, type ConsoleState, currentScreen, SERVICES } from '../shared/console-state.ts';
import { everywhereKeys } from '../shared/keys.ts';
import { type AppServices, useServices } from '../shared/services.ts';
import { isHelp, ofHosts } from './view-facts.ts';

/** The global keys. */
export function useConsoleKeys(
  state: ConsoleState,
  dispatch: Dispatch<ConsoleAction>,
  controls: Controls,
  world: CellContext,
): void {
  const host = useServices();
  const screen = currentScreen(state);
  const isTable = screen.view.kind === 'table' || (screen.view.kind === 'desk' && state.focus === SERVICES);
  const onDesk = screen.view.kind === 'desk';
  const back = (key: string) => {
    if (controls.stopPlanning()) return;
    if (isTable && screen.table.filter !== '') return dispatch({ type: 'table', action: { type: 'filter', text: '' } });
    if (state.full || state.at > 0) return dispatch({ type: 'back' });
    if (onDesk && state.focus !== SERVICES) return dispatch({ type: 'focus', pane: SERVICES });
    if (key === 'q') dispatch({ type: 'ask', question: { kind: 'quit', running: controls.running() } });
  };
  useKeys(
    everywhereKeys,
    {
      command: () => dispatch({ type: 'prompt', prompt: { kind: 'command', initial: '' } }),
      filter: () =>
        isTable ? dispatch({ type: 'prompt', prompt: { kind: 'filter', initial: screen.table.filter } }) : false,
      help: () => (isHelp(screen.view) ? dispatch({ type: 'back' }) : controls.open({ kind: 'page', page: 'help' })),
      back,
      cancel: () => askCancel(dispatch, controls),
      quit: () => quit(state, dispatch, controls, host),
      refresh: () => {
        if (ofHosts(screen.view) === undefined) host.refresh();
        else retryHosts(screen.table.cursor, host);
        controls.flash('info', 'Refreshing');
      },
      previousView: () => dispatch({ type: 'back' }),
      nextView: () => dispatch({ type: 'forward' }),
      lastView: () => dispatch({ type: 'last' }),
      header: () => dispatch({ type: 'toggle', what: 'header' }),
      crumbs: () => dispatch({ type: 'toggle', what: 'crumbs' }),
      aliases: () => controls.open({ kind: 'page', page: 'aliases' }),
      nextPane: () => (onDesk ? dispatch({ type: 'focus', pane: paneBeside(state.focus, 1) }) : false),
      previousPane: () => (onDesk ? dispatch({ type: 'focus', pane: paneBeside(state.focus, -1) }) : false),
      full: () => (onDesk ? dispatch({ type: 'toggle', what: 'full' }) : false),
      project: (key) => chooseProject(key, host.settings.favourites, world, dispatch, controls),
    },
    { layer: 'everywhere' },
  );
}

/** The host under the cursor if it is not connected, else all. */
function retryHosts(name: string | undefined, { fleet }: AppServices): void {
  const at = fleet.get().hosts.find(({ spec }) => spec.name === name);
  fleet.retry(at === undefined || at.state === 'live' ? undefined : at.spec.name);
}

/** Asks before cancelling running actions. */
function askCancel(dispatch: Dispatch<ConsoleAction>, controls: Controls): void {
  const running = controls.running();
  if (running.length === 0) return controls.flash('info', 'Nothing to cancel.');
  dispatch({ type: 'ask', question: { kind: 'cancel', running } });
}

/** The next pane of the desk after this one, or the one before it. */
export function paneBeside(focus: string, by: 1 | -1): string {
  const names = [SERVICES, ...panes.map(({ name }) => name)];
  return names.at((names.indexOf(focus) + by) % names.length) ?? SERVICES;
}

/** Quits at once, unless an action is running: then it asks first, and quits the second time. */
export function quit(
  { question }: Pick<ConsoleState, 'question'>,
  dispatch: Dispatch<ConsoleAction>,
  controls: Controls,
  host: AppServices,
): void {
  const running = controls.running();
  if (running.length === 0 || question?.kind === 'quit') return host.quit();
  dispatch({ type: 'ask', question: { kind: 'quit', running } });
}

/** The projects of the digits from 1 on: the favourites of the settings, else all in order. */
export function projectsOnDigits(favourites: readonly string[], { projects }: CellContext['desk']): readonly string[] {
  return favourites.length > 0 ? favourites : projects.map(({ name }) => name);
}

/** 0 is all. */
function chooseProject(
  key: string,
  favourites: readonly string[],
  world: CellContext,
  dispatch: Dispatch<ConsoleAction>,
  controls: Controls,
): void {
  if (key === '0') return dispatch({ type: 'project' });
  const project = projectsOnDigits(favourites, world.desk)[Number(key) - 1];
  if (project === undefined) return controls.flash('info', `There is no project on key ${key}.`);
  dispatch({ type: 'project', project });
}
