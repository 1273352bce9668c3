import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActionSettings } from '../../source/actions/action-settings.ts';
import { listVolume, readVolumeFile } from '../../source/actions/volume-files.ts';
import { listBackups } from '../../source/backup/read.ts';
import { backups } from '../../source/commands/backups/command.ts';
import type { RunFlags } from '../../source/commands/run/request.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { noTools } from '../builders/actions.ts';
import { until } from '../harness/until.ts';
import { describeEngine } from './require-engine.ts';

const NEVER = new AbortController().signal;
const WRITER =
  'mkdir -p /data/base && echo one > /data/base/1 && echo two > /data/2; trap "exit 0" TERM; while :; do sleep 0.2; done';

describeEngine('backup and restore of volumes on the real engine', () => {
  let place: Place;
  let volume: string;
  let id: string;
  const extra: string[] = [];
  beforeAll(async () => {
    place = await openPlace('volumes');
    volume = place.nameOf('data');
    await place.engine.createVolume(volume, { 'com.docker.compose.project': 'desk' });
    id = await place.run('db', WRITER, {
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
      StopTimeout: 5,
    });
    await until(
      () =>
        place.engine.readArchive(id, '/data/2').then(
          () => true,
          () => false,
        ),
      Boolean,
    );
  });
  afterAll(async () => {
    const engine = place.engine;
    await engine.remove(id, { force: true, volumes: false });
    for (const name of [volume, ...extra]) await engine.removeVolume(name).catch(() => undefined);
    await place.end();
  });

  const directory = () => join(place.directory, 'backups');
  const go = (words: string, flags: RunFlags = {}, settings: ActionSettings = {}) =>
    runWords(place, words.split(' '), {
      ...flags,
      tools: { ...noTools, backupDirectory: directory(), backupPlace: directory(), wallTime: () => systemClock.now() },
      settings: { stableMs: 500, ...settings },
    });
  const newest = async () => (await listBackups(directory()))[0]?.path ?? '';
  const inside = async (script: string) => {
    const session = await place.engine.exec(id, { command: ['sh', '-c', script], tty: true, stdin: false });
    return Buffer.concat(await session.stream.toArray())
      .toString()
      .trim();
  };
  const helpers = async () =>
    (await place.engine.containers()).filter(({ labels }) => labels['deskhand.helper'] !== undefined);

  it('names who writes to a volume, writes an archive and verifies it', async () => {
    const plan = await go(`backup ${volume}`);
    expect(plan.text).toContain(`${place.nameOf('db')} may write to it meanwhile`);
    const { code, text } = await go(`backup ${volume}`, { yes: true });
    expect(text).toMatch(/4 files, 8B in .*, checksum verified/);
    expect(code).toBe(0);
    expect((await listBackups(directory()))[0]?.manifest).toMatchObject({
      volume,
      project: 'desk',
      live: true,
      users: [place.nameOf('db')],
    });
  });

  it('refuses a volume that does not exist, and an empty one, and leaves no helper behind', async () => {
    expect(await go('backup no-such-volume')).toMatchObject({
      code: 2,
      text: expect.stringContaining('there is no such volume'),
    });
    const empty = place.nameOf('empty');
    extra.push(empty);
    await place.engine.createVolume(empty, {});
    const { code, text } = await go(`backup ${empty}`, { yes: true });
    expect(text).toContain('is empty: nothing was backed up');
    expect(code).toBe(1);
    expect(await helpers()).toEqual([]);
  });

  it('restores a volume in place: users stopped, a safety copy, exactly the files of the archive, users started', async () => {
    const archive = await newest();
    await inside('echo changed > /data/base/1; echo late > /data/late');
    expect((await go(`restore ${archive}`)).text).toMatch(/danger 4/);
    expect(await go(`restore ${archive}`, { yes: true })).toMatchObject({
      code: 2,
      text: expect.stringContaining('typed'),
    });
    const { code, text } = await go(`restore ${archive}`, { yes: true, confirm: volume });
    expect(text).toMatch(/ok .*safety copy[\s\S]*ok .*delete its files[\s\S]*ok .*unpack/);
    expect(code).toBe(0);
    expect((await place.engine.container(id)).state).toBe('running');
    expect(await inside('cat /data/base/1 /data/2; ls /data')).toMatch(/one\s+two\s+2\s+base/);
    expect((await listBackups(directory())).length).toBe(2);
    expect(await helpers()).toEqual([]);
  });

  it('restores into a new volume and compares it with the archive', async () => {
    const copy = place.nameOf('copy');
    extra.push(copy);
    const { code, text } = await go(`restore ${await newest()} --into ${copy}`, { yes: true });
    expect(text).toMatch(/holds \d+ files, .*as the archive/);
    expect(code).toBe(0);
  });

  it.each([
    ['by find and stat in a container that mounts it', () => volume],
    ['from an archive where nothing runs on it', () => place.nameOf('copy')],
  ])('lists its files and reads one, %s', async (_, nameOf) => {
    const { entries, whole } = await listVolume(place.engine, nameOf(), '/', NEVER);
    expect(whole).toBe(true);
    const [first, second] = entries;
    expect(first).toMatchObject({ name: 'base', kind: 'directory', mode: 0o755 });
    expect(second).toMatchObject({ name: '2', kind: 'file', size: 4, mode: 0o644 });
    expect((await listVolume(place.engine, nameOf(), '/base', NEVER)).entries).toMatchObject([{ name: '1' }]);
    const { bytes } = await readVolumeFile(place.engine, nameOf(), '/2', NEVER);
    expect(bytes.toString()).toBe('two\n');
    await expect(readVolumeFile(place.engine, nameOf(), '/base', NEVER)).rejects.toThrow('it is not a file');
    expect(await helpers()).toEqual([]);
  });

  it('does not touch anything for a damaged archive', async () => {
    const archive = await newest();
    const good = readFileSync(archive);
    const bad = Buffer.from(good);
    bad[20] = (bad[20] ?? 0) ^ 255;
    writeFileSync(archive, bad);
    const { code, text } = await go(`restore ${archive}`, { yes: true, confirm: volume });
    expect(text).toContain('it is damaged: its checksum is not that of the manifest');
    expect(code).toBe(2);
    const printed: string[] = [];
    const deps = {
      places: [directory()],
      store: noTools.backups,
      now: Date.now(),
      print: (line: string) => printed.push(line),
      signal: NEVER,
    };
    expect(await backups({ verify: true }, deps)).toBe(1);
    expect(printed.join('')).toMatch(/NOT USABLE: its checksum/);
    expect(printed.join('')).toMatch(/ verified/);
    writeFileSync(archive, good);
    expect(await backups({}, deps)).toBe(0);
  });

  it('stops what writes to it for the backup and starts it again, and keeps as many as the settings say', async () => {
    const before = await listBackups(directory());
    const keeping: ActionSettings = { backups: { keep: 1 } };
    const plan = await go(`backup ${volume} --stop`, {}, keeping);
    expect(plan.text).toContain('is stopped, and started again afterwards');
    expect(plan.text).not.toContain('may write to it');
    for (const { path } of before) expect(plan.text).toContain(`archive ${path}`);
    const startedAt = (await place.engine.container(id)).detail?.startedAt;
    const { code, text } = await go(`backup ${volume} --stop`, { yes: true }, keeping);
    expect(text).toMatch(/ok .*: stop,[\s\S]*ok .*archive[\s\S]*ok .*: start,[\s\S]*ok .*verify[\s\S]*ok .*delete/);
    expect(code).toBe(0);
    const { state, detail } = await place.engine.container(id);
    expect([state, detail?.startedAt === startedAt]).toEqual(['running', false]);
    const left = await listBackups(directory());
    expect(left.map(({ manifest }) => manifest?.live)).toEqual([false]);
    expect(before.map(({ path }) => path)).not.toContain(left[0]?.path);
  });

  it('leaves nothing behind when the disk is full', async () => {
    const full = join(place.directory, 'full');
    mkdirSync(full);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', full]);
    try {
      await inside('head -c 300000 /dev/urandom > /data/noise');
      const { code, text } = await go(`backup ${volume} --to ${full}`, { yes: true });
      expect(text).toMatch(/no space left on device/i);
      expect(code).toBe(1);
      expect(readdirSync(full)).toEqual([]);
    } finally {
      execFileSync('umount', [full]);
      await inside('rm /data/noise');
    }
  });

  it('says so when a user of the volume is removed during the restore', async () => {
    const other = await place.run('other', WRITER.replaceAll('/data', '/more'), {
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: volume, Target: '/more' }] },
      StopTimeout: 1,
    });
    const archive = await newest();
    const removing = until(
      async () => (await place.engine.container(other)).state,
      (state) => state === 'exited',
    ).then(() => place.engine.remove(other, { force: true, volumes: false }));
    const { code, text } = await go(`restore ${archive}`, { yes: true, confirm: volume });
    await removing;
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`FAILED {2}${place.nameOf('other')}: start, `));
    expect((await place.engine.container(id)).state).toBe('running');
    expect(await inside('cat /data/base/1')).toBe('one');
  });
});
