import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createTarPacker } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveName, type Manifest } from './manifest.ts';
import { expired, listBackups, openArchive, verifyBackup } from './read.ts';
import { countTar } from './tar-count.ts';
import { EmptyBackup, writeBackup } from './write.ts';

const NEVER = new AbortController().signal;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-backup-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A tar as the engine makes it of `/data/.`, entry by entry. */
function tarOf(files: Readonly<Record<string, string>>): Readable {
  const { readable, controller } = createTarPacker();
  const fill = async () => {
    await controller.add({ name: './', type: 'directory', size: 0 }).close();
    for (const [name, text] of Object.entries(files)) {
      const writer = controller.add({ name: `./${name}`, size: Buffer.byteLength(text) }).getWriter();
      await writer.write(Buffer.from(text));
      await writer.close();
    }
    controller.finalize();
  };
  void fill();
  return Readable.fromWeb(readable);
}

const ABOUT = { volume: 'exness_pgdata', engine: 'host1', labels: {}, users: ['exness-postgres'], live: false };

function back(tar: Readable, more: { signal?: AbortSignal; at?: number; onProgress?(bytes: number): void } = {}) {
  return writeBackup({ ...ABOUT, directory, tar, signal: NEVER, now: () => more.at ?? 1e12, ...more });
}

describe('a backup', () => {
  it('is an archive and its manifest, private to the user, and verifies', async () => {
    const { path, manifest } = await back(tarOf({ PG_VERSION: '15\n', 'base/1': 'x'.repeat(10_000) }));
    expect(manifest).toMatchObject({ volume: 'exness_pgdata', files: 3, bytes: 10_003, users: ['exness-postgres'] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}.json`).mode & 0o777).toBe(0o600);
    expect(manifest.archiveBytes).toBe(statSync(path).size);
    expect(await verifyBackup(path, NEVER)).toMatchObject({ ok: true, problems: [] });
    expect(await countTar(openArchive(path, manifest.compression ?? 'zst'))).toEqual({ files: 3, bytes: 10_003 });
  });

  it('never replaces another one, not even of the same second', async () => {
    const first = await back(tarOf({ a: 'first' }));
    const second = await back(tarOf({ a: 'second!' }));
    expect(second.path).not.toBe(first.path);
    expect((await verifyBackup(first.path, NEVER)).ok).toBe(true);
    expect((await listBackups(directory)).map(({ manifest }) => manifest?.bytes).sort()).toEqual([5, 7]);
  });

  it('of an empty volume is refused and leaves nothing', async () => {
    await expect(back(tarOf({}))).rejects.toThrow(EmptyBackup);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that is cancelled, fails or ends too early leaves nothing', async () => {
    const ending = new AbortController();
    const endless = Readable.from(
      (async function* () {
        const block = Buffer.alloc(65_536, 1);
        yield* tarOf({ a: 'a' });
        for (;;) yield block;
      })(),
    );
    await expect(back(endless, { signal: ending.signal, onProgress: () => ending.abort() })).rejects.toThrow();
    const failing = Readable.from(
      (async function* () {
        yield Buffer.alloc(512);
        throw new Error('connection lost');
      })(),
    );
    await expect(back(failing)).rejects.toThrow('connection lost');
    const whole = Buffer.concat(await tarOf({ a: 'x'.repeat(5000) }).toArray());
    await expect(back(Readable.from([whole.subarray(0, 3000)]))).rejects.toThrow();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('that was damaged, shortened or given to another archive is noticed', async () => {
    const { path } = await back(tarOf({ a: 'hello'.repeat(1000) }));
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    bad[bad.length >> 1] = (bad[bad.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bad);
    expect(await verifyBackup(path, NEVER)).toMatchObject({
      ok: false,
      problems: ['its checksum is not that of the manifest'],
    });
    truncateSync(path, 20);
    expect((await verifyBackup(path, NEVER)).problems[0]).toMatch(/has 20 bytes/);
    writeFileSync(path, good);
    writeFileSync(`${path}.json`, readFileSync(`${path}.json`, 'utf8').replace('exness_pgdata-', 'other-'));
    await expect(verifyBackup(path, NEVER)).rejects.toThrow('it describes other-');
  });

  it('is listed newest first, one without a manifest with the reason', async () => {
    await back(tarOf({ a: '1' }), { at: 1e12 });
    await back(tarOf({ a: '2' }), { at: 1e12 + 5000 });
    writeFileSync(join(directory, 'stray.tar.gz'), 'x');
    const all = await listBackups(directory);
    expect(all.map(({ manifest }) => manifest?.startedAt)).toEqual([1e12 + 5000, 1e12, undefined]);
    expect(all.at(-1)?.problem).toContain('stray.tar.gz.json');
    expect(await listBackups(join(directory, 'none'))).toEqual([]);
  });
});

describe('retention', () => {
  const backup = (volume: string, startedAt: number) => ({
    path: `/b/${archiveName(volume, startedAt, 'zst')}`,
    manifest: { volume, startedAt, engine: 'h' } as Manifest,
  });
  const HOUR = 3_600_000;
  const all = [0, 1, 2, 3].map((hours) => backup('a', 1e12 - hours * HOUR)).concat(backup('b', 1e12 - 90 * HOUR));

  it('keeps so many of each volume', () => {
    expect(expired(all, { keep: 2, now: 1e12 }).map(({ manifest }) => manifest?.startedAt)).toEqual([
      1e12 - 2 * HOUR,
      1e12 - 3 * HOUR,
    ]);
  });

  it('drops old ones, but never the last one of a volume', () => {
    expect(expired(all, { maxAgeMs: 2.5 * HOUR, now: 1e12 })).toHaveLength(1);
    expect(
      expired(all, { maxAgeMs: 0, keep: 0, now: 1e12 }).filter(({ manifest }) => manifest?.volume === 'b'),
    ).toEqual([]);
  });

  it('names archives so that they sort by time', () => {
    expect(archiveName('p/x y', 1_700_000_000_123, 'gz')).toBe('p_x_y-20231114T221320Z.tar.gz');
  });
});
