import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compose, container, NOON } from '../../../test/builders/facts.ts';
import { exness } from '../../../test/incidents/stacks.ts';
import { exec } from '../../actions/exec.ts';
import { pause } from '../../actions/pause.ts';
import { prune } from '../../actions/prune.ts';
import { scale } from '../../actions/scale.ts';
import { Deriver } from '../../desk/derive.ts';
import { initialState, reduceAll } from '../../desk/reduce.ts';
import { EngineError } from '../../engine/engine.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { width } from '../../lib/text.ts';
import { containers } from '../../resources/containers.ts';
import type { CellContext } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import { createTheme } from '../../ui/theme.ts';
import { panes } from '../registry.ts';
import { type ConsoleAction, consoleReducer, currentScreen, initialConsole } from '../shared/console-state.ts';
import type { View } from '../shared/views.ts';
import { csvOf } from '../table/csv.ts';
import { describeContainer, describeService } from '../text/describe.ts';
import { helpLines } from '../text/help.ts';
import { parseCommand, suggestCommand } from './command.ts';
import { headerRows } from './header-rows.ts';
import { deskLayout, screenLayout } from './layout.ts';
import { parseTime } from './run-command.ts';
import { bannerText, footerRow } from './status-rows.ts';
import { paneBeside } from './use-console-keys.ts';
import { groupsOf } from './view-facts.ts';

const theme = createTheme({ level: 0, ascii: false, background: 'dark' });

function worldOf(all: readonly ContainerFacts[], project?: string): CellContext {
  const state = reduceAll(initialState(NOON, 'fake'), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers: all },
  ]);
  return { state, desk: new Deriver().derive(state), project, glyph: theme.glyph };
}

/** No binding was changed by the settings. */
const UNCHANGED: ReadonlyMap<string, KeyGroup> = new Map();

const start = initialConsole({ header: true });
const reduced = (...actions: ConsoleAction[]) => actions.reduce(consoleReducer, start);
const kinds = (state: typeof start) =>
  state.screens.map(({ view }) => (view.kind === 'table' ? view.resource : view.kind));

