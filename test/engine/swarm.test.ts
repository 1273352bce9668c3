import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateServiceOptions } from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunFlags } from '../../source/commands/run/request.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import type { Service } from '../../source/desk/model.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { serviceId } from '../../source/lib/ids.ts';
import type { TableSources } from '../../source/resources/resource.ts';
import { configs, secrets } from '../../source/resources/swarm-objects.ts';
import { takeSnapshot } from '../../source/runtime/snapshot.ts';
import { runWords } from '../actions/run-words.ts';
import { noTools } from '../builders/actions.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { describeEngine } from './require-engine.ts';

/** Swarm services that are not simply running: verdicts from what a real manager says. */

type Spec = { mode: object; command?: string; policy?: object; mounts?: object[]; constraints?: string[] };

describeEngine('Swarm services on a real manager', () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-swarm-'));
  let own: TestEngine;
  beforeAll(async () => {
    own = await startEngine(join(directory, 'engine'));
    await buildImage(own.docker);
    await own.docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
  });
  afterAll(async () => {
    await own.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  function create(
    name: string,
    { mode, command = 'exec sleep 3600', policy = {}, mounts = [], constraints = [] }: Spec,
  ) {
    return own.docker.createService({
      Name: name,
      TaskTemplate: {
        ContainerSpec: { Image: IMAGE, Command: ['sh', '-c', command], Mounts: mounts, StopGracePeriod: 1 },
        Placement: { Constraints: constraints },
        RestartPolicy: policy,
      },
      Mode: mode,
    } as CreateServiceOptions);
  }

  /** Looks until the service is as expected; the test runs out of time when it never is. */
  async function seen(name: string, level: Service['verdict']['level'], reason = /^/): Promise<Service> {
    const engine = createEngine(resolveEndpoint({ flags: { host: own.host }, env: {}, home: '/' }));
    try {
      for (;;) {
        const service = deriveDesk(await takeSnapshot(engine, systemClock)).byId.get(serviceId(`swarm:${name}`));
        if (service?.verdict.level === level && reason.test(service.verdict.reason)) return service;
      }
    } finally {
      engine.close();
    }
  }
  const once = { Condition: 'none' };

  it('global: a task that is rejected for ever is missing; no node is not ok', async () => {
    await create('gw', { mode: { Global: {} }, mounts: [{ Type: 'bind', Source: '/does/not/exist', Target: '/x' }] });
    await create('mars', { mode: { Global: {} }, constraints: ['node.labels.zone==mars'] });
    const gateway = await seen('gw', 'down', /does\/not\/exist does not exist on the host/);
    expect(gateway).toMatchObject({ running: 0, wanted: 1 });
    await seen('mars', 'degraded', /no node fits/);
  });

  it('run once: done when it ended well, down when it failed', async () => {
    await create('seed', { mode: { Replicated: { Replicas: 1 } }, command: 'exit 0', policy: once });
    await create('seedx', { mode: { Replicated: { Replicas: 1 } }, command: 'exit 3', policy: once });
    await seen('seed', 'done');
    await seen('seedx', 'down', /exit 3; not restarted/);
  });

  it('jobs: done by the manager’s count, also without their containers', async () => {
    await create('recon', {
      mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 4 } },
      command: 'exit 0',
      policy: once,
    });
    await create('sweep', { mode: { GlobalJob: {} }, command: 'exit 0', policy: once });
    await seen('recon', 'done');
    await own.docker.pruneContainers();
    expect((await seen('recon', 'done')).verdict.reason).toBe('4 of 4 completed');
    expect((await seen('sweep', 'done')).verdict.reason).toBe('1 of 1 completed');
  });

  async function go(words: string, flags: RunFlags = {}): Promise<{ code: number; text: string }> {
    const engine = createEngine(resolveEndpoint({ flags: { host: own.host }, env: {}, home: '/' }));
    return runWords({ engine, tools: noTools, directory }, words.split(' '), { ...flags, settings: {} }).finally(() =>
      engine.close(),
    );
  }
  const spec = async (name: string) => (await own.docker.getService(name).inspect()).Spec;

  it('are rolled back, updated by force and removed', async () => {
    await create('web', { mode: { Replicated: { Replicas: 1 } } });
    await seen('web', 'ok');
    expect(await go('rollback web', { yes: true })).toMatchObject({
      code: 1,
      text: expect.stringContaining('previous spec'),
    });
    const { Version } = await own.docker.getService('web').inspect();
    const before = await spec('web');
    const template = before.TaskTemplate;
    const next = { ...template, ContainerSpec: { ...template.ContainerSpec, Env: ['CHANGED=yes'] } };
    await own.docker.getService('web').update({ ...before, TaskTemplate: next, version: Version.Index });
    await seen('web', 'ok');
    expect((await go('rollback web')).text).toContain('Everything that the last update changed is undone');
    expect(await go('rollback web', { yes: true })).toMatchObject({ code: 0 });
    expect((await spec('web')).TaskTemplate.ContainerSpec.Env).toBeUndefined();

    const forced = await go('force-update web', { yes: true });
    expect(forced).toMatchObject({ code: 0, text: expect.stringMatching(/completed; 1 running after/) });
    expect((await spec('web')).TaskTemplate.ForceUpdate).toBe(1);

    expect(await go('remove-service web', { yes: true })).toMatchObject({
      code: 2,
      text: expect.stringContaining('typed'),
    });
    expect(await go('remove-service web', { yes: true, confirm: 'web' })).toMatchObject({ code: 0 });
    await expect(spec('web')).rejects.toThrow(/not found/);
  }, 90_000);

  it('are updated to another image, and rolled back when its tasks do not come up', async () => {
    const [repository = '', tag = ''] = IMAGE.split(':');
    await own.docker.getImage(IMAGE).tag({ repo: repository, tag: `${tag}-next` });
    await create('api', { mode: { Replicated: { Replicas: 1 } } });
    await seen('api', 'ok');
    const done = await go(`update api ${IMAGE}-next`, { yes: true });
    expect(done).toMatchObject({
      code: 0,
      text: expect.stringContaining(`api has the image ${IMAGE}-next, 1 running`),
    });
    expect((await go(`update api ${IMAGE}-next`)).code).toBe(2);
    const failed = await go(`update api ${IMAGE}-none`, { yes: true });
    expect(failed).toMatchObject({ code: 1, text: expect.stringContaining('rolled back: api has the image') });
    expect((await spec('api')).TaskTemplate.ContainerSpec.Image).toBe(`${IMAGE}-next`);
  }, 90_000);

  it('leave a node that is drained, and come back when it is active and they are updated', async () => {
    const [node] = await own.docker.listNodes();
    const name = node?.Description?.Hostname ?? '';
    await create('stay', { mode: { Replicated: { Replicas: 1 } } });
    await seen('stay', 'ok');
    const plan = await go(`drain ${name}`);
    expect(plan.text).toMatch(/danger 3/);
    expect(plan.text).toContain('No other node takes tasks: its services stop.');
    expect(plan.text).toMatch(/Tasks of .*stay.* run on it\./);
    expect(await go(`drain ${name}`, { yes: true, confirm: name })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/drain after/),
    });
    expect(await go(`drain ${name}`, { yes: true, confirm: name })).toMatchObject({ code: 2 });
    expect(await go(`activate ${name}`, { yes: true })).toMatchObject({ code: 0 });
    await seen('stay', 'ok');
    expect(await go('drain nowhere')).toMatchObject({
      code: 2,
      text: expect.stringContaining('there is no such node'),
    });
  }, 90_000);

  it('configs and secrets are listed with who uses them, and not read', async () => {
    const engine = createEngine(resolveEndpoint({ flags: { host: own.host }, env: {}, home: '/' }));
    const data = Buffer.from('hunter2').toString('base64');
    const secret = await own.docker.createSecret({ Name: 'token', Data: data });
    await own.docker.createConfig({ Name: 'conf', Data: data });
    await own.docker.createService({
      Name: 'user',
      TaskTemplate: {
        ContainerSpec: {
          Image: IMAGE,
          Command: ['sleep', '60'],
          Secrets: [
            { SecretID: secret.id, SecretName: 'token', File: { Name: 'token', UID: '0', GID: '0', Mode: 256 } },
          ],
        },
      },
    } as CreateServiceOptions);
    const sources = { engine } as TableSources;
    const signal = new AbortController().signal;
    const listed = [
      ...((await secrets.fetch?.(sources, signal, {})) ?? []),
      ...((await configs.fetch?.(sources, signal, {})) ?? []),
    ];
    engine.close();
    expect(listed).toMatchObject([
      { name: 'token', users: ['user'] },
      { name: 'conf', users: [] },
    ]);
    expect(JSON.stringify(listed)).not.toContain(data);
  });
});
