import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../source/resources/registry.ts';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';
import { writtenFiles } from './files.ts';
import { FORBIDDEN, PAYLOAD, poisoned } from './poison.ts';

let console: MountedConsole;

beforeAll(async () => {
  console = await mountConsole({ columns: 120, rows: 30, rewrite: poisoned });
  await console.shows('evil');
}, 30_000);
afterAll(() => console.close());

it('knows its own payload', () => {
  expect(PAYLOAD).toMatch(FORBIDDEN);
});

async function harmless(): Promise<void> {
  const found = FORBIDDEN.exec(console.written());
  expect(found && JSON.stringify(console.written().slice(Math.max(0, found.index - 80), found.index + 20))).toBeNull();
}

it('draws the desk and each of its panes without a sequence of an engine', async () => {
  await console.press('j', 'tab', 'f', 'f', 'tab', 'f', 'f', 'tab', 'f', 'f');
  await harmless();
});

it.each(resources.map(({ name }) => name))('draws, describes and saves the table %s', async (name) => {
  console.write(`:${name}\r`);
  await console.pass(2000);
  await console.press('d', 'esc', 'ctrl-s');
  await harmless();
});

it('asks about actions, and refuses them', async () => {
  await console.type(':services\r');
  await console.press('j', 'r', 'esc', 'ctrl-d', 'esc', 'y');
  await console.press('ctrl-s', 'c', 'esc', '/');
  await console.type('evil');
  await console.press('enter');
  await console.type(':prune volumes\r');
  await console.press('esc');
  await console.type(':xray\r');
  await console.press('ctrl-s', 'c', 'esc');
  await harmless();
});

it('leaves nothing of it in the files and copies either', () => {
  const texts = writtenFiles(console.home);
  expect(texts.length).toBeGreaterThan(5);
  for (const text of texts) expect(FORBIDDEN.exec(text)).toBeNull();
  expect(copies(console.sent())).not.toMatch(FORBIDDEN);
});

/** The texts that were put into the clipboard. */
function copies(sent: string): string {
  return [...sent.matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/g)]
    .map(([, text = '']) => Buffer.from(text, 'base64').toString())
    .join('\n');
}