describe('the history of views', () => {
  const table = (resource: string): ConsoleAction => ({ type: 'open', view: { kind: 'table', resource, scope: {} } });

  it('goes back and forward, and opens anew from where one is', () => {
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

  it('shows the pane that had the focus last where there is room for one', () => {
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

describe('commands', () => {
  const world = {
    services: [
      { id: 'compose:exness/redis', name: 'redis', project: 'exness' },
      { id: 'compose:maricusco/redis', name: 'redis', project: 'maricusco' },
      { id: 'container:trading-api', name: 'trading-api' },
    ],
    projects: ['exness', 'maricusco'],
    loaded: true,
  };
  const parse = (text: string) => parseCommand(text, world);

  it('open tables, as k9s reads their arguments', () => {
    expect(parse('ctr')).toEqual({ kind: 'open', view: { kind: 'table', resource: 'containers', scope: {} } });
    expect(parse('svc exness')).toMatchObject({ view: { resource: 'services', scope: { project: 'exness' } } });
    expect(parse('svc /redis')).toMatchObject({ view: { resource: 'services' }, filter: 'redis' });
    expect(parse('svc @prod')).toMatchObject({ view: { resource: 'services', scope: {} }, context: 'prod' });
    expect(parse('x')).toEqual({ kind: 'open', view: { kind: 'page', page: 'xray' } });
    expect(parse('po app=fred')).toMatchObject({ view: { resource: 'containers' }, filter: '-l app=fred' });
  });

  it('open tables of one service, where its rows can be told by service', () => {
    const service = 'compose:exness/redis';
    expect(parse('tasks exness/redis')).toMatchObject({ view: { resource: 'tasks', scope: { service } } });
    expect(parse('ctr exness/redis')).toMatchObject({ view: { resource: 'containers', scope: { service } } });
    expect(parse('tasks exness')).toMatchObject({ view: { resource: 'tasks', scope: { project: 'exness' } } });
    expect(parse('tasks redis')).toMatchObject({ message: expect.stringContaining('in several projects') });
    expect(parse('tasks nothing')).toMatchObject({ message: 'There is no project or service "nothing".' });
    expect(parse('img trading-api')).toMatchObject({ message: expect.stringContaining('no project') });
  });

  it('find services by name, and say when a name fits several or none', () => {
    expect(parse('logs trading-api')).toMatchObject({
      view: { kind: 'pane', pane: 'logs', service: 'container:trading-api' },
    });
    expect(parse('logs exness/redis')).toMatchObject({ view: { service: 'compose:exness/redis' } });
    expect(parse('metrics redis')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('exness/redis, maricusco/redis'),
    });
    expect(parse('health nothing')).toMatchObject({ kind: 'error', message: 'There is no service "nothing".' });
  });

  it('run actions by name', () => {
    expect(parse('pause exness/redis')).toEqual({ kind: 'action', action: pause, name: 'exness/redis', words: [] });
    expect(parse('scale exness/redis 3')).toEqual({
      kind: 'action',
      action: scale,
      name: 'exness/redis',
      words: ['3'],
    });
    expect(parse('exec redis sh -c "a b"')).toMatchObject({ action: exec, name: 'redis', words: ['sh', '-c', 'a b'] });
    expect(parse('stop')).toMatchObject({ kind: 'error' });
    expect(parse('prune volumes')).toEqual({ kind: 'action', action: prune, name: 'volumes', words: [] });
    expect(parse('prune --all')).toMatchObject({ action: prune, name: '', words: ['--all'] });
  });

  it('tell what they do not know', () => {
    expect(parse('nonsense')).toMatchObject({ kind: 'error', message: expect.stringContaining('"nonsense"') });
    expect(parse('project nowhere')).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('exness, maricusco'),
    });
  });

  it('take the name of a project before the engine has told any', () => {
    const early = { services: [], projects: [], loaded: false };
    expect(parseCommand('project exness', early)).toEqual({ kind: 'project', project: 'exness' });
    expect(parseCommand('logs redis', early)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('not told'),
    });
  });

  it('are suggested while one types', () => {
    expect(suggestCommand('cont', world)).toBe('ainers');
    expect(suggestCommand('project ma', world)).toBe('ricusco');
    expect(suggestCommand('logs trad', world)).toBe('ing-api');
    expect(suggestCommand('tasks trad', world)).toBe('ing-api');
    expect(suggestCommand('tasks ma', world)).toBe('ricusco');
    expect(suggestCommand('img trad', world)).toBe('');
    expect(suggestCommand('zzz', world)).toBe('');
  });

  it('read the time to arm for', () => {
    expect(['', '10m', '90s', '1h', '5', 'off'].map(parseTime)).toEqual([
      600_000, 600_000, 90_000, 3_600_000, 300_000, 0,
    ]);
    expect(['soon', '-1m', '0', '9h'].map(parseTime)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the layout', () => {
  it('shows four panes where there is room, else services and one more, and fills the body exactly', () => {
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [100, 30],
      [120, 40],
      [300, 100],
    ] as const) {
      const { header, body, footer } = screenLayout(columns, rows, { header: true, banner: true });
      expect(header + body.height + footer.height).toBe(rows);
      const places = deskLayout(body, panes, 'logs').map(({ rect }) => rect);
      expect(
        places.reduce((cells, pane) => cells + pane.width * pane.height, 0),
        `${columns}x${rows}`,
      ).toBe(body.width * body.height);
      expect(places.every((pane) => pane.height >= 4 && pane.width >= 40)).toBe(true);
    }
    const names = (width: number, height: number, shown: string) =>
      deskLayout({ left: 0, top: 0, width, height }, panes, shown).map(({ pane }) => pane);
    expect(names(80, 20, 'health')).toEqual(['services', 'health']);
    expect(names(120, 33, 'logs')).toEqual(['services', 'health', 'metrics', 'logs']);
  });
});

describe('the header', () => {
  const world = worldOf([...Object.values(exness()), compose('trading', 'api', { state: 'exited', exitCode: 1 })]);
  const facts = {
    world,
    endpoint: 'unix:///var/run/docker.sock',
    readonly: true,
    cost: { cpuPercent: 0.5, rss: 90e6 },
    staleAfter: 15_000,
    groups: groupsOf({ kind: 'desk' }, 'services', UNCHANGED),
  };

  it('counts services by verdict, says read-only, and gives hints as they are bound', () => {
    const drawn = headerRows(facts, 120, 6, theme);
    expect(drawn.map(width)).toEqual(Array.from({ length: 6 }, () => 120));
    const text = drawn.join('\n');
    expect(text).toMatch(/✖ 1 down/);
    expect(text).toContain('READ-ONLY');
    expect(text).toContain('<r> restart');
  });

  it('does not call a load 0 % that nobody has measured yet', () => {
    const drawn = headerRows({ ...facts, cost: { rss: 90e6 } }, 120, 6, theme).join('\n');
    expect(drawn).toContain('… CPU');
    expect(drawn).not.toContain('0.0%');
  });

  it('hints at no key that does nothing in the view', () => {
    const hints = (view: View, focus: string) =>
      headerRows({ ...facts, groups: groupsOf(view, focus, UNCHANGED) }, 300, 6, theme).join('\n');
    expect(hints({ kind: 'desk' }, 'services')).toMatch(/<tab> pane[\s\S]*<\/> filter/);
    expect(hints({ kind: 'desk' }, 'services')).not.toContain('<esc>');
    expect(hints({ kind: 'desk' }, 'health')).not.toContain('filter');
    expect(hints({ kind: 'page', page: 'help' }, 'services')).toContain('<esc> back');
    expect(hints({ kind: 'page', page: 'help' }, 'services')).not.toMatch(/<tab>|<f>/);
  });

  it('tells the age of data while the engine hangs, before it is given up', () => {
    const at = (ms: number) => ({ ...facts, world: { ...world, state: { ...world.state, now: NOON + ms } } });
    for (const height of [1, 3, 6]) {
      expect(headerRows(at(12_000), 120, height, theme).join('\n')).not.toContain(' old');
      expect(headerRows(at(20_000), 120, height, theme).join('\n')).toContain('data is 20s old');
    }
  });

  it('counts down while it is armed', () => {
    expect(headerRows({ ...facts, readonly: false, armedUntil: NOON + 90_000 }, 120, 6, theme).join('\n')).toContain(
      'ARMED 1m30s',
    );
  });

  it('fits every height and width', () => {
    for (const [columns, height] of [
      [60, 1],
      [80, 3],
      [200, 6],
    ] as const) {
      expect(headerRows(facts, columns, height, theme).map(width)).toEqual(
        Array.from({ length: height }, () => columns),
      );
    }
  });
});

describe('the banner', () => {
  const why = new EngineError('no-socket', 'There is no engine socket.', 'Start it.');
  const lost = { state: 'lost' as const, since: NOON - 5000, why, attempt: 3, nextTry: NOON + 2000 };

  it('cannot be overlooked when the engine is simulated, lost, or was never there', () => {
    const told = (more: object) =>
      bannerText({
        simulated: false,
        connection: { state: 'ready', since: NOON },
        now: NOON,
        endpoint: 'x',
        lastUpdateAt: NOON,
        ...more,
      })?.text;
    expect(told({})).toBeUndefined();
    expect(told({ simulated: true })).toContain('SIMULATED ENGINE');
    expect(told({ connection: lost })).toBe('ENGINE LOST for 5s · next try in 2s · There is no engine socket.');
    expect(told({ connection: lost, lastUpdateAt: undefined })).toContain('NO ENGINE');
  });

  it('makes room for a message, and that for the crumbs', () => {
    const flashed = reduced({ type: 'flash', flash: { tone: 'bad', text: 'it failed', until: NOON + 1000 } });
    expect(footerRow(flashed, 40, NOON, theme)).toContain('it failed');
    expect(stripVTControlCharacters(footerRow(flashed, 40, NOON + 2000, theme))).toContain('desk');
  });
});

describe('texts', () => {
  it('describe a service with its containers, and mask what is secret', () => {
    const api = container('trading-api');
    const detail = api.detail && { ...api.detail, env: ['DATABASE_URL=postgres://u:hunter2@db/x', 'MODE=live'] };
    const world = worldOf([{ ...api, detail }]);
    const [service] = world.desk.services;
    const text = (service ? describeService(service, world) : []).map((line) => line.text).join('\n');
    expect(text).toContain('trading-api');
    expect(text).toContain('MODE=live');
    expect(text).not.toContain('hunter2');
  });

  it('let no control sequence of a container through', () => {
    const world = worldOf([]);
    const hostile = container('evil', {
      labels: { 'a\u001b[2J': '\u001b]0;owned\u0007b' },
      command: '\u001b[31m',
    });
    for (const { text } of describeContainer(hostile, world)) expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    for (const column of containers.columns)
      expect(column.value(hostile, world)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('help with every key of every group', () => {
    const groups = groupsOf({ kind: 'desk' }, 'services', UNCHANGED);
    const text = helpLines(groups)
      .map((line) => line.text)
      .join('\n');
    for (const { help } of groups.flatMap(({ bindings }) => Object.values(bindings))) expect(text).toContain(help);
  });
});

describe('the tables', () => {
  it('save as CSV, without formulas for a spreadsheet', () => {
    const world = worldOf([container('=cmd()'), container('a"b,c')]);
    const rows = containers.rows?.({ desk: world.desk, containers: world.state.containers, timeline: [] }, {}) ?? [];
    const csv = csvOf(containers, rows, world, false);
    expect(csv.split('\r\n')[0]).toMatch(/^NAME,STATE,/);
    expect(csv).toContain("'=cmd()");
    expect(csv).toContain('"a""b,c"');
  });

  it('show the project in the name only where several are on the screen', () => {
    const name = services.columns.find(({ id }) => id === 'name');
    const [redis] = [compose('exness', 'redis')];
    const of = (project?: string) => {
      const world = worldOf(redis ? [redis] : [], project);
      const [service] = world.desk.services;
      return service && name?.value(service, world);
    };
    expect([of(), of('exness')]).toEqual(['exness/redis', 'redis']);
  });
});
