import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { examinedSettings } from './examined-settings.ts';

it('tells what is wrong in every file, skins too, with file and line', () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-doctor-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  write('config.yaml', 'screen: {skin: mone}\ncontexts:\n  prod: {hotkeys: {a: {shortCut: hyper-x, command: desk}}}\n');
  write('plugins.yaml', 'plugins:\n  x: {shortCut: F9, description: x, scopes: [servces], command: x}\n');
  write('views.yaml', 'views:\n  services:\n    columns: [STAET]\n');
  const { problems } = examinedSettings({ config: join(directory, 'config.yaml') });
  const text = problems.join('\n');
  expect(text).toMatch(
    /plugins\.x\.scopes\.0: there is no table "servces"\. Did you mean services\? \(.*plugins\.yaml:2\)/,
  );
  expect(text).toMatch(/views\.services\.columns\.0: .* Did you mean STATE\? \(.*views\.yaml:3\)/);
  expect(text).toMatch(/contexts\.prod\.hotkeys\.a\.shortCut: there is no key "hyper-x".*config\.yaml:3\)/);
  expect(text).toMatch(/There is no skin "mone"/);
  expect(problems).toHaveLength(4);
});
