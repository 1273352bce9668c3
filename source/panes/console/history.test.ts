import { describe, expect, it } from 'vitest';
import { panes } from '../registry.ts';
import { type ConsoleAction, consoleReducer, currentScreen, initialConsole } from '../shared/console-state.ts';
import { paneBeside } from './use-console-keys.ts';

const start = initialConsole({ header: true });
const reduced = (...actions: ConsoleAction[]) => actions.reduce(consoleReducer, start);
const kinds = (state: typeof start) =>
  state.screens.map(({ view }) => (view.kind === 'table' ? view.resource : view.kind));

describe('the history of views', () => {
  const table = (resource: string): ConsoleAction => ({ type: 'open', view: { kind: 'table', resource, scope: {} } });

  it('goes back and forward, and opens again from where one is', () => {
    const state = reduced(table('containers'), table('images'), { type: 'back' });
    expect([kinds(state), state.at]).toEqual([['desk', 'containers', 'images'], 1]);
    expect(consoleReducer(state, { type: 'forward' }).at).toBe(2);
    expect(kinds(consoleReducer(state, table('volumes')))).toEqual(['desk', 'containers', 'volumes']);
    expect(reduced({ type: 'back' }).at).toBe(0);
  });

  it('leads to the view before this one and back again', () => {
    const state = reduced(table('containers'), table('images'), { type: 'last' });
    expect(state.at).toBe(1);
    expect(consoleReducer(state, { type: 'last' }).at).toBe(2);
  });

  it('keeps cursor and filter of each table', () => {
    const filtered = reduced({ type: 'table', action: { type: 'filter', text: 'redis' } }, table('images'), {
      type: 'back',
    });
    expect(currentScreen(filtered).table.filter).toBe('redis');
  });

  it('is bounded and keeps its root', () => {
    const state = reduced(...Array.from({ length: 200 }, () => table('images')));
    expect(state.screens.length).toBeLessThanOrEqual(51);
    expect(
      currentScreen(
        reduced(...Array.from({ length: 200 }, () => table('images')), { type: 'open', view: { kind: 'desk' } }),
      ).view.kind,
    ).toBe('desk');
  });

  it('shows the pane that had the focus last when there is room for one', () => {
    const round = Array.from({ length: panes.length }).reduce<string[]>(
      (names) => [...names, paneBeside(names.at(-1) ?? '', 1)],
      ['services'],
    );
    expect(round).toEqual(['services', 'health', 'logs', 'metrics']);
    expect([paneBeside('metrics', 1), paneBeside('services', -1)]).toEqual(['services', 'metrics']);
    const state = reduced(...round.map((pane) => ({ type: 'focus' as const, pane })), {
      type: 'focus',
      pane: 'services',
    });
    expect([state.focus, state.shown]).toEqual(['services', 'metrics']);
  });
});
