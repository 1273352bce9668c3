import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LONG_STEP } from '../metrics/long-history.ts';
import { longHistoryFile } from './long-history-file.ts';

const NOW = 200 * 86_400_000;
const key = ['engine compose:x/db', 'CPU', ''] as const;
let directory: string;
const path = () => join(directory, 'state', 'history.jsonl');
const open = (largest?: number) =>
  longHistoryFile(
    path(),
    () => NOW,
    (error) => expect.unreachable(String(error)),
    largest,
  );
const shown = (store: ReturnType<typeof open>) =>
  Array.from(
    store.history.extended(key[0], 'CPU', [], { from: NOW - LONG_STEP, to: NOW + LONG_STEP, columns: 3 })[0]?.values ??
      [],
  );

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

it('outlives the console in a private file, and a line that was cut off', async () => {
  const first = open();
  first.record(NOW - 2 * LONG_STEP, [[key, 1]]);
  first.record(NOW - LONG_STEP, [[key, 2]]);
  await first.written();
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  appendFileSync(path(), '{"at":123,"val');
  const second = open();
  await second.loaded;
  second.record(NOW, [[key, 3]]);
  await second.written();
  const third = open();
  await third.loaded;
  expect(shown(third)).toEqual([1, 2, 3]);
});

it('stays within its size: when rewritten, it loses what is too old', async () => {
  const store = open(1000);
  store.record(NOW - 90 * 86_400_000, [[key, 99]]);
  for (let i = 40; i >= 0; i -= 1) store.record(NOW - i * LONG_STEP, [[key, i]]);
  await store.written();
  expect(statSync(path()).size).toBeLessThan(3000);
  expect(readFileSync(path(), 'utf8')).not.toContain(',99]');
  const again = open(1000);
  await again.loaded;
  expect(shown(again)).toEqual([2, 1, 0]);
});

it('takes what several consoles write', async () => {
  const [one, two] = [open(), open()];
  const another = ['engine compose:x/web', 'CPU', ''] as const;
  await Promise.all([one.loaded, two.loaded]);
  one.record(NOW - LONG_STEP, [[another, 7]]);
  await one.written();
  two.record(NOW - LONG_STEP, [[key, 2]]);
  await two.written();
  one.record(NOW, [
    [key, 3],
    [another, 8],
  ]);
  await one.written();
  const third = open();
  await third.loaded;
  expect(shown(third)).toEqual([Number.NaN, 2, 3]);
});
