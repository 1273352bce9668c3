import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Plan, PlanObject, Result } from '../../source/actions/action.ts';
import { kill } from '../../source/actions/kill.ts';
import { prune } from '../../source/actions/prune.ts';
import { remove } from '../../source/actions/remove.ts';
import { removeVolume } from '../../source/actions/remove-volume.ts';
import { restart } from '../../source/actions/restart.ts';
import { rollingRestart } from '../../source/actions/rolling-restart.ts';
import { scale } from '../../source/actions/scale.ts';
import { start } from '../../source/actions/start.ts';
import { stop } from '../../source/actions/stop.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import type { CreateBody } from '../../source/engine/engine.ts';
import { serviceId } from '../../source/lib/ids.ts';
import { openProxiedPlace, type Place, POLITE, type ProxiedPlace, planned } from '../actions/real.ts';
import type { RecordingProxy } from '../harness/recording-proxy.ts';
import { until } from '../harness/until.ts';
import { IMAGE } from '../stacks/image.ts';
import { describeEngine } from './require-engine.ts';

const NONE = { HostConfig: { NetworkMode: 'none' } };

/** What deskhand may do is what it has shown, whatever others do meanwhile and whether or not the answers come. */
describeEngine('an action, seen from between deskhand and the engine', () => {
  const docker = new Docker();
  let ground: ProxiedPlace;
  let proxy: RecordingProxy;
  let place: Place;
  const volumes: string[] = [];
  const others: string[] = [];

  beforeAll(async () => {
    ground = await openProxiedPlace('actions-safety');
    ({ proxy, place } = ground);
  });
  afterEach(() => proxy.clear());
  afterAll(async () => {
    for (const id of others)
      await docker
        .getContainer(id)
        .remove({ force: true, v: true })
        .catch(() => undefined);
    await ground.end();
    for (const name of volumes)
      await docker
        .getVolume(name)
        .remove()
        .catch(() => undefined);
  });

  const typed = (plan: Plan) => ({ answer: { kind: 'typed', text: plan.name } as const });
  const calls = () => proxy.calls().map(({ method, path }) => `${method} ${path}`);
  const inspect = (id: string) => docker.getContainer(id).inspect();
  const outcome = (result: Result) => (result.kind === 'done' ? result.outcome : undefined);

  /** The state of one compose project, and its desk. */
  async function projectState(project: string): Promise<{ desk: typeof deriveDesk; state: DeskState }> {
    const [containers, engine] = await Promise.all([place.engine.containers(), place.engine.info()]);
    const own = containers.filter(({ labels }) => labels['com.docker.compose.project'] === project);
    const state = { ...initialState(0, place.engine.id), engine, containers: new Map(own.map((one) => [one.id, one])) };
    return { desk: deriveDesk, state };
  }
  const labels = (project: string, service: string, number: number) => ({
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': `${number}`,
    'com.docker.compose.oneoff': 'False',
  });

  it('makes the calls of its plan, by full id, and no other', async () => {
    for (const [action, parameters, wanted] of [
      [restart, {}, (id: string) => [`POST /containers/${id}/restart?t=10`]],
      [kill, { signal: 'SIGKILL' }, (id: string) => [`POST /containers/${id}/kill?signal=SIGKILL`]],
      [start, {}, (id: string) => [`POST /containers/${id}/start`]],
      [
        remove,
        {},
        (id: string) => [`POST /containers/${id}/stop?t=10`, `DELETE /containers/${id}?force=false&v=false`],
      ],
    ] as const) {
      const id = others.at(-1) ?? (await place.run('calls', POLITE, NONE));
      if (others.length === 0) others.push(id);
      proxy.clear();
      const plan = await ground.planOf(action, id, parameters);
      expect(outcome(await place.execute(action, plan, typed(plan)))).toMatchObject({ ok: true });
      expect(calls()).toEqual(wanted(id));
    }
  });

  it('does not remove a volume that was created again under the name it has shown', async () => {
    const name = place.nameOf('data');
    volumes.push(name);
    await docker.createVolume({ Name: name, Labels: { made: 'first' } });
    const plan = planned(
      await place.plan(removeVolume, { engine: place.engine.id, kind: 'volume', id: name }, { parameters: {} }),
    );
    await docker.getVolume(name).remove();
    await docker.createVolume({ Name: name, Labels: { made: 'again' } });
    proxy.clear();
    expect(await place.execute(removeVolume, plan, typed(plan))).toMatchObject({
      kind: 'refused',
      refusal: { refused: expect.stringContaining('has been replaced since the plan was shown') },
    });
    expect(calls()).toEqual([]);
    expect((await docker.getVolume(name).inspect()).Labels).toEqual({ made: 'again' });
  });

  it('leaves a tag alone that a deployment moves while the prune is running', async () => {
    const maker = await place.run('maker', POLITE, NONE);
    const repo = place.nameOf('release');
    const commit = async (text: string, tag: string) => {
      const changes = [`LABEL deskhand.text=${text}`];
      return (await docker.getContainer(maker).commit({ repo, tag, changes })).Id as string;
    };
    const old = await commit('old', '1');
    await docker.getImage(old).tag({ repo, tag: 'latest' });
    const unused = { engine: place.engine.id, kind: 'unused', id: 'images' } as const;
    const all = planned(await place.plan(prune, unused, { parameters: { all: true, kept: false } }));
    // The engine is shared: only what this test has made may go.
    const foreign = new Set(all.objects.filter(({ id }) => id !== old).map(({ id }) => id));
    const plan = prune.leaveOut?.(all, foreign) ?? all;
    expect(plan.objects.map(({ id, tags }) => [id, tags?.toSorted()])).toEqual([
      [old, [`${repo}:1`, `${repo}:latest`]],
    ]);
    proxy.clear();
    let fresh = '';
    proxy.at(/^DELETE \/images\//, {
      before: async () => {
        fresh = await commit('new', 'latest');
      },
    });
    const result = await place.execute(prune, plan, typed(plan));
    expect(outcome(result)).toMatchObject({ ok: true });
    expect(calls()).toEqual([`${repo}:1`, old].map((name) => `DELETE /images/${encodeURIComponent(name)}?force=false`));
    expect((await docker.getImage(`${repo}:latest`).inspect()).Id).toBe(fresh);
    for (const tag of ['latest', '1'])
      await docker
        .getImage(`${repo}:${tag}`)
        .remove()
        .catch(() => undefined);
  });

  it('stops a crash loop however often it has started since', async () => {
    const id = await place.run('loopy', 'sleep 0.2; exit 1', {
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' } },
    });
    const plan = await ground.planOf(stop, id);
    const { RestartCount } = await inspect(id);
    await until(inspect.bind(undefined, id), (now) => now.RestartCount > RestartCount);
    expect(outcome(await place.execute(stop, plan))).toMatchObject({ ok: true });
    expect((await inspect(id)).State.Running).toBe(false);
  });

  it.each(['restart', 'stop'] as const)('looks at the engine when the answer to %s is lost', async (verb) => {
    const id = await place.run(`lost-${verb}`, POLITE, NONE);
    const action = verb === 'restart' ? restart : stop;
    const plan = await ground.planOf(action, id);
    const before = (await inspect(id)).State.StartedAt;
    proxy.at(new RegExp(`/${verb}\\?`), { cut: 'answer' });
    expect(outcome(await place.execute(action, plan))).toMatchObject({ ok: true });
    const { State } = await inspect(id);
    expect(verb === 'stop' ? State.Running : State.StartedAt === before).toBe(false);
    expect(calls().filter((call) => call.includes(`/${verb}`))).toHaveLength(1);
  });

  it('says that nothing happened when the engine never got the call', async () => {
    const id = await place.run('cut', POLITE, { ...NONE, StopTimeout: 0 });
    const plan = await ground.planOf(stop, id);
    proxy.at(/\/stop\?/, { cut: 'call' });
    const result = outcome(await place.execute(stop, plan));
    expect(result).toMatchObject({ ok: false, verification: expect.stringMatching(/not seen within .*it is running/) });
  }, 40_000);

  it('does not start a replica again that someone stopped while the others were rolled', async () => {
    const project = place.nameOf('roll');
    const ids: string[] = [];
    for (const number of [1, 2, 3]) {
      ids.push(await place.run(`roll-${number}`, POLITE, { ...NONE, Labels: labels(project, 'feed', number) }));
    }
    const service = { engine: place.engine.id, kind: 'service', id: serviceId(`compose:${project}/feed`) } as const;
    const plan = planned(await place.plan(rollingRestart, service, await projectState(project)));
    proxy.at(/\/restart\?/, { before: () => docker.getContainer(ids[2] ?? '').stop({ t: 1 }) });
    const result = outcome(await place.execute(rollingRestart, plan, typed(plan)));
    expect(result).toMatchObject({ ok: false, verification: expect.stringContaining('is exited now') });
    expect(calls().filter((call) => call.includes('/restart'))).toHaveLength(2);
    expect((await inspect(ids[2] ?? '')).State.Running).toBe(false);
  });

  describeScale();

  /** A service of one replica, recreated by compose: its anonymous volume was handed on by name. */
  function describeScale(): void {
    const project = () => place.nameOf('st');
    const service = () =>
      ({ engine: place.engine.id, kind: 'service', id: serviceId(`compose:${project()}/store`) }) as const;
    const planFor = async (replicas: number) =>
      planned(await place.plan(scale, service(), { ...(await projectState(project())), parameters: { replicas } }));
    const replicas = async () => {
      const { state } = await projectState(project());
      const all = [...state.containers.values()].toSorted((a, b) => a.name.localeCompare(b.name));
      others.push(...all.map(({ id }) => id));
      return all;
    };

    it('gives a new replica its own anonymous volume, also after a recreation', async () => {
      const { name: volume } = await docker.createVolume({});
      volumes.push(volume);
      const body: CreateBody = {
        Image: IMAGE,
        Cmd: ['sh', '-c', POLITE],
        Labels: labels(project(), 'store', 1),
        HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
      };
      const { id } = await place.engine.create(`${project()}-store-1`, body);
      others.push(id);
      await place.engine.start(id);
      const plan = await planFor(2);
      expect(plan.danger).toBe(1);
      expect(outcome(await place.execute(scale, plan))).toMatchObject({ ok: true });
      const mounts = await Promise.all(
        (await replicas()).map(async ({ id: own }) => (await inspect(own)).Mounts[0]?.Name),
      );
      expect(mounts).toHaveLength(2);
      expect(mounts[0]).toBe(volume);
      expect(mounts[1]).toMatch(/^[0-9a-f]{64}$/);
      expect(mounts[1]).not.toBe(volume);
      volumes.push(mounts[1] ?? '');
    });

    it('takes a replica for its own whose creation was not answered', async () => {
      const plan = await planFor(3);
      proxy.at(/^POST \/containers\/create/, { cut: 'answer' });
      expect(outcome(await place.execute(scale, plan))).toMatchObject({ ok: true, verification: /^3 of 3 running/ });
      expect(await replicas()).toHaveLength(3);
    });

    it('stops when someone else scales at the same time', async () => {
      const plan = await planFor(4);
      const [first] = await replicas();
      const stray = await docker.createContainer({
        name: `${project()}-store-9`,
        Image: IMAGE,
        Cmd: ['sh', '-c', POLITE],
        Labels: labels(project(), 'store', 9),
        HostConfig: { NetworkMode: 'none' },
      });
      others.push(stray.id, first?.id ?? '');
      proxy.clear();
      expect(outcome(await place.execute(scale, plan))).toMatchObject({
        ok: false,
        verification: expect.stringContaining('there are 4 replicas, not 3 as in the plan'),
      });
      expect(calls()).toEqual([]);
      await stray.remove({ force: true });
    });

    it('takes away what does not run before what does', async () => {
      const all = await replicas();
      await docker.getContainer(all[0]?.id ?? '').stop({ t: 0 });
      const plan = await planFor(2);
      expect(plan.objects.map(({ name }: PlanObject) => name)).toEqual([`${project()}-store-1`]);
      expect(outcome(await place.execute(scale, plan))).toMatchObject({ ok: true, verification: /^2 of 2 running/ });
    });
  }
});
