import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openArchive, verifyBackup } from '../../source/backup/read.ts';
import { writeBackup } from '../../source/backup/write.ts';
import { openPlace, type Place } from '../actions/real.ts';
import { describeEngine } from './require-engine.ts';

const NEVER = new AbortController().signal;

describeEngine('archives of volumes on the real engine', () => {
  let place: Place;
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-archive-'));
  beforeAll(async () => {
    place = await openPlace('archive');
  });
  afterAll(async () => {
    await place.end();
    rmSync(directory, { recursive: true, force: true });
  });

  const waitForExit = async (id: string) => {
    while ((await place.engine.container(id)).state !== 'exited') await new Promise(setImmediate);
  };
  const mounted = { HostConfig: { Mounts: [{ Type: 'volume', Target: '/data' }] } };

  it('come out of a stopped container and go into another, with owners, modes and links', async () => {
    const script =
      'mkdir /data/d && echo hello >/data/d/f && chmod 600 /data/d/f && chown 7:8 /data/d/f && ln -s d/f /data/l';
    const from = await place.run('from', script, mounted);
    await waitForExit(from);
    const tar = await place.engine.readArchive(from, '/data/.');
    const about = { volume: 'v', engine: 'e', labels: {}, users: [], live: false };
    const backup = await writeBackup({ ...about, directory, tar, signal: NEVER, now: () => 1e12 });
    expect(backup.manifest).toMatchObject({ files: 4, bytes: 6 });
    expect((await verifyBackup(backup.path, NEVER)).ok).toBe(true);

    const look = 'until [ -e /data/l ]; do sleep 0.05; done; ls -ln /data/d/f; cat /data/l';
    const into = await place.run('into', look, mounted);
    await place.engine.writeArchive(into, '/data', openArchive(backup.path, backup.manifest.compression ?? 'zst'));
    await waitForExit(into);
    const said = Buffer.concat(await (await place.engine.logs(into, { follow: false })).toArray()).toString();
    expect(said).toMatch(/-rw-------\s+1 7\s+8\s/);
    expect(said).toContain('hello');
  });

  it('fail with what was tried when the path or the data are bad', async () => {
    const id = await place.run('bad', 'sleep 60', mounted);
    await expect(place.engine.readArchive(id, '/none/.')).rejects.toThrow(/reading \/none\/\. of the container/);
    await expect(place.engine.writeArchive(id, '/none', Readable.from(['x']))).rejects.toThrow(/writing to \/none/);
    await expect(place.engine.writeArchive(id, '/data', Readable.from(['no tar at all']))).rejects.toThrow(
      /writing to/,
    );
  });
});
