import type { Dispatch } from 'react';
import { errorWithAdvice } from '../../lib/error.ts';
import type { EngineId } from '../../lib/ids.ts';
import { exactly } from '../../lib/pattern.ts';
import type { Opening } from '../../resources/resource.ts';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction } from '../shared/console-state.ts';
import type { AppServices } from '../shared/services.ts';
import type { View } from '../shared/views.ts';

/** Where rows lead to. */

export type Following = { host: AppServices; dispatch: Dispatch<ConsoleAction>; flash: Controls['flash'] };

/** Opens what a row leads to: on another engine, or a view of this one. */
export function follow(opening: Opening, following: Following): void {
  if (opening.open === 'context') void switchContext(opening, following);
  else openHere(opening, following.host.store.seen().engineId, following.dispatch);
}

/** Switches to another engine; if that fails, the screen stays. */
async function switchContext(
  { name, service }: Extract<Opening, { open: 'context' }>,
  { host, dispatch, flash }: Following,
): Promise<void> {
  try {
    await host.switchContext(name);
    dispatch({ type: 'project' });
    dispatch({ type: 'open', view: { kind: 'desk' } });
    dispatch({ type: 'table', action: { type: 'filter', text: service === undefined ? '' : exactly(service) } });
    flash('good', `Context ${name}: ${host.endpoint()}`);
  } catch (error) {
    flash('bad', errorWithAdvice(error));
  }
}

function openHere(opening: Local, engine: EngineId, dispatch: Dispatch<ConsoleAction>): void {
  if (opening.open === 'project') dispatch({ type: 'project', project: opening.project });
  dispatch({
    type: 'open',
    view: viewOf(opening, engine),
    filter: opening.open === 'table' ? opening.filter : undefined,
  });
}

/** Actions that stay on this engine. */
type Local = Exclude<Opening, { open: 'context' }>;

function viewOf(opening: Local, engine: EngineId): View {
  switch (opening.open) {
    case 'table':
      return { kind: 'table', resource: opening.resource, scope: opening.scope };
    case 'inspect':
      return { kind: 'describe', about: { ...opening.about, engine }, name: opening.name };
    case 'layers':
      return { kind: 'layers', image: opening.image, name: opening.name };
    case 'read':
      return { kind: 'read', name: opening.name, read: opening.read };
    case 'text':
      return { kind: 'text', name: opening.name, lines: opening.lines };
    case 'logs': {
      const { open: pane, ...about } = opening;
      return { kind: 'pane', pane, ...about };
    }
    case 'project':
      return { kind: 'desk' };
  }
}
