import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../source/resources/registry.ts';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';
import { writtenFiles } from './files.ts';
import { planting, SECRET } from './planted.ts';

const { plant, count } = planting();
let console: MountedConsole;

beforeAll(async () => {
  console = await mountConsole({ incident: 'redis-oom', columns: 160, rows: 40, rewrite: plant });
  await console.shows('redis');
}, 30_000);
afterAll(() => console.close());

function unseen(text: string): void {
  const found = SECRET.exec(text);
  expect(found && JSON.stringify(text.slice(Math.max(0, found.index - 160), found.index + 20))).toBeNull();
}

it.each(resources.map(({ name }) => name))('shows and saves no secret of the table %s', async (name) => {
  console.write(`:${name}\r`);
  await console.pass(2000);
  await console.press('ctrl-w', 'ctrl-s');
  unseen(console.written());
});

it.each(['d', 'y'])('shows, saves and copies none of a container by %s', async (key) => {
  console.write(':containers\r');
  await console.pass(1000);
  await console.press(key);
  for (let page = 0; page < 5; page += 1) await console.press('pgdn');
  await console.press('ctrl-s', 'c', 'esc');
  unseen(console.written());
});

it('shows none in the panes and in what a service needs', async () => {
  console.write(':health exness/redis\r');
  await console.pass(1000);
  await console.press('ctrl-s', 'esc');
  await console.type(':xray\r');
  await console.press('ctrl-s', 'c', 'esc');
  unseen(console.written());
});

it('records none of a command that carries one', async () => {
  console.write(':exec exness/postgres redis-cli -a SEKRET900000 --password SEKRET900001 ping\r');
  await console.pass(3000);
  await console.press('tab', 'enter', 'esc');
  const records = JSON.stringify(await console.audit());
  expect(records).toContain('redis-cli -a');
  unseen(records);
});

it('leaves none of more than two hundred in files and copies', () => {
  const texts = writtenFiles(console.home);
  expect(texts.length).toBeGreaterThan(10);
  for (const text of texts) unseen(text);
  unseen(copies(console.sent()));
  expect(count()).toBeGreaterThan(200);
});

/** The texts that were put into the clipboard. */
function copies(sent: string): string {
  const found = [...sent.matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64'),
  );
  expect(found.length).toBeGreaterThan(0);
  return Buffer.concat(found).toString();
}
