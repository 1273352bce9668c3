import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { heldClock } from '../simulator/held-clock.ts';
import { keptScreensFile } from './kept-screens-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-screens-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (problems: unknown[] = []) =>
  keptScreensFile(join(directory, 'screens.json'), heldClock(0), (error) => problems.push(error));

it('remembers the screen of each context in a private file, also next to another console', async () => {
  const [one, other] = [open(), open()];
  one.keep('prod', { tables: { services: { filter: 'password=hunter2hunter2', wide: true } }, project: 'exness' });
  other.keep('dev', { view: { table: 'containers' }, tables: {} });
  await one.close();
  await other.close();
  const path = join(directory, 'screens.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).not.toContain('hunter2');
  expect(open().of('prod')).toMatchObject({ project: 'exness', tables: { services: { wide: true } } });
  expect(open().of('dev')).toEqual({ view: { table: 'containers' }, tables: {} });
  expect(open().of('unknown')).toEqual({ tables: {} });
});

it('begins without a broken file, and replaces it', async () => {
  writeFileSync(join(directory, 'screens.json'), '{"prod": 3}');
  const problems: unknown[] = [];
  const file = open(problems);
  expect(file.of('prod')).toEqual({ tables: {} });
  file.keep('prod', { tables: {}, project: 'x' });
  await file.close();
  expect([open().of('prod').project, problems]).toEqual(['x', []]);
});
