import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { watchSettings } from './watch-settings.ts';

it('notices files that are written or replaced, and no others', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'skins'));
  let changes = 0;
  const end = watchSettings(join(directory, 'config.yaml'), () => {
    changes += 1;
  });
  onTestFinished(end);
  const after = async (change: () => void) => {
    const before = changes;
    change();
    await expect.poll(() => changes, { timeout: 30_000 }).toBeGreaterThan(before);
  };
  writeFileSync(join(directory, 'other.txt'), 'x');
  await after(() => writeFileSync(join(directory, 'skins', 'own.yaml'), 'tones: {}'));
  writeFileSync(join(directory, 'new'), 'readonly: true');
  await after(() => renameSync(join(directory, 'new'), join(directory, 'config.yaml')));
  await after(() => writeFileSync(join(directory, 'plugins.yaml'), ''));
});

it('does without a directory that does not exist', () => {
  expect(() => watchSettings('/nonexistent/config.yaml', () => {})()).not.toThrow();
});
