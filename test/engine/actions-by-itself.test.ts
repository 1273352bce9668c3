import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Action, Plan } from '../../source/actions/action.ts';
import { draft } from '../../source/actions/draft.ts';
import { kill } from '../../source/actions/kill.ts';
import { remove } from '../../source/actions/remove.ts';
import { restart } from '../../source/actions/restart.ts';
import { restartWithDependants } from '../../source/actions/restart-with-dependants.ts';
import { signal } from '../../source/actions/signal.ts';
import { stop } from '../../source/actions/stop.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { initialState } from '../../source/desk/reduce.ts';
import { EngineError } from '../../source/engine/engine.ts';
import { containerId } from '../../source/lib/ids.ts';
import { openProxiedPlace, type Place, POLITE, type ProxiedPlace, planned } from '../actions/real.ts';
import { noTools } from '../builders/actions.ts';
import type { RecordingProxy } from '../harness/recording-proxy.ts';
import { until } from '../harness/until.ts';
import { describeEngine } from './require-engine.ts';

const NONE = { HostConfig: { NetworkMode: 'none' } };

/** What the engine does without being asked is part of the plan, or avoided. */
describeEngine('what the engine does by itself', () => {
  const docker = new Docker();
  let ground: ProxiedPlace;
  let proxy: RecordingProxy;
  let place: Place;

  beforeAll(async () => {
    ground = await openProxiedPlace('actions-itself');
    ({ proxy, place } = ground);
  });
  afterEach(() => proxy.clear());
  afterAll(() => ground.end());

  const inspect = (id: string) => docker.getContainer(id).inspect();
  const outcome = async (action: Action, plan: Plan) => {
    const result = await place.execute(action, plan, { answer: { kind: 'typed', text: plan.name } });
    return result.kind === 'done' ? result.outcome : result.refusal;
  };
  const calls = () => proxy.calls().map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{64}/g, 'ID')}`);
  const inContainer = async (id: string, ...command: string[]) => {
    const { stream } = await place.engine.exec(id, { command, tty: true, stdin: false });
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text;
  };
  /** All containers of this test, with their links. */
  const planAmong = async (action: Action, id: string, ids: readonly string[]) => {
    const all = (await place.engine.containers()).filter((one) => ids.includes(one.id));
    const detailed = await Promise.all(all.map((one) => place.engine.container(one.id)));
    const state = {
      ...initialState(0, place.engine.id),
      containers: new Map(detailed.map((one) => [one.id, one])),
    };
    return place.plan(action, ground.target(id), { state, desk: deriveDesk });
  };

  it('a reload leaves the restart policy on: the program comes back from its next crash', async () => {
    const script = `trap 'echo reloaded' HUP; trap 'exit 3' USR1; while :; do sleep 0.1 & wait $!; done`;
    const id = await place.run('reload', script, {
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' } },
    });
    proxy.clear();
    const reload = await ground.planOf(signal, id, { signal: 'SIGHUP' });
    expect(await outcome(signal, reload)).toMatchObject({ ok: true, verification: /restart policy always stays on/ });
    expect(calls()).toEqual(['POST /containers/ID/exec', 'POST /exec/ID/start']);
    const logs = async () => (await docker.getContainer(id).logs({ stdout: true, stderr: true })).toString();
    await until(logs, (text) => text.includes('reloaded'));
    const crash = await ground.planOf(signal, id, { signal: 'SIGUSR1' });
    await outcome(signal, crash);
    await until(
      () => inspect(id),
      (now) => now.RestartCount === 1 && now.State.Running,
    );
    // The same signal through the engine is a stop by hand, and the plan says so.
    const byEngine = await ground.planOf(kill, id, { signal: 'SIGUSR1' });
    expect(byEngine.warnings.join()).toContain('The engine treats SIGUSR1 as a manual stop');
    await outcome(kill, byEngine);
    await until(
      () => inspect(id),
      (now) => !now.State.Running,
    );
    expect((await inspect(id)).RestartCount).toBe(1);
  });

  it('a container without a shell is not signalled by a way that the plan did not show', async () => {
    const id = await place.run('bare', POLITE, {
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' } },
    });
    const hidden = await ground.planOf(signal, id, { signal: 'SIGHUP' });
    await inContainer(id, 'rm', '/bin/sh');
    proxy.clear();
    expect(await outcome(signal, hidden)).toMatchObject({
      ok: false,
      verification: expect.stringContaining('kill --signal SIGHUP sends it through the engine'),
    });
    expect(calls().filter((call) => call.includes('/kill'))).toEqual([]);
  });

  it('--rm: a stop removes it, and says so before; a restart does not', async () => {
    const auto = { HostConfig: { NetworkMode: 'none', AutoRemove: true } };
    const id = await place.run('auto', POLITE, auto);
    expect(await outcome(restart, await ground.planOf(restart, id))).toMatchObject({ ok: true });
    const stopping = await ground.planOf(stop, id);
    expect(stopping).toMatchObject({ danger: 3, warnings: [expect.stringContaining('Started with --rm')] });
    expect(await outcome(stop, stopping)).toMatchObject({ ok: true, verification: /stopped and gone/ });
    await expect(inspect(id)).rejects.toMatchObject({ statusCode: 404 });
    const other = await place.run('auto-2', POLITE, auto);
    proxy.clear();
    expect(await outcome(remove, await ground.planOf(remove, other))).toMatchObject({ ok: true });
    expect(calls()).toEqual(['POST /containers/ID/stop?t=10']);
  });

  it('who shares a network loses it by a restart, unless restarted after it', async () => {
    const owner = await place.run('gw', POLITE, {});
    const side = await place.run('side', POLITE, { HostConfig: { NetworkMode: `container:${owner}` } });
    const addresses = () => inContainer(side, 'ip', 'addr');
    expect(await addresses()).toContain('eth0');
    const alone = planned(await planAmong(restart, owner, [owner, side]));
    expect(alone.warnings.join()).toMatch(/side shares the network of .*gw and loses? it/);
    const both = planned(await planAmong(restartWithDependants, owner, [owner, side]));
    expect(both.objects.map(({ id }) => id)).toEqual([owner, side]);
    expect(await outcome(restartWithDependants, both)).toMatchObject({ ok: true });
    expect(await addresses()).toContain('eth0');
    // Its owner is removed: it would be stopped and could never start again.
    await docker.getContainer(owner).remove({ force: true });
    expect(await planAmong(restart, side, [side])).toMatchObject({ refused: /which is gone: it cannot start again/ });
  });

  it('a stop timeout that is not known is left to the engine, and not made up', async () => {
    const id = await place.run('unknown', POLITE, { ...NONE, StopTimeout: 7 });
    const [facts] = (await place.engine.containers()).filter((one) => one.id === id);
    if (facts === undefined) throw new Error('it is not there');
    const blind = new Proxy(place.engine, {
      get(engine, name) {
        const refuse = () => Promise.reject(new EngineError('timeout', 'it does not answer', ''));
        const value: unknown = name === 'container' ? refuse : Reflect.get(engine, name);
        return typeof value === 'function' ? value.bind(engine) : value;
      },
    }) as Place['engine'];
    const state = { ...initialState(0, place.engine.id), containers: new Map([[containerId(id), facts]]) };
    const source = { engine: blind, tools: noTools, state, buildDesk: deriveDesk };
    for (const [action, call] of [
      [restart, 'POST /containers/ID/restart'],
      [stop, 'POST /containers/ID/stop'],
    ] as const) {
      const plan = planned(await draft({ action, target: ground.target(id) }, source, { stableMs: 500 }));
      expect(plan.objects[0]?.note).toBe('its stop signal, then SIGKILL after its own stop timeout (not known here)');
      proxy.clear();
      expect(await outcome(action, plan)).toMatchObject({ ok: true });
      expect(calls()).toEqual([call]);
    }
  });
});
