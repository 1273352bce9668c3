import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole;
afterEach(() => console.close());

/** The head line of the table on the screen. */
const head = () => /│ ((?:NAME|STATE)\S? .*?) *│/.exec(console.text())?.[1] ?? '';
const SCREENS = 'screens.json';

it('chooses columns on the screen, and begins as the last console ended', async () => {
  console = await mountConsole({});
  await console.shows('Services(all)');
  await console.press('f', 'shift-w');
  await console.shows('Columns of Services');
  await console.press('shift-down', 'down', 'space', 'esc');
  expect(head()).toMatch(/^STATE\S? +NAME/);
  expect(head()).not.toMatch(/READY/);
  await console.type(':ctr\r');
  await console.press('shift-m', 'ctrl-w');
  await console.type('/redis\r');
  await console.pass(5000);
  const text = readFileSync(join(console.home, 'deskhand', SCREENS), 'utf8');
  const [kept] = Object.values(JSON.parse(text) as Record<string, unknown>);
  await console.close();
  console = await mountConsole({ left: (engine) => ({ [SCREENS]: JSON.stringify({ [engine]: kept }) }) });
  await console.shows('Containers(all)');
  await console.shows('only what matches /redis is shown');
  expect(console.text()).toMatch(/MEM↓/);
  await console.press('esc', 'esc');
  expect(head()).toMatch(/^STATE\S? +NAME/);
  await console.press('shift-w', 'r', 'esc');
  expect(head()).toMatch(/^NAME +STATE\S? .*READY/);
});

it('shows the columns and the order of the settings', async () => {
  const views = { 'v1/services': { columns: ['STATUS', 'NAME', 'UP'], sortColumn: 'NAME:desc' } };
  console = await mountConsole({ settings: { views } });
  await console.shows('Services(all)');
  expect(head()).toMatch(/^STATE +NAME↓ +UP$/);
  await console.type(':columns\r');
  await console.shows('Columns of Services');
});
