import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { describeEngine } from './require-engine.ts';

/** Actions on single containers beyond their lifecycle. */
describeEngine('containers on the real engine', () => {
  let place: Place;
  let id: string;
  let network: string;
  beforeAll(async () => {
    place = await openPlace('containers');
    network = place.nameOf('net');
    await place.network(network);
    id = await place.run('box', 'sleep 600', { HostConfig: { NetworkMode: network } });
  });
  afterAll(() => place.end());

  const go = (...words: string[]) => runWords(place, words, { yes: true });
  const box = () => place.engine.container(id);
  const networks = async () => (await box()).attachments.map((one) => one.network);

  it('are renamed as they run, never to a name that is taken', async () => {
    const other = await place.run('other', 'sleep 600');
    const [old, taken, wanted] = [place.nameOf('box'), place.nameOf('other'), place.nameOf('renamed')];
    const { startedAt } = (await box()).detail ?? {};
    expect(await go('rename', old, taken)).toMatchObject({ code: 2, text: expect.stringContaining('is taken') });
    expect(await go('rename', old, wanted)).toMatchObject({
      code: 0,
      text: expect.stringContaining(`is called ${wanted}`),
    });
    expect(await box()).toMatchObject({ name: wanted, detail: { startedAt } });
    expect(await go('rename', wanted, old)).toMatchObject({ code: 0 });
    expect((await place.engine.container(other)).name).toBe(taken);
  });

  it('leave a network and join it again, with another name there', async () => {
    const name = place.nameOf('box');
    const left = await go('disconnect', name, network);
    expect(left).toMatchObject({ code: 0, text: expect.stringContaining(`It is the only network of ${name}`) });
    expect(await networks()).toEqual([]);
    expect(await go('disconnect', name, network)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is not on'),
    });
    expect(await go('connect', name, network, '--alias', 'feed')).toMatchObject({ code: 0 });
    expect(await networks()).toEqual([network]);
    expect((await box()).attachments[0]?.aliases).toContain('feed');
    expect(await go('connect', name, network)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is already on'),
    });
    expect(await go('connect', name, 'nowhere')).toMatchObject({
      code: 2,
      text: expect.stringContaining('there is no network nowhere'),
    });
  });

  it('run a one-off command next to them, with its own variables and limit, and are listed and cleaned', async () => {
    const name = place.nameOf('service');
    const labels = {
      'com.docker.compose.project': name,
      'com.docker.compose.service': 'bot',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.config-hash': 'h',
      'deskhand.test': 'containers',
    };
    const like = await place.run('service', 'sleep 600', {
      Labels: labels,
      Env: ['SYMBOL=ES', 'API_TOKEN=hunter2'],
      HostConfig: { NetworkMode: network, PortBindings: { '80/tcp': [{ HostPort: '' }] } },
    });
    const command = ['sh', '-c', 'echo $SYMBOL $MODE; cat /sys/fs/cgroup/memory/memory.limit_in_bytes; exit 3'];
    const failed = await go('run-once', `${name}/bot`, '--env', 'MODE=replay', '--memory', '64m', ...command);
    expect(failed).toMatchObject({ code: 1, text: expect.stringMatching(/^ES replay$/m) });
    expect(failed.text).toContain('ended with exit code 3');
    expect(failed.text).not.toContain('hunter2');
    const left = (await place.engine.containers()).filter((one) => one.name.startsWith(`${name}-run-`));
    expect(left).toMatchObject([{ state: 'exited', labels: { 'com.docker.compose.oneoff': 'True' } }]);
    const detail = (await place.engine.container(left[0]?.id ?? '')).detail;
    expect(detail).toMatchObject({ limits: { memory: 64 * 1024 ** 2 }, publishes: [], restartPolicy: { name: 'no' } });
    expect(await go('run-once', `${name}/bot`, '--rm', 'true')).toMatchObject({ code: 0 });
    expect((await place.engine.containers()).filter((one) => one.name.startsWith(`${name}-run-`))).toHaveLength(1);
    await place.engine.remove(left[0]?.id ?? '', { force: true, volumes: true });
    expect((await place.engine.container(like)).state).toBe('running');
  });

  it('give and take files, also what only root could read, never over what is there', async () => {
    const name = place.nameOf('box');
    const file = join(place.directory, 'limits.toml');
    writeFileSync(file, 'position = 50\n');
    const into = await go('copy-to', name, file, '/tmp');
    expect(into).toMatchObject({
      code: 0,
      text: expect.stringContaining('It is lost when the container is recreated'),
    });
    const to = join(place.directory, 'out');
    expect(await go('copy-from', name, '/tmp/limits.toml', to)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is not a directory here'),
    });
    mkdirSync(to);
    expect(await go('copy-from', name, '/tmp/limits.toml', to)).toMatchObject({ code: 0 });
    expect(readFileSync(join(to, 'limits.toml'), 'utf8')).toBe('position = 50\n');
    expect(statSync(join(to, 'limits.toml')).mode & 0o777).toBe(0o600);
    expect(await go('copy-from', name, '/tmp/limits.toml', to)).toMatchObject({
      code: 2,
      text: expect.stringContaining('exists already'),
    });
    const missing = await go('copy-from', name, '/nowhere', to);
    expect(missing).toMatchObject({ code: 1, text: expect.stringContaining('/nowhere') });
    expect(await go('copy-to', name, '/nowhere', '/tmp')).toMatchObject({ code: 2 });
  });
});
