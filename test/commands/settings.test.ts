import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { info } from '../../source/commands/info/command.ts';
import { init } from '../../source/commands/init/command.ts';
import { template } from '../../source/commands/init/template.ts';
import { loadSettings, resolveSettings } from '../../source/settings/load.ts';

/** The commands about the settings file. */

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const settingsIn = (text: string) => {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, text);
  return loadSettings({ env: {}, flags: {}, file });
};

it('init writes a file that changes nothing, for the user alone, and never over another', async () => {
  const path = join(directory, 'new', 'config.yaml');
  const printed: string[] = [];
  const again = () => init({ path, print: (text) => printed.push(text), printError: (text) => printed.push(text) });
  expect(await again()).toBe(0);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const text = readFileSync(path, 'utf8');
  expect(settingsIn(text)).toEqual(settingsIn(''));
  writeFileSync(path, 'readonly: true\n');
  expect(await again()).toBe(1);
  expect(printed.at(-1)).toContain('it exists already, and nothing was changed');
  expect(readFileSync(path, 'utf8')).toBe('readonly: true\n');
});

it('the settings of init are valid once they are uncommented', () => {
  const settings = settingsIn(template({ commented: false }));
  expect(settings.engine.poll).toBe(10);
  expect(settings.services['exness/engine']?.single).toBe(true);
  expect(settings.market[0]?.timeZone).toBe('Asia/Kolkata');
});

it('info says where each setting comes from', () => {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, 'logs:\n  tail: 50\nscreen: { ascii: false }\n');
  const { settings, origin } = resolveSettings({ env: { DESKHAND_ASCII: '1' }, flags: { host: 'tcp://h:1' }, file });
  const printed: string[] = [];
  const facts = {
    version: '1.2.3',
    paths: { settings: file },
    settings,
    origin,
    print: (text: string) => printed.push(text),
  };
  info({}, facts);
  const text = printed.join('');
  expect(text).toMatch(new RegExp(`logs\\.tail +50 +${file}:2`));
  expect(text).toMatch(/screen\.ascii +true +environment/);
  expect(text).toMatch(/^host +tcp:\/\/h:1 +flag$/m);
  expect(text).toMatch(/engine\.poll +10 +default/);
  info({ json: true }, facts);
  expect(JSON.parse(printed.at(-1) ?? '').settings).toContainEqual({
    setting: 'logs.tail',
    value: 50,
    origin: `${file}:2`,
  });
});
