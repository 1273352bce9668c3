import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

let console: MountedConsole;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-plugins-'));
});
afterEach(async () => {
  await console.close();
  rmSync(directory, { recursive: true });
});

const written = () => {
  try {
    return readFileSync(join(directory, 'out'), 'utf8');
  } catch {
    return '';
  }
};

function pluginsOf(more: object = {}) {
  const args = ['-c', 'echo "$NAME in $PROJECT is $COL-READY, $INPUT_NOTE" >"$0"; echo done', join(directory, 'out')];
  const inputs = [{ name: 'note', type: 'string', required: true }];
  const note = { shortCut: 'F5', description: 'write a note', scopes: ['v1/services'], background: true, ...more };
  return { note: { command: 'sh', args, inputs, ...note } };
}

it('runs on the row under the cursor, asks for its inputs, confirms and is recorded', async () => {
  console = await mountConsole({ settings: { plugins: pluginsOf() } });
  await console.type('/^exness/redis$\r');
  await console.press('f5');
  await console.shows('note:');
  await console.type("it's; rm -rf $HOME\r");
  await console.shows('Run note on exness/redis: write a note');
  await console.press('tab', 'enter');
  await expect.poll(written, { timeout: 30_000 }).toBe("redis in exness is 1/1, it's; rm -rf $HOME\n");
  await console.shows(/plugin exness\/redis: exit code 0: done/);
  const audit = await console.audit();
  expect(audit.find(({ kind }) => kind === 'begin')).toMatchObject({ plan: { options: { plugin: 'note' } } });
  expect(JSON.stringify(audit)).not.toContain('hereCall');
});

it('is not run in a read-only console, and stands in the menu of the row otherwise', async () => {
  console = await mountConsole({ settings: { readonly: true, plugins: pluginsOf() } });
  await console.type('/^exness/redis$\r');
  await console.press('f5');
  await console.shows(/plugin exness\/redis refused: the console is read-only/);
  expect((await console.audit()).map(({ kind }) => kind)).toEqual(['refused']);
  expect(written()).toBe('');
  await console.press('x');
  expect(console.text()).not.toContain('write a note');
});

it('wants the name typed where it is dangerous, and takes a key away where it may', async () => {
  const plugins = pluginsOf({ dangerous: true, shortCut: 'r', override: true, inputs: [], args: ['-c', 'exit 3'] });
  console = await mountConsole({ settings: { plugins } });
  await console.type('/^exness/redis$\r');
  await console.press('r');
  await console.shows('Run note on exness/redis');
  await console.type('exness/redis\r');
  await console.shows(/note failed after .*: exit code 3/);
});
