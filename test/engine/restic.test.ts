import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupStore } from '../../source/backup/store.ts';
import { countTar } from '../../source/backup/tar-count.ts';

const NEVER = new AbortController().signal;
const hasRestic = spawnSync('restic', ['version']).status === 0;

describe.skipIf(!hasRestic)('backups in a restic repository', () => {
  let directory: string;
  const env = { ...process.env, RESTIC_PASSWORD: 'test' };
  const store = backupStore(env);
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'deskhand-restic-'));
    const cache = { ...env, RESTIC_CACHE_DIR: join(directory, 'cache') };
    expect(spawnSync('restic', ['init', '--repo', join(directory, 'repo')], { env: cache }).status).toBe(0);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const place = () => `restic:${join(directory, 'repo')}`;
  const tarOf = async (...sizes: number[]) => {
    const root = { header: { name: './', size: 0, type: 'directory' as const } };
    const files = sizes.map((size, at) => ({ header: { name: `./${at}`, size }, body: 'x'.repeat(size) }));
    return Buffer.from(await packTar([root, ...files]));
  };
  const write = (tar: Readable, signal = NEVER) =>
    store.write({
      ...{ volume: 'desk_data', project: 'desk', engine: 'tcp://a,b=c', labels: {}, users: ['db', 'api'] },
      ...{ live: true, directory: place(), tar, signal, now: Date.now },
    });

  it('come back as they were, are listed with what is known of them, verified and removed', async () => {
    const { path } = await write(Readable.from([await tarOf(5, 700)]));
    const [listed, ...more] = await store.list(place());
    expect(more).toEqual([]);
    expect(listed).toMatchObject({
      path,
      manifest: { volume: 'desk_data', project: 'desk', engine: 'tcp://a,b=c', users: ['db', 'api'], live: true },
    });
    expect(await store.verify(path, NEVER)).toMatchObject({ ok: true, manifest: { files: 3, bytes: 705 } });
    expect(await countTar(store.open(path, {}))).toEqual({ files: 3, bytes: 705 });
    await store.remove(path);
    expect(await store.list(place())).toEqual([]);
  }, 60_000);

  it('are not made of a stream that breaks, one that is cancelled, or an empty volume', async () => {
    const tar = await tarOf(100_000);
    const broken = Readable.from(
      (function* () {
        yield tar.subarray(0, 50_000);
        throw new Error('connection lost');
      })(),
    );
    await expect(write(broken)).rejects.toThrow();
    const ending = new AbortController();
    const cancelled = Readable.from(
      (async function* () {
        yield tar.subarray(0, 50_000);
        ending.abort();
        yield tar.subarray(50_000);
      })(),
    );
    await expect(write(cancelled, ending.signal)).rejects.toThrow(/abort/i);
    await expect(write(Readable.from([await tarOf()]))).rejects.toThrow('is empty: nothing was backed up');
    expect(await store.list(place())).toEqual([]);
  }, 60_000);
});
