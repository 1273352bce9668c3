import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SettingsSchema } from '../settings/schema.ts';
import { dark } from '../ui/skins/dark.ts';
import { SKINS } from '../ui/skins/index.ts';
import { light } from '../ui/skins/light.ts';
import { createTheme } from '../ui/theme.ts';
import { skinOf } from './theme.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-skins-'));
  mkdirSync(join(directory, 'skins'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const chosen = (settings: object, context?: string, env: NodeJS.ProcessEnv = {}, background?: 'dark' | 'light') =>
  skinOf(parse(SettingsSchema, settings), context, join(directory, 'skins'), { env, background });
const write = (name: string, text: string) => writeFileSync(join(directory, 'skins', `${name}.yaml`), text);

it('follows the background that the terminal tells, unless the settings say more', () => {
  expect(chosen({})).toBe(dark);
  expect(chosen({}, undefined, { COLORFGBG: '0;15' })).toBe(light);
  expect(chosen({}, undefined, { COLORFGBG: '15;0' })).toBe(dark);
  expect(chosen({ screen: { background: 'dark' } }, undefined, { COLORFGBG: '0;15' })).toBe(dark);
  expect(chosen({}, undefined, {}, 'light')).toBe(light);
  expect(chosen({ screen: { background: 'dark' } }, undefined, {}, 'light')).toBe(dark);
  expect(chosen({ screen: { skin: 'mono' } }, undefined, { COLORFGBG: '0;15' })).toBe(SKINS.mono);
});

it('has one skin for each context', () => {
  const settings = { screen: { skin: 'light' }, contexts: { prod: { skin: 'high-contrast' } } };
  expect(chosen(settings, 'prod')).toBe(SKINS['high-contrast']);
  expect(chosen(settings, 'lab')).toBe(light);
  expect(chosen(settings)).toBe(light);
});

it('reads a file that changes another skin, glyphs included', () => {
  write('prod', 'base: light\ntones:\n  border: red\n  bad: { color: "#ff0000", bold: true }\nglyphs: { down: X }\n');
  const skin = chosen({ screen: { skin: 'prod' } });
  expect(skin.tones).toMatchObject({ border: { color: 'red' }, bad: { color: '#ff0000', bold: true } });
  expect(skin.tones.good).toEqual(light.tones.good);
  expect(createTheme({ level: 0, ascii: false, skin }).glyph('down')).toBe('X');
  expect(createTheme({ level: 0, ascii: true, skin }).glyph('down')).toBe('x');
});

it('reads a file of k9s', () => {
  write('dracula', 'k9s:\n  frame:\n    status:\n      errorColor: "#ff5555"\n');
  expect(chosen({ screen: { skin: 'dracula' } }).tones.bad).toEqual({ color: '#ff5555' });
});

it('says what is wrong with a skin, and where', () => {
  write('broken', 'tones: { bad: purplish }\n');
  expect(() => chosen({ screen: { skin: 'broken' } })).toThrow(
    /broken\.yaml: tones\.bad: must be a colour \(black, red/,
  );
  write('other', 'tones: { worse: red }\n');
  expect(() => chosen({ screen: { skin: 'other' } })).toThrow(/other\.yaml: tones\.worse/);
  write('text', 'just words\n');
  expect(() => chosen({ screen: { skin: 'text' } })).toThrow(/text\.yaml/);
  expect(() => chosen({ screen: { skin: 'drak' } })).toThrow('There is no skin "drak"');
  expect(() => chosen({ screen: { skin: 'drak' } })).toThrow(/skins\/drak\.yaml\. Did you mean dark\?$/);
  expect(() => parse(SettingsSchema, { screen: { skin: '../../etc/passwd' } })).toThrow();
});
