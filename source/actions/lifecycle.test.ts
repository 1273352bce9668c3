import { describe, expect, it } from 'vitest';
import { alone, noTools, planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import type { DependencyCondition, Service } from '../desk/model.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import type { Action, Plan, Refusal, RunContext, Target } from './action.ts';
import { waiter } from './execute.ts';
import { kill } from './kill.ts';
import { readWords } from './parameters.ts';
import { remove } from './remove.ts';
import { restart } from './restart.ts';
import { restartWithDependants } from './restart-with-dependants.ts';
import { rollingRestart } from './rolling-restart.ts';
import { signal } from './signal.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { unpause } from './unpause.ts';

const on = (name: string, condition: DependencyCondition = 'service_started') =>
  ({ service: name, condition, signal: 'depends_on' }) as const;

/** The heart of the exness stack: a job that gates what trades. */
function exness(states: Record<string, Partial<ContainerFacts>> = {}): Service[] {
  const one = (name: string, changes: Partial<Service> = {}) =>
    service('exness', name, { containers: [container(`exness-${name}`, states[name])], ...changes });
  return [
    one('backend', { dependsOn: [on('redis', 'service_healthy'), on('db-migrate', 'service_completed_successfully')] }),
    one('db-migrate', { job: true, dependsOn: [on('postgres', 'service_healthy')] }),
    one('docs'),
    one('postgres'),
    one('redis'),
    one('web', { dependsOn: [on('backend')] }),
  ];
}

const project: Target = { engine: engineId('fake'), kind: 'project', id: 'exness' };
const created = { state: 'created' } as const;
const failed = { 'db-migrate': { state: 'exited', exitCode: 1 } as const, backend: created, web: created };

function plan(action: Action, services: Service[], target: Target, words: string[] = []): Plan & Refusal {
  const read = readWords(action, words);
  if ('error' in read) throw new Error(read.error);
  return planOf(action, deskOf(services), target, read);
}
const waves = (made: Plan) => made.objects.map(({ name, wave }) => `${wave} ${name.replace('exness-', '')}`);

/** An engine on which a call takes 100 ms; `job` is how db-migrate ends, 500 ms after its start. */
function world(services: Service[], job = 0) {
  const clock = fakeClock();
  const calls: string[] = [];
  const put = (id: string, changes: Partial<ContainerFacts>) => {
    const known = engine.known.get(id);
    if (known !== undefined) engine.known.set(id, { ...known, ...changes });
  };
  const call = (verb: string, id: string, effect: Partial<ContainerFacts>) =>
    new Promise<void>((resolve) => {
      calls.push(`${verb} ${id.replace('id-exness-', '')}`);
      clock.after(100, () => {
        put(id, effect);
        resolve();
      });
    });
  const answers: Partial<Engine & EngineChanges> = {
    start: async (id) => {
      await call('start', id, { state: 'running' });
      if (id.includes('db-migrate')) clock.after(500, () => put(id, { state: 'exited', exitCode: job }));
    },
    stop: (id) => call('stop', id, { state: 'exited', exitCode: 0 }),
    kill: (id) => call('kill', id, { state: 'exited', exitCode: 137 }),
    restart: (id) => call('restart', id, { state: 'running' }),
  };
  const engine = FakeEngine.that(
    answers,
    clock,
    services.flatMap((one) => one.containers),
  );
  const controller = new AbortController();
  const context: RunContext = {
    engine,
    tools: noTools,
    begun: clock.now(),
    state: () => deskOf(services).state,
    now: clock.now,
    wait: waiter(clock),
    signal: controller.signal,
    ...alone,
    progress: () => undefined,
  };
  return { clock, calls, context, controller, containers: engine.known };
}

describe('start', () => {
  it('starts what a failed job left Created, in the order of its conditions', async () => {
    const services = exness(failed);
    const made = plan(start, services, project);
    expect(waves(made)).toEqual(['0 db-migrate', '1 backend', '2 web']);
    expect(made.danger).toBe(1);
    const { clock, calls, context } = world(services);
    const run = start.run(made, context);
    await clock.advance(300);
    expect(calls).toEqual(['start db-migrate']);
    await clock.advance(5000);
    expect(calls).toEqual(['start db-migrate', 'start backend', 'start web']);
    expect((await run).every(({ ok }) => ok)).toBe(true);
  });

  it('leaves alone what waits for a job that failed again, and says why', async () => {
    const services = exness(failed);
    const { clock, calls, context } = world(services, 1);
    const run = start.run(plan(start, services, project), context);
    await clock.advance(5000);
    expect(calls).toEqual(['start db-migrate']);
    expect((await run).filter(({ ok }) => !ok)).toMatchObject([
      { object: 'exness-db-migrate', call: 'wait until completed', error: expect.stringContaining('with code 1') },
      { object: 'exness-backend', call: 'left alone', error: 'because of exness-db-migrate' },
      { object: 'exness-web', call: 'left alone', error: 'because of exness-backend' },
    ]);
  });

  it('does not run a completed job again with its project, but does when it is asked for by name', () => {
    const done = { 'db-migrate': { state: 'exited', exitCode: 0 } as const, backend: created };
    expect(waves(plan(start, exness(done), project))).toEqual(['0 backend']);
    expect(
      waves(
        plan(start, exness(done), {
          engine: engineId('fake'),
          kind: 'service',
          id: serviceId('compose:exness/db-migrate'),
        }),
      ),
    ).toEqual(['0 db-migrate']);
  });

  it('warns of dependencies that are not ok and are not started along', () => {
    const services = exness({ backend: created }).map((one) =>
      one.name === 'redis'
        ? { ...one, verdict: { level: 'down', code: 'oom-killed', reason: 'exit 137, out of memory' } as const }
        : one,
    );
    const made = plan(start, services, {
      engine: engineId('fake'),
      kind: 'service',
      id: serviceId('compose:exness/backend'),
    });
    expect(made.warnings[0]).toBe(
      'backend depends on redis (service_healthy), which has a problem: exit 137, out of memory.',
    );
  });

  it.each([
    [['running', 'exited', 'running'], true],
    [['running', 'running'], false],
    [['exited', 'exited'], true],
  ] as const)('is what t means where something is down: %s', (states, starts) => {
    const replicas = states.map((state, index) => container(`feed-${index + 1}`, { state }));
    const { desk, state } = deskOf([service('chain', 'feed', { containers: replicas })]);
    const target = { engine: engineId('fake'), kind: 'service', id: serviceId('compose:chain/feed') } as const;
    expect(start.applies?.({ state, desk, target })).toBe(starts);
    if (!starts) return;
    const plan = planOf(start, { desk, state }, target);
    const down = replicas.filter((one) => one.state === 'exited').map(({ name }) => name);
    expect(plan.objects.map(({ name }) => name)).toEqual(down);
  });

  it('refuses when nothing is stopped', () => {
    expect(plan(start, exness(), project)).toMatchObject({ refused: 'nothing in it is stopped' });
  });
});

describe('stop', () => {
  it('stops dependants first, independent ones side by side', async () => {
    const services = exness();
    const made = plan(stop, services, project);
    expect(made.danger).toBe(3);
    expect(waves(made)).toEqual(['0 docs', '0 web', '1 backend', '2 db-migrate', '2 redis', '3 postgres']);
    const { clock, calls, context } = world(services);
    const run = stop.run(made, context);
    await clock.advance(50);
    expect(calls).toEqual(['stop docs', 'stop web']);
    await clock.advance(1000);
    await run;
    expect(await stop.verify(made, context, [])).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^6 of 6 ok after .*exness-web.* stopped/),
    });
  });

  it('can be cancelled between the steps', async () => {
    const services = exness();
    const { clock, calls, context, controller } = world(services);
    const run = stop.run(plan(stop, services, project), context);
    await clock.advance(50);
    controller.abort();
    await clock.advance(1000);
    expect((await run).map(({ object }) => object)).toEqual(['exness-docs', 'exness-web']);
    expect(calls).toHaveLength(2);
  });

  it('says what a marked set is', () => {
    const made = plan(stop, exness(), {
      engine: engineId('fake'),
      kind: 'marked',
      id: 'marked',
      ids: ['compose:exness/web', 'id-exness-redis'],
    });
    expect(made.title).toBe('Stop 2 marked (2 containers)');
    expect(made.warnings).toEqual(['backend (service_healthy) depends on redis.']);
  });
});

