import { parse } from 'valibot';
import { afterEach, expect, it } from 'vitest';
import { SettingsError } from '../../source/settings/load.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole;
afterEach(() => console.close());

it('follows the settings while it runs, and keeps the old ones where the new ones are wrong', async () => {
  let next: object | Error = {};
  let changed = () => {};
  const change = async (to: object | Error) => {
    next = to;
    changed();
    await console.pass(2000);
  };
  const read = () => {
    if (next instanceof Error) throw next;
    return {
      settings: parse(SettingsSchema, next),
      document: { path: '', exists: true, values: {}, place: () => 'x' },
    };
  };
  const watch = (run: () => void) => {
    changed = run;
    return () => {};
  };
  console = await mountConsole({ source: { read, watch } });
  await console.shows('Services(all)');
  const table = (columns: string[]) => ({ views: { services: { columns } } });
  await change({ ...table(['STATE', 'NAME']), keys: { 'services.restart': ['ctrl-r'], 'everywhere.refresh': ['f5'] } });
  await console.shows('The settings were read again.');
  expect(console.text()).toMatch(/│ STATE\S? +NAME/);
  expect(console.text()).toContain('<ctrl-r> restart');
  await change(new SettingsError(['views: wrong (views.yaml:3)']));
  await console.shows('The settings are wrong, and the old ones stay: views: wrong (views.yaml:3)');
  expect(console.text()).toMatch(/│ STATE\S? +NAME/);
  await change({ readonly: true });
  await console.shows('READ-ONLY');
  expect(console.text()).toMatch(/│ NAME +STATE/);
  await console.type(':reload\r');
  await console.shows('The settings were read again.');
});
