import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NOON } from '../../../test/builders/facts.ts';
import { EngineError } from '../../engine/engine.ts';
import { createTheme } from '../../ui/theme.ts';
import { allGroups } from '../registry.ts';
import { consoleReducer, initialConsole } from '../shared/console-state.ts';
import type { View } from '../shared/views.ts';
import { bannerText, footerRow } from './status-rows.ts';
import { groupsOf } from './view-facts.ts';

const BINDINGS = { bound: new Map(allGroups.map((group) => [group.name, group])), readonly: false };

const theme = createTheme({ level: 0, ascii: false });

describe('the banner', () => {
  const why = new EngineError('no-socket', 'There is no engine socket.', 'Start it.');
  const lost = { state: 'lost' as const, since: NOON - 5000, why, attempt: 3, nextTry: NOON + 2000 };

  it('cannot be overlooked when the engine is simulated, lost, or was never there', () => {
    const received = (more: object) =>
      bannerText({
        simulated: false,
        connection: { state: 'ready', since: NOON },
        now: NOON,
        endpoint: 'x',
        bound: BINDINGS.bound,
        lastUpdateAt: NOON,
        ...more,
      })?.text;
    expect(received({})).toBeUndefined();
    expect(received({ simulated: true })).toContain('DEMO: simulated engine');
    expect(received({ connection: lost })).toBe('ENGINE LOST for 5s · next try in 2s · There is no engine socket.');
    expect(received({ connection: lost, lastUpdateAt: undefined })).toContain('NO ENGINE');
  });

  it('shows how to go on from everywhere at the smallest size, on every view', () => {
    const always = (view: View, focus = 'services') =>
      stripVTControlCharacters(
        footerRow(initialConsole({ header: true }), groupsOf(view, focus, BINDINGS), 60, NOON, theme),
      );
    expect(always({ kind: 'desk' })).toMatch(/desk.*<:> command {2}<\/> filter {2}<\?> help {2}<esc> back $/);
    expect(always({ kind: 'page', page: 'help' })).toMatch(/<:> command {2}<\/> search {2}<\?> help {2}<esc> back/);
    expect(always({ kind: 'desk' }, 'health')).not.toContain('</>');
    expect(always({ kind: 'desk' })).toHaveLength(60);
  });

  it('makes room for a message, and that for the crumbs', () => {
    const groups = groupsOf({ kind: 'desk' }, 'services', BINDINGS);
    const flashed = consoleReducer(initialConsole({ header: true }), {
      type: 'flash',
      flash: { tone: 'bad', text: 'it failed', until: NOON + 1000 },
    });
    expect(footerRow(flashed, groups, 60, NOON, theme)).toContain('it failed');
    expect(stripVTControlCharacters(footerRow(flashed, groups, 60, NOON + 2000, theme))).toContain('desk');
  });
});
