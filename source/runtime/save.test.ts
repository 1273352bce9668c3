import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { saveText } from './save.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'deskhand-save-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('saveText', () => {
  it('makes a file that its owner only can read, and reports its path', async () => {
    const path = await saveText(join(home, 'saved'), 'exness/redis.log', 'a line\n', fakeClock());
    expect(path).toBe(join(home, 'saved/exness_redis-20261120-091500.log'));
    expect(readFileSync(path, 'utf8')).toBe('a line\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'saved')).mode & 0o777).toBe(0o700);
  });

  it('never writes over a file that is there', async () => {
    const clock = fakeClock();
    const paths = [];
    for (const text of ['one', 'two', 'three']) paths.push(await saveText(home, 'x.log', text, clock));
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['one', 'two', 'three']);
    expect(readdirSync(home).length).toBe(3);
  });

  it('takes a text in pieces', async () => {
    async function* pieces() {
      yield 'one\n';
      yield 'two\n';
    }
    const path = await saveText(home, 'x.log', pieces(), fakeClock());
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('says where it could not write and why', async () => {
    writeFileSync(join(home, 'file'), '');
    await expect(saveText(join(home, 'file/saved'), 'x.log', 'text', fakeClock())).rejects.toThrow(
      `Not saved to ${join(home, 'file/saved/x-20261120-091500.log')}: not a directory.`,
    );
  });
});
