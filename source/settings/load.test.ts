import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, readDocument, resolveSettings, SettingsError } from './load.ts';
import { readonlySources } from './readonly.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function withFile(text: string): string {
  const path = join(directory, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

function problems(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have defaults when nothing is said', () => {
    const settings = loadSettings({ env: { HOME: directory }, flags: {} });
    expect(settings).toMatchObject({
      readonly: false,
      engine: { poll: 10, parallel: 4 },
      usage: { every: 3 },
      logs: { tail: 200 },
    });
  });

  it('go from file to environment to flags, each over the one before', () => {
    const file = withFile('readonly: false\nengine: {poll: 30}\nscreen: {ascii: false}\n');
    const settings = loadSettings({
      file,
      env: { DESKHAND_READONLY: '1', DESKHAND_ASCII: '1' },
      flags: { engine: { poll: 5 } },
    });
    expect(settings).toMatchObject({ readonly: true, engine: { poll: 5, parallel: 4 }, screen: { ascii: true } });
  });

  it('stay read-only when the file says so, whatever the environment says', () => {
    const file = withFile('readonly: true\n');
    const env = { DESKHAND_READONLY: '0' };
    expect(loadSettings({ file, env, flags: {} }).readonly).toBe(true);
    expect(loadSettings({ file, env, flags: { readonly: false } }).readonly).toBe(false);
    expect(readonlySources(readDocument({ file, env }), env)).toEqual({
      wanted: `${file}:1`,
      ignored: `DESKHAND_READONLY=0 does not lift "readonly: true" (${file}:1); --write does, or :arm for a time.`,
    });
    expect(readonlySources(readDocument({ file, env }), {}).ignored).toBeUndefined();
    const other = readDocument({ file: withFile('readonly: false\n'), env });
    expect(readonlySources(other, env)).toEqual({});
    expect(readonlySources(other, { DESKHAND_READONLY: '1' })).toEqual({ wanted: 'DESKHAND_READONLY' });
  });

  it('are also read from separate files, which hold one section each', () => {
    const file = withFile('aliases: { r: restart exness/redis }\n');
    writeFileSync(join(directory, 'aliases.yaml'), 'aliases:\n  rd: logs exness/redis\n');
    writeFileSync(join(directory, 'hotkeys.yaml'), 'hotkeys:\n  pulse: { shortCut: F5, command: pulse }\n');
    const { aliases, hotkeys } = loadSettings({ file, env: {}, flags: {} });
    expect(aliases).toEqual({ r: 'restart exness/redis', rd: 'logs exness/redis' });
    expect(hotkeys.pulse).toEqual({ shortCut: 'F5', description: '', command: 'pulse' });
    writeFileSync(join(directory, 'hotkeys.yaml'), '\nhotkeys:\n  pulse: { key: F5, command: pulse }\n');
    expect(problems(() => loadSettings({ file, env: {}, flags: {} })).join('\n')).toMatch(
      /hotkeys\.pulse\.key: .*hotkeys\.yaml:3/,
    );
    writeFileSync(join(directory, 'hotkeys.yaml'), 'readonly: true\n');
    expect(problems(() => loadSettings({ file, env: {}, flags: {} }))).toEqual([
      `readonly: this file holds only "hotkeys:" (${join(directory, 'hotkeys.yaml')}:1)`,
    ]);
  });

  it('report the line of each problem, and what may have been meant', () => {
    const file = withFile('readonly: yes\nservices:\n  exness/redis: { singel: true }\nfavorites: [exness]\n');
    const received = problems(() => loadSettings({ file, env: {}, flags: {} }));
    expect(received).toContain(`readonly: expected boolean but received "yes"; write true (${file}:1)`);
    expect(received).toContain(
      `services.exness/redis.singel: there is no such setting. Did you mean single? (${file}:3)`,
    );
    expect(received).toContain(`favorites: there is no such setting. Did you mean favourites? (${file}:4)`);
  });

  it('find the line of what they hold', () => {
    const file = withFile('market:\n  - name: NSE\n    projects:\n      - exness\n      - exnes\n');
    const { place } = readDocument({ file, env: {} });
    expect(place(['market', 0, 'projects', 1])).toBe(`${file}:5`);
    expect(place(['market', 0, 'name'])).toBe(`${file}:2`);
    expect(place(['services', 'x'])).toBe(file);
  });

  it.each([
    'readonly: *x\n',
    'a: &a [1,2]\nb: [*nothing]\n',
    `- readonly:\n${']'.repeat(30_000)}`,
    `- engine: x":\n- keys: {${'x['.repeat(30_000)}`,
  ])('that are broken are a problem, neither a crash nor a long wait: %.40j', (text) => {
    const file = withFile(text);
    expect(problems(() => loadSettings({ file, env: {}, flags: {} })).join()).toContain(file);
  });

  it.each([
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C.utf8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'POSIX' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, false],
    [{}, true],
    [{ LANG: 'C', DESKHAND_ASCII: '0' }, false],
  ])('draw ASCII when the locale %j has nothing else: %j', (env, ascii) => {
    expect(loadSettings({ env: { HOME: directory, ...env }, flags: {} }).screen.ascii).toBe(ascii);
  });

  it('draw what the file says whatever the locale', () => {
    const file = withFile('screen: {ascii: false}\n');
    const { settings, origin } = resolveSettings({ file, env: { LC_ALL: 'C' }, flags: {} });
    expect([settings.screen.ascii, origin(['screen', 'ascii'])]).toEqual([false, `${file}:1`]);
    expect(resolveSettings({ env: { HOME: directory, LC_ALL: 'C' }, flags: {} }).origin(['screen', 'ascii'])).toBe(
      'locale',
    );
  });

  it('report every problem at once, with its place', () => {
    const file = withFile(
      'engine: {poll: 0}\nreadonyl: true\nmarket: [{name: x, timeZone: Mars/Base, open: "9:15", close: "15:30"}]\n',
    );
    const received = problems(() => loadSettings({ file, env: {}, flags: {} }));
    expect(received).toHaveLength(4);
    expect(received.join('\n')).toMatch(/engine\.poll: .*>=1/);
    expect(received.join('\n')).toMatch(/readonyl: there is no such setting/);
    expect(received.join('\n')).toMatch(/market\.0\.timeZone: must be an IANA time zone/);
    expect(received.join('\n')).toMatch(/market\.0\.open: must be a time of day/);
  });

  it('report times and dates that do not exist', () => {
    const file = withFile(
      'market: [{name: x, timeZone: UTC, open: "09:15", close: "24:59", holidays: ["2026-02-28", "2026-02-30"], earlyCloses: {"2026-11-27": "25:00", "2026-11-31": "13:00"}}]\n',
    );
    expect(problems(() => loadSettings({ file, env: {}, flags: {} }))).toEqual([
      expect.stringMatching(/market\.0\.close: must be a time of day/),
      expect.stringMatching(/market\.0\.holidays\.1: must be a date that exists/),
      expect.stringMatching(/market\.0\.earlyCloses\.2026-11-27: must be a time of day/),
      expect.stringMatching(/market\.0\.earlyCloses\.2026-11-31: must be a date that exists/),
    ]);
  });

  it('report a file that is not YAML, holds a list, or is missing though it was named', () => {
    expect(problems(() => loadSettings({ file: withFile('a: [1'), env: {}, flags: {} }))[0]).toMatch(
      /config\.yaml: Flow sequence/,
    );
    expect(problems(() => loadSettings({ file: withFile('- a'), env: {}, flags: {} }))[0]).toMatch(
      /must hold settings by name/,
    );
    expect(problems(() => loadSettings({ file: '/nowhere.yaml', env: {}, flags: {} }))[0]).toMatch(/cannot be read/);
  });

  it('take hosts by name, one without anything said of it too', () => {
    const file = withFile('hosts:\n  lon-1: {endpoint: "ssh://ops@lon-1", role: engine, pair: lon-2}\n  lon-2: {}\n');
    expect(loadSettings({ file, env: {}, flags: {} }).hosts).toEqual({
      'lon-1': { endpoint: 'ssh://ops@lon-1', role: 'engine', pair: 'lon-2' },
      'lon-2': {},
    });
  });

  it.each([
    ['-oProxyCommand=x: {}', /hosts\.-oProxyCommand=x: a host is named with letters, .* does not begin with -/],
    ['a: {endpoint: "ssh://-oProxyCommand=x"}', /hosts\.a\.endpoint: names a host that begins with -/],
    ['a: {endpoint: "ssh://ops@-x"}', /hosts\.a\.endpoint: names a host that begins with -/],
    ['a: {endpoint: "-x:2375"}', /hosts\.a\.endpoint: names a host that begins with -/],
    ['a: {rol: engine}', /hosts\.a\.rol: there is no such setting\. Did you mean role\?/],
    ['a: {off: {until: 2026-12-01}}', /hosts\.a\.off\.reason: /],
    ['a: {off: {reason: x, until: soon}}', /hosts\.a\.off\.until: must be a time such as/],
    ['a: {pair: a}', /hosts\.a\.pair: is the host itself/],
    ['a: {pair: b}', /hosts\.a\.pair: there is no host "b"/],
    ['{a: {pair: b}, b: {pair: c}, c: {}}', /hosts\.a\.pair: b is paired with a and c/],
    ['{a: {pair: b}, b: {}, c: {pair: b}}', /hosts\.c\.pair: b is paired with a and c/],
  ])('refuse hosts that cannot be: %s', (text, told) => {
    const file = withFile(`hosts: ${text.startsWith('{') ? text : `\n  ${text}`}\n`);
    expect(problems(() => loadSettings({ file, env: {}, flags: {} })).join('\n')).toMatch(told);
  });
});
