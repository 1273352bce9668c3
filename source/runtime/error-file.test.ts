import { mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { errorFile } from './error-file.ts';

const directory = () => join(mkdtempSync(join(tmpdir(), 'deskhand-errors-')), 'state');

it('writes for its owner only, without secrets and control sequences', () => {
  const path = join(directory(), 'errors.log');
  errorFile(path, fakeClock())('a row: password=s3cret \u001b[2Jgone');
  expect(readFileSync(path, 'utf8')).toMatch(/^\S+Z \d+ a row: password=\*{8} gone\n$/);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('keeps two files of bounded size', () => {
  const path = join(directory(), 'errors.log');
  const write = errorFile(path, fakeClock());
  for (let i = 0; i < 1200; i += 1) write('x'.repeat(1000));
  expect(statSync(path).size).toBeLessThan(300 * 1024);
  expect(statSync(`${path}.1`).size).toBeLessThan(300 * 1024);
});

it('follows no link, and fails in silence', () => {
  const at = directory();
  errorFile(join(at, 'other'), fakeClock())('first');
  writeFileSync(join(at, 'target'), '');
  symlinkSync(join(at, 'target'), join(at, 'errors.log'));
  errorFile(join(at, 'errors.log'), fakeClock())('second');
  expect(readFileSync(join(at, 'target'), 'utf8')).toBe('');
});
