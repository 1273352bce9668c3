import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action, LocalTarget, Plan, Result } from '../../source/actions/action.ts';
import { readLines, verifyChain } from '../../source/actions/audit/chain.ts';
import { openAudit, readAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import { draft } from '../../source/actions/draft.ts';
import { createExecutor, waiter } from '../../source/actions/execute.ts';
import { prune } from '../../source/actions/prune.ts';
import { removeVolume } from '../../source/actions/remove-volume.ts';
import { rollingRestart } from '../../source/actions/rolling-restart.ts';
import { scale } from '../../source/actions/scale.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { serviceId } from '../../source/lib/ids.ts';
import { logBytes } from '../../source/runtime/log-size.ts';
import { takeSnapshot } from '../../source/runtime/snapshot.ts';
import { planned } from '../actions/real.ts';
import { noTools, openGuard } from '../builders/actions.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { until } from '../harness/until.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { describeEngine } from './require-engine.ts';

/** Prune reaches everything that an engine has, so it gets an engine of its own, which may also die. */
describeEngine('prune, on its own engine', () => {
  let directory: string;
  let host: TestEngine;
  let engine: ReturnType<typeof createEngine>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deskhand-prune-'));
    host = await startEngine(join(directory, 'engine'));
    await buildImage(host.docker);
    engine = createEngine(resolveEndpoint({ flags: { host: host.host }, env: {}, home: directory }));
  });
  afterAll(async () => {
    engine.close();
    await host.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  async function make(name: string, body: object, start = true): Promise<string> {
    const { id } = await engine.create(name, { Image: IMAGE, HostConfig: { NetworkMode: 'none' }, ...body });
    if (start) await engine.start(id);
    return id;
  }
  async function exited(name: string, labels: Record<string, string> = {}): Promise<string> {
    const id = await make(name, { Cmd: ['sh', '-c', 'head -c 100000 /dev/zero > /data'], Labels: labels });
    await until(
      () => engine.container(id),
      ({ state }) => state === 'exited',
    );
    return id;
  }
  async function planOf(action: Action, target: LocalTarget, parameters?: unknown, settings = {}): Promise<Plan> {
    const state = await takeSnapshot(engine, systemClock);
    const source = { engine, tools: { ...noTools, logBytes }, state, buildDesk: deriveDesk };
    const request = { action, target: { ...target, engine: state.engineId }, parameters };
    return planned(await draft(request, source, settings));
  }
  const plan = (what: string, kept = false, settings = {}) =>
    planOf(prune, { kind: 'unused', id: what }, { all: false, kept }, settings);

  const audit = () => openAudit({ directory, identity: identity(process.env), now: systemClock.now });

  async function execute(
    made: Plan,
    progress: (text: string) => void = () => undefined,
    action: Action = prune,
  ): Promise<Result> {
    const state = await takeSnapshot(engine, systemClock);
    const executor = createExecutor({
      engine,
      tools: noTools,
      state: () => state,
      now: systemClock.now,
      wait: waiter(systemClock),
      audit: audit(),
      guard: () => openGuard,
    });
    const signal = new AbortController().signal;
    return executor.execute({ action, plan: made, answer: { kind: 'typed', text: made.name }, signal, progress });
  }
  const names = (made: Plan) => made.objects.map(({ name }) => name).toSorted();

  it('removes stopped containers as shown, but not the result of a job', async () => {
    const running = await make('prune-running', { Cmd: ['sleep', '1000'] });
    const job = await exited('prune-job', { 'deskhand.job': 'true' });
    await exited('prune-old');
    const made = await plan('containers');
    expect(names(made)).toEqual(['prune-old']);
    expect(made.objects[0]?.bytes).toBeGreaterThanOrEqual(100_000);
    expect(made.warnings.join()).toContain('prune-job (the result of a job)');
    const later = await exited('prune-later');
    const result = await execute(made);
    expect(result).toMatchObject({
      outcome: { ok: true, verification: /^pruned 1 of 1 objects, freed .*KiB of .*KiB/ },
    });
    const left = (await engine.containers()).map(({ id }) => id).toSorted();
    expect(left).toEqual([running, job, later].toSorted());
    for (const id of left) await engine.remove(id, { force: true, volumes: true });
  });

  it('promises the bytes of logs, and takes nothing that label or settings protect', async () => {
    const talker = await make('prune-talker', { Cmd: ['sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" "x" | fold'] });
    const labelled = await make('prune-labelled', { Cmd: ['true'], Labels: { 'deskhand.protected': 'yes' } });
    const named = await make('prune-named', { Cmd: ['true'] });
    for (const id of [talker, labelled, named])
      await until(
        () => engine.container(id),
        ({ state }) => state === 'exited',
      );
    for (const what of ['containers', 'system']) {
      const made = await plan(what, true, { services: { 'prune-na*': { protected: true } } });
      const containers = made.objects.filter(({ kind }) => kind === 'container');
      expect(containers.map(({ name }) => name)).toEqual(['prune-talker']);
      expect(made.warnings.join()).toMatch(/prune-labelled \(protected by the label deskhand.protected\)/);
      expect(made.warnings.join()).toMatch(/prune-named \(protected by the settings\)/);
    }
    const made = await plan('containers', false, { services: { 'prune-na*': { protected: true } } });
    const { LogPath } = (await engine.inspect('container', talker)) as { LogPath: string };
    const log = (await logBytes(LogPath)) ?? 0;
    expect(log).toBeGreaterThan(300_000);
    expect(made.objects[0]).toMatchObject({ bytes: log, note: /its log of .*KiB goes too/ });
    expect(await execute(made)).toMatchObject({
      outcome: { ok: true, verification: /^pruned 1 of 1 objects, freed (.*) of \1/ },
    });
    expect(await logBytes(LogPath)).toBeUndefined();
    for (const id of [labelled, named]) await engine.remove(id, { force: true, volumes: true });
  });

  it('promises what images free together: layers that several of them share, and untagged parents', async () => {
    const keeper = await make('prune-keeper', { Cmd: ['sleep', '1000'] });
    const layer = async (image: string, file: string, kib: number) => {
      const maker = await make(`prune-${file}`, {
        Image: image,
        Cmd: ['sh', '-c', `head -c ${kib * 1024} /dev/zero > /${file}`],
      });
      await until(
        () => engine.container(maker),
        ({ state }) => state === 'exited',
      );
      const { Id } = await host.docker.getContainer(maker).commit({});
      await engine.remove(maker, { force: true, volumes: true });
      return Id as string;
    };
    const middle = await layer(IMAGE, 'middle', 1000);
    const left = await layer(middle, 'left', 100);
    const right = await layer(middle, 'right', 200);
    const made = await plan('images');
    expect(made.objects.map(({ id }) => id).toSorted()).toEqual([left, right].toSorted());
    expect(made.options?.promised).toBe(1300 * 1024);
    // Without one of them, what both share stays.
    const one = prune.leaveOut?.(made, new Set([right]));
    expect(one?.options?.promised).toBe(100 * 1024);
    const before = (await engine.diskUse()).layers;
    expect(await execute(made)).toMatchObject({
      outcome: { ok: true, verification: /^pruned 2 of 2 objects, freed 1.27MiB of 1.27MiB/ },
    });
    expect(before - (await engine.diskUse()).layers).toBe(1300 * 1024);
    await engine.remove(keeper, { force: true, volumes: true });
  });

  it('removes images: dangling ones, then all unused ones, tag by tag', async () => {
    const keeper = await make('prune-keeper', { Cmd: ['sleep', '1000'] });
    const worker = await make('prune-maker', { Cmd: ['sh', '-c', 'echo new > /new'] });
    const commit = (tag?: string) =>
      host.docker.getContainer(worker).commit(tag === undefined ? {} : { repo: 'prune', tag });
    const dangling = (await commit()).Id;
    const tagged = (await commit('one')).Id;
    await host.docker.getImage('prune:one').tag({ repo: 'prune', tag: 'two' });
    await engine.remove(worker, { force: true, volumes: true });
    const first = await plan('images');
    expect(first.objects.map(({ id }) => id)).toEqual([dangling]);
    expect(await execute(first)).toMatchObject({ outcome: { ok: true } });
    const second = await plan('all-images');
    expect(second.objects).toMatchObject([{ id: tagged, tags: ['prune:one', 'prune:two'] }]);
    expect(await execute(second)).toMatchObject({ outcome: { ok: true } });
    expect((await engine.images()).flatMap(({ tags }) => tags)).toEqual([IMAGE]);
    await engine.remove(keeper, { force: true, volumes: true });
  });

  it('stops when an image was tagged since the plan was shown', async () => {
    const maker = await make('prune-maker', { Cmd: ['sh', '-c', 'echo newer > /new'] });
    const { Id } = await host.docker.getContainer(maker).commit({});
    const keeper = await make('prune-keeper', { Cmd: ['sleep', '1000'] });
    const made = await plan('images');
    await host.docker.getImage(Id).tag({ repo: 'wanted', tag: 'now' });
    expect(await execute(made)).toMatchObject({ kind: 'refused', refusal: { refused: /\[wanted:now\] now/ } });
    expect((await engine.images()).flatMap(({ tags }) => tags)).toContain('wanted:now');
    await engine.removeImage('wanted:now', { force: false }).catch(() => undefined);
    for (const id of [maker, keeper]) await engine.remove(id, { force: true, volumes: true });
    await engine.removeImage('wanted:now', { force: false }).catch(() => undefined);
  });

  it('takes anonymous volumes only; a named one goes by its name', async () => {
    await host.docker.createVolume({ Name: 'prune-data' });
    const anonymous = await host.docker.createVolume({});
    const made = await plan('volumes');
    expect(names(made)).toEqual([anonymous.name]);
    expect(await execute(made)).toMatchObject({ outcome: { ok: true } });
    expect((await engine.volumes()).map(({ name }) => name)).toEqual(['prune-data']);
    const one = await planOf(removeVolume, { kind: 'volume', id: 'prune-data' });
    expect(one).toMatchObject({ danger: 4, name: 'prune-data' });
    expect(await execute(one, undefined, removeVolume)).toMatchObject({ outcome: { ok: true } });
    expect(await engine.volumes()).toEqual([]);
  });

  it('prunes the build cache from the top down until nothing is left of it', async () => {
    const steps = ['one', 'two', 'three', 'four'].map((name) => `COPY Dockerfile /${name}\n`);
    writeFileSync(join(directory, 'Dockerfile'), `FROM scratch\n${steps.join('')}`);
    const context = { context: directory, src: ['Dockerfile'] };
    const output = await host.docker.buildImage(context, { t: 'prune:built', version: '2' });
    await finished(output.resume());
    const made = await plan('build-cache');
    expect(made.objects.length).toBeGreaterThanOrEqual(steps.length);
    expect(await execute(made)).toMatchObject({ outcome: { ok: true } });
    expect((await engine.diskUse()).buildCache).toEqual([]);
    await engine.removeImage('prune:built', { force: false });
  });

  it('reports what was done when the engine dies in the middle of a prune', async () => {
    for (let index = 0; index < 6; index += 1) await make(`prune-many-${index}`, { Cmd: ['true'] }, false);
    const made = await plan('containers');
    expect(made.objects).toHaveLength(6);
    let killed: Promise<void> | undefined;
    const result = await execute(made, (text) => {
      if (text.includes('(3 of 6)')) killed ??= host.stop('SIGKILL');
    });
    await killed;
    expect(result).toMatchObject({ kind: 'done', outcome: { ok: false, cancelled: false } });
    const outcome = result.kind === 'done' ? result.outcome : undefined;
    const done = outcome?.steps.filter(({ ok }) => ok).map(({ object }) => object) ?? [];
    expect(outcome?.steps.length).toBeLessThan(6);
    await host.start();
    const left = (await engine.containers()).map(({ name }) => name);
    for (const name of done) expect(left).not.toContain(name);
    expect(left.length).toBeGreaterThanOrEqual(3);
    const log = await readAudit(audit().path);
    expect(verifyChain(log)).toMatchObject({ ok: true, unfinished: [] });
    expect(readLines(log).at(-1)?.line).toMatchObject({ kind: 'end', action: 'prune', ok: false });
    expect(await execute(await plan('containers'))).toMatchObject({ outcome: { ok: true } });
  });

  it('leaves the rest alone when the engine dies in the middle of a rolling restart', async () => {
    const labels = (number: number) => ({
      'com.docker.compose.project': 'roll',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': `${number}`,
    });
    const ids = [];
    for (const number of [1, 2]) {
      const script = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
      ids.push(await make(`roll-web-${number}`, { Cmd: ['sh', '-c', script], Labels: labels(number) }));
    }
    const target = { kind: 'service', id: serviceId('compose:roll/web') } as const;
    const drafted = await planOf(rollingRestart, target, undefined, { verifyMs: 3000 });
    let killed: Promise<void> | undefined;
    const result = await execute(
      drafted,
      (text) => {
        if (text.startsWith('roll-web-1: running')) killed ??= host.stop('SIGKILL');
      },
      rollingRestart,
    );
    await killed;
    expect(result).toMatchObject({
      outcome: {
        ok: false,
        verification: expect.stringMatching(/roll-web-1: wait until it is back failed.*roll-web-2 left alone/),
      },
    });
    await host.start();
    for (const id of ids) await engine.remove(id, { force: true, volumes: true });
  });

  it('scales a Swarm service by its spec, and not by an outdated one', async () => {
    await host.docker.swarmInit({ ListenAddr: '127.0.0.1:23790', AdvertiseAddr: '127.0.0.1' });
    const task = { ContainerSpec: { Image: IMAGE, Command: ['sleep', '1000'] }, Networks: [{ Target: 'host' }] };
    await host.docker.createService({ Name: 'shop_web', TaskTemplate: task, Mode: { Replicated: { Replicas: 1 } } });
    const state = await takeSnapshot(engine, systemClock);
    const [service] = deriveDesk(state).services.filter(({ kind }) => kind === 'swarm');
    const target = { kind: 'service', id: serviceId(service?.id ?? '') } as const;
    const made = await planOf(scale, target, { replicas: 3 });
    expect(made.title).toMatch(/^Scale .*web from 1 to 3$/);
    expect(await execute(made, undefined, scale)).toMatchObject({
      outcome: { ok: true, verification: /^3 of 3 running after/ },
    });
    expect(await execute(made, undefined, scale)).toMatchObject({
      outcome: { ok: false, verification: /changed by someone else/ },
    });
  });
});
