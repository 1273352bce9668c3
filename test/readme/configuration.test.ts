import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, it } from 'vitest';
import { type SettingEntry, settingEntries } from '../../source/settings/describe.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';

/** The reference of the settings and their JSON Schema are generated: `npm run readme` writes them, every other run compares them. */

const DOCS = new URL('../../docs/', import.meta.url);
const SECTION = /(<!-- settings: [^\n]*-->\n)([\s\S]*?)(<!-- \/settings -->)/;

function row({ path, type, otherwise, about, section }: SettingEntry): string {
  const cells = [
    `\`${path.join('.')}\``,
    type,
    section || otherwise === undefined ? '' : `\`${JSON.stringify(otherwise)}\``,
    about,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

function written(name: string, wanted: (before: string) => string): void {
  const file = new URL(name, DOCS);
  if (process.env.DESKHAND_WRITE_README) writeFileSync(file, wanted(readOr(file)));
  const text = readOr(file);
  expect(text).toBe(wanted(text));
}

function readOr(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

it('says of every setting what it is for', () => {
  const silent = settingEntries().filter(({ about }) => !/^[A-Z`][^*]+\.( As `[^`]+`\.)?$/.test(about));
  expect(silent.map(({ path, about }) => [path.join('.'), about])).toEqual([]);
});

it('lists the settings in docs/configuration.md', () => {
  const table = `| setting | value | default | meaning |\n|---|---|---|---|\n${settingEntries().map(row).join('')}`;
  written('configuration.md', (before) =>
    before.replace(SECTION, (_all, head: string, _old, foot: string) => `${head}\n${table}\n${foot}`),
  );
  expect(readOr(new URL('configuration.md', DOCS))).toContain('`screen.skin`');
});

it('publishes the settings as a JSON Schema', () => {
  const schema = toJsonSchema(SettingsSchema, { typeMode: 'input', errorMode: 'ignore' });
  written('config.schema.json', () => `${JSON.stringify(schema, null, 2)}\n`);
  expect(schema.properties).toHaveProperty('screen');
});
