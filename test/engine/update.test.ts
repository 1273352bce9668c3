import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { openRegistry, type Registry } from '../harness/registry.ts';
import { hasCompose } from './compose-cli.ts';
import { describeEngine, engineHost } from './require-engine.ts';

const project = `dhu${process.pid}`;
const SECOND = 1e9;
const PROBE = { Interval: SECOND / 4, Retries: 2, Timeout: SECOND };
const HEALTHY = { Healthcheck: { ...PROBE, Test: ['CMD', 'true'] }, Cmd: ['sleep', '600'] };
const SICK = { ...HEALTHY, Healthcheck: { ...PROBE, Test: ['CMD-SHELL', 'echo no book >&2; exit 1'] } };

describeEngine('updates on the real engine', () => {
  let place: Place;
  let registry: Registry;
  const docker = new Docker();
  const image = (tag: string) => `${registry.host}/bots/engine:${tag}`;

  beforeAll(async () => {
    place = await openPlace('update');
    registry = await openRegistry(docker);
    await registry.publish('bots/engine:1', { ...HEALTHY, Env: ['PATH=/bin', 'MODEL=one'], Labels: { version: '1' } });
    await registry.publish('bots/engine:2', { ...HEALTHY, Env: ['PATH=/bin', 'MODEL=two'], Labels: { version: '2' } });
    await registry.publish('bots/engine:sick', SICK);
    await place.engine.pullImage(image('1'), () => undefined);
  }, 60_000);
  afterAll(async () => {
    await place.end();
    await registry.end();
    const own = (await docker.listImages()).filter(({ RepoTags }) =>
      RepoTags?.some(
        (tag) => tag.startsWith(registry.host) || tag.includes(project) || tag.includes(`update-${process.pid}`),
      ),
    );
    for (const { Id } of own) await docker.getImage(Id).remove({ force: true });
  });

  const update = (name: string, ...words: string[]) => runWords(place, ['update', name, ...words], { yes: true });
  const named = async (name: string) => (await place.engine.containers()).find((one) => one.name === name);
  const inspect = async (name: string) => docker.getContainer(name).inspect();

  it('knows by its digest whether the registry has a newer image', async () => {
    const first = await registry.publish('bots/moving:latest', HEALTHY);
    const name = `${registry.host}/bots/moving:latest`;
    await place.engine.pullImage(name, () => undefined);
    const pulled = (await place.engine.images()).find(({ tags }) => tags.includes(name));
    expect(pulled?.digests).toEqual([`${registry.host}/bots/moving@${first}`]);
    expect(await place.engine.registryDigest(name)).toBe(first);
    const next = await registry.publish('bots/moving:latest', HEALTHY);
    expect(await place.engine.registryDigest(name)).toBe(next);
    const layers = await place.engine.imageHistory(name);
    expect(layers[0]).toMatchObject({ createdBy: 'COPY release /tmp/release' });
    await expect(place.engine.registryDigest('127.0.0.1:9/bots/moving:1')).rejects.toThrow('connection refused');
  });

  it('pulls from a registry that wants a login with that of config.json, and says where it has none', async () => {
    const own = await openRegistry(docker, { login: 'bots:hunter2' });
    const config = mkdtempSync(join(tmpdir(), 'deskhand-login-'));
    const engine = createEngine(
      resolveEndpoint({ flags: { host: engineHost }, env: { DOCKER_CONFIG: config }, home: '/' }),
    );
    const name = `${own.host}/bots/private:1`;
    try {
      const digest = await own.publish('bots/private:1', HEALTHY);
      await expect(engine.pullImage(name, () => undefined)).rejects.toThrow(/no basic auth credentials/);
      const auths = { [own.host]: { auth: Buffer.from('bots:hunter2').toString('base64') } };
      writeFileSync(join(config, 'config.json'), JSON.stringify({ auths }));
      expect(await engine.registryDigest(name)).toBe(digest);
      await engine.pullImage(name, () => undefined);
      expect((await engine.images()).some(({ tags }) => tags.includes(name))).toBe(true);
    } finally {
      await engine.removeImage(name, { force: true }).catch(() => undefined);
      engine.close();
      await own.end();
      rmSync(config, { recursive: true, force: true });
    }
  });

  describe('of a single container', () => {
    let name: string;
    beforeAll(async () => {
      name = place.nameOf('bot');
      const body = {
        Image: image('1'),
        Cmd: undefined,
        Env: ['SYMBOL=ES'],
        StopTimeout: 0,
        HostConfig: { NetworkMode: 'none', Memory: 64 * 1024 ** 2 },
        Volumes: { '/state': {} },
      };
      await place.run('bot', '', body);
    });

    it('pulls the image with progress, keeps the configuration, takes the rest from the new image, and is verified', async () => {
      const before = await inspect(name);
      const { code, text, progress } = await update(name, image('2'));
      expect({ code, text }).toMatchObject({ code: 0 });
      expect(text).toContain('is pulled: it is not on the engine');
      expect(text).toMatch(new RegExp(`${name} runs ${image('2')} .*, running, healthy`));
      expect(progress.some((line) => /\d of \d layers?/.test(line))).toBe(true);
      const after = await inspect(name);
      expect(after.Id).not.toBe(before.Id);
      expect(after.HostConfig.Memory).toBe(64 * 1024 ** 2);
      expect(after.Config.Env).toEqual(expect.arrayContaining(['SYMBOL=ES', 'MODEL=two']));
      expect(after.Config.Env).not.toContain('MODEL=one');
      expect(after.Config.Labels.version).toBe('2');
      expect(after.Mounts[0]).toMatchObject({ Name: before.Mounts[0]?.Name, Destination: '/state' });
      await expect(docker.getContainer(before.Id).inspect()).rejects.toMatchObject({ statusCode: 404 });
    });

    it('goes back to the old container by itself when the new one does not become healthy', async () => {
      const before = await inspect(name);
      const { code, text } = await update(name, image('sick'));
      expect(code).toBe(1);
      expect(text).toContain('is unhealthy');
      expect(text).toContain('no book');
      expect(text).toMatch(new RegExp(`rolled back: ${name} runs ${image('2')} .*as before.*running`));
      const after = await inspect(name);
      expect(after.Id).toBe(before.Id);
      expect(after.State.Health?.Status).toBe('healthy');
      expect((await place.engine.containers()).filter((one) => one.name.endsWith(name))).toHaveLength(1);
    });

    it('leaves a sick one when that is asked for, and goes back by rollback', async () => {
      expect(await update(name, image('sick'), '--keep')).toMatchObject({ code: 1 });
      expect((await named(name))?.image).toBe(image('sick'));
      const back = await runWords(place, ['rollback', name], { yes: true });
      expect(back).toMatchObject({ code: 0, text: expect.stringContaining(`${name} runs ${image('2')}`) });
      const again = await runWords(place, ['rollback', name]);
      expect(again.text).toContain(`to ${image('sick')}`);
    });

    it('refuses what cannot be, and leaves the container alone when the image cannot be pulled', async () => {
      const before = await inspect(name);
      expect(await update(name, image('2'))).toMatchObject({
        code: 2,
        text: expect.stringContaining('it runs this image already'),
      });
      expect(await update(name, 'Not An Image')).toMatchObject({
        code: 2,
        text: expect.stringContaining('is not the name of an image'),
      });
      const missing = await update(name, image('3'));
      expect(missing.code).toBe(1);
      expect(missing.text).toMatch(/pull failed .*manifest/);
      const unreachable = await update(name, '127.0.0.1:9/bots/engine:1');
      expect(unreachable).toMatchObject({ code: 1, text: expect.stringContaining('connection refused') });
      expect((await inspect(name)).Id).toBe(before.Id);
    });

    it('goes back when it is cancelled on the way', async () => {
      const before = await inspect(name);
      const cancel = new AbortController();
      const running = runWords(place, ['update', name, image('sick')], {
        yes: true,
        signal: cancel.signal,
        onProgress: (line) => {
          if (line.includes('health starting')) cancel.abort();
        },
      });
      expect(await running).toMatchObject({ code: 1, text: expect.stringMatching(/Cancelled .*rolled back: /s) });
      expect((await inspect(name)).Id).toBe(before.Id);
      expect((await named(name))?.state).toBe('running');
    });

    it('pulls the image that a plain container names, which keeps its own until it is updated', async () => {
      const before = await inspect(name);
      const { Image: tag } = before.Config;
      await registry.publish(tag.replace(`${registry.host}/`, ''), HEALTHY);
      const { code, text } = await runWords(place, ['pull', name], { yes: true });
      expect({ code, text }).toMatchObject({ code: 0 });
      expect(text).toMatch(new RegExp(`${tag} is now [0-9a-f]{12}`));
      expect((await inspect(name)).Image).toBe(before.Image);
    });
  });

  describe.runIf(hasCompose)('of a compose service with two replicas', () => {
    let directory: string;
    const file = () => join(directory, 'compose.yaml');
    const write = (tag: string) =>
      writeFileSync(
        file(),
        JSON.stringify({
          services: { bot: { image: image(tag), network_mode: 'none', scale: 2, stop_grace_period: '0s' } },
        }),
      );
    const compose = async (...command: string[]) => {
      const call = { project: { name: project, directory, files: [file()], envFiles: [], services: [] } };
      const { code, output } = await place.tools.compose.run(call, command, { signal: new AbortController().signal });
      if (code !== 0) throw new Error(output);
    };
    const replicas = async () =>
      (await place.engine.containers())
        .filter(({ labels }) => labels['com.docker.compose.project'] === project)
        .toSorted((a, b) => a.name.localeCompare(b.name));

    beforeAll(async () => {
      directory = join(tmpdir(), `deskhand-update-${process.pid}`);
      mkdirSync(directory);
      write('1');
      await compose('up', '--detach');
    }, 60_000);
    afterAll(async () => {
      await compose('down', '--timeout', '0');
      rmSync(directory, { recursive: true, force: true });
    });

    it('rolls them one by one, says that the file names the old image, and compose takes them for its own', async () => {
      const { code, text } = await update(`${project}/bot`, image('2'));
      expect({ code, text }).toMatchObject({ code: 0 });
      expect(text).toContain(`${file()} still names ${image('1')}`);
      const updated = await replicas();
      expect(updated.map(({ name, image: of }) => [name, of])).toEqual([
        [`${project}-bot-1`, image('2')],
        [`${project}-bot-2`, image('2')],
      ]);
      write('2');
      expect(await runWords(place, ['up', project])).toMatchObject({
        code: 2,
        text: expect.stringContaining('everything matches the file'),
      });
      await compose('up', '--detach');
      expect((await replicas()).map(({ id }) => id)).toEqual(updated.map(({ id }) => id));
    });

    it('takes all of them back when one is not ok', async () => {
      const before = await replicas();
      expect(await update(`${project}/bot`, image('sick'))).toMatchObject({ code: 1 });
      expect((await replicas()).map(({ id, state }) => [id, state])).toEqual(before.map(({ id }) => [id, 'running']));
    });

    it('is undone by an up with the file that names the old image', async () => {
      write('1');
      const { text } = await runWords(place, ['up', project]);
      expect(text).toContain(`is recreated: image ${image('2')} -> ${image('1')}`);
    });
  });
});