describe('restart', () => {
  it('restarts dependants after it, in order', () => {
    const made = plan(restartWithDependants, exness(), {
      engine: engineId('fake'),
      kind: 'service',
      id: serviceId('compose:exness/redis'),
    });
    expect(waves(made)).toEqual(['0 redis', '1 backend', '2 web']);
    expect(made.title).toBe('Restart exness/redis and what depends on it (3 containers)');
    expect(
      plan(restartWithDependants, exness(), {
        engine: engineId('fake'),
        kind: 'service',
        id: serviceId('compose:exness/web'),
      }),
    ).toMatchObject({
      refused: 'nothing depends on it',
    });
  });

  it('survives services that depend on each other', () => {
    const circle = [service('x', 'a', { dependsOn: [on('b')] }), service('x', 'b', { dependsOn: [on('a')] })];
    expect(plan(restart, circle, { engine: engineId('fake'), kind: 'project', id: 'x' }).objects).toHaveLength(2);
  });
});

describe('rolling restart', () => {
  const replicas = [1, 2, 3].map((number) =>
    container(`exness-web-${number}`, { labels: { 'com.docker.compose.container-number': `${number}` } }),
  );
  const target: Target = { engine: engineId('fake'), kind: 'service', id: serviceId('compose:exness/web') };

  it('waits for each replica and reports how long it took', async () => {
    const services = [service('exness', 'web', { containers: replicas })];
    const made = plan(rollingRestart, services, target);
    const { clock, calls, context } = world(services);
    const run = rollingRestart.run(made, context);
    await clock.advance(1000);
    expect(calls).toEqual(['restart web-1']);
    await clock.advance(40_000);
    expect(calls).toEqual(['restart web-1', 'restart web-2', 'restart web-3']);
    const received = await rollingRestart.verify(made, context, await run);
    expect(received.text).toBe('3 of 3 ok; back after: exness-web-1 10s, exness-web-2 10s, exness-web-3 10s');
  });

  it('stops at the first that does not come back, and leaves the rest alone', async () => {
    const services = [service('exness', 'web', { containers: replicas })];
    const { clock, calls, context, containers } = world(services);
    const run = rollingRestart.run(plan(rollingRestart, services, target), context);
    await clock.advance(150);
    const first = replicas[0];
    if (first) containers.set(first.id, { ...first, state: 'exited', exitCode: 9 });
    await clock.advance(10_000);
    expect(calls).toEqual(['restart web-1']);
    expect((await run).filter(({ ok }) => !ok).map(({ object, call }) => `${object} ${call}`)).toEqual([
      'exness-web-1 wait until it is back',
      'exness-web-2 left alone',
      'exness-web-3 left alone',
    ]);
  });

  it('says that one replica on a fixed port has an outage, and how long its last start took', () => {
    const { desk, state } = deskOf([
      service('exness', 'web', { ports: [{ container: 80, host: 80, protocol: 'tcp' }] }),
    ]);
    const memory = new Map([
      [
        containerId('id-exness-web'),
        { starts: [1000], exits: [], healthChanges: [{ at: 9200, health: 'healthy' as const }], ooms: [], kills: [] },
      ],
    ]);
    const made = planOf(rollingRestart, { state: { ...state, memory }, desk }, target);
    expect(made.warnings[0]).toBe(
      'A single replica on a fixed port cannot be restarted without an outage; its last start took 8.2s until healthy.',
    );
    const unseen = planOf(rollingRestart, { state, desk }, target);
    expect(unseen.warnings[0]).toMatch(/without an outage; how long its last start took was not seen\.$/);
  });
});

describe('kill, remove, unpause', () => {
  it('have their dangers and say what is lost', () => {
    const target: Target = { engine: engineId('fake'), kind: 'service', id: serviceId('compose:exness/redis') };
    expect(plan(kill, exness(), target)).toMatchObject({ danger: 2, objects: [{ note: 'SIGKILL at once' }] });
    expect(plan(kill, exness(), target, ['9'])).toMatchObject({ title: 'Kill (SIGKILL) exness/redis (1 container)' });
    expect(plan(signal, exness(), target, ['hup'])).toMatchObject({
      title: 'Send SIGHUP to exness/redis (1 container)',
      options: { signal: 'SIGHUP' },
    });
    const removal = plan(remove, exness(), target);
    expect(removal.danger).toBe(3);
    expect(removal.warnings).toContain('Logs and everything written outside of volumes are lost; volumes stay.');
    const known = planOf(remove, deskOf(exness()), target, { facts: new Map([['id-exness-redis', 6_186_598]]) });
    expect(known.objects[0]?.note).toMatch(/^stopped first: .*; its log is lost \(5\.9MiB\)$/);
    expect(plan(unpause, exness(), target)).toMatchObject({ refused: 'it is not paused' });
  });
});
