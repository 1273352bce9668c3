import { describe, expect, it } from 'vitest';
import { memoryAudit, noTools, openGuard, planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import type { Plan } from './action.ts';
import type { Audit } from './audit/file.ts';
import { draft, isRefusal } from './draft.ts';
import { createExecutor, type Request, waiter } from './execute.ts';
import type { GuardInput } from './guard.ts';
import { restart } from './restart.ts';

/** A desk of one redis with a health check, and an engine whose restart takes 400 ms and its health 3 s more. */
function scene(options: { audit?: Audit; guard?: Partial<GuardInput>; after?: Partial<ContainerFacts> } = {}) {
  const clock = fakeClock();
  const redis = container('exness-redis', { health: 'healthy' });
  const { desk, state } = deskOf([service('exness', 'redis', { containers: [redis] })]);
  const calls: string[] = [];
  const put = (changes: Partial<ContainerFacts>) =>
    engine.known.set(redis.id, { ...(engine.known.get(redis.id) ?? redis), ...changes });
  const answers: Partial<Engine & EngineChanges> = {
    restart: (id, timeout) =>
      new Promise((resolve) => {
        calls.push(`restart ${id} ${timeout}`);
        clock.after(400, () => {
          put({
            health: 'starting',
            detail: redis.detail && { ...redis.detail, startedAt: clock.now() },
            ...options.after,
          });
          if (options.after === undefined) clock.after(3000, () => put({ health: 'healthy' }));
          resolve();
        });
      }),
  };
  const engine = FakeEngine.that(answers, clock, [redis]);
  const memory = memoryAudit();
  const executor = createExecutor({
    engine,
    tools: noTools,
    state: () => state,
    now: clock.now,
    wait: waiter(clock),
    audit: options.audit ?? memory,
    guard: () => ({ ...openGuard, ...options.guard }),
  });
  const planned = planOf(
    restart,
    { state, desk },
    { engine: engineId('fake'), kind: 'service', id: serviceId('compose:exness/redis') },
  );
  if (isRefusal(planned)) throw new Error(planned.refused);
  const request = (changes: Partial<Request> = {}): Request => ({
    action: restart,
    plan: planned,
    answer: { kind: 'confirmed' },
    signal: new AbortController().signal,
    progress: () => undefined,
    ...changes,
  });
  return { clock, calls, world: engine.known, executor, request, records: memory.records, redis, desk, state, engine };
}

async function within<T>(clock: ReturnType<typeof fakeClock>, work: Promise<T>, ms = 10_000): Promise<T> {
  await clock.advance(ms);
  return work;
}

describe('execute', () => {
  it('runs, verifies and records: begin before the first call, end after the last', async () => {
    const { clock, calls, executor, request, records } = scene();
    const work = executor.execute(request({ reason: 'stuck' }));
    await clock.advance(100);
    expect(calls).toEqual(['restart id-exness-redis 10']);
    expect(records).toMatchObject([
      { kind: 'begin', reason: 'stuck', danger: 2, answer: { kind: 'confirmed' } },
      { kind: 'call', call: 'restart', id: 'id-exness-redis', detail: 'stop timeout 10 s' },
    ]);
    const result = await within(clock, work);
    expect(result).toMatchObject({ kind: 'done', outcome: { ok: true, verification: 'healthy again after 3.4s' } });
    expect(records[2]).toMatchObject({ kind: 'end', ok: true, steps: [{ object: 'exness-redis', ok: true, ms: 400 }] });
  });

  it('acts once on a key pressed twice', async () => {
    const { clock, calls, executor, request, records } = scene();
    const first = executor.execute(request());
    const second = await executor.execute(request());
    expect(second).toMatchObject({ kind: 'refused', refusal: { refused: /still running on exness-redis/ } });
    expect(await within(clock, first)).toMatchObject({ kind: 'done' });
    expect(calls).toHaveLength(1);
    expect(records.map((record) => record.kind).toSorted()).toEqual(['begin', 'call', 'end', 'refused']);
    expect(await executor.execute(request())).toMatchObject({ refusal: { refused: /was started again/ } });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['gone', undefined, /has been removed since the plan was shown/],
    ['renamed', { name: 'exness-redis-old' }, /has been renamed to exness-redis-old since the plan was shown/],
    ['stopped', { state: 'exited' as const }, /was running when the plan was shown and is exited now/],
  ])('does nothing when the object is %s', async (_, changes, words) => {
    const { calls, world, redis, executor, request, records } = scene();
    if (changes === undefined) world.delete(redis.id);
    else world.set(redis.id, { ...redis, ...changes });
    expect(await executor.execute(request())).toMatchObject({ kind: 'refused', refusal: { refused: words } });
    expect(calls).toEqual([]);
    expect(records).toMatchObject([{ kind: 'begin' }, { kind: 'end', ok: false, steps: [] }]);
  });

  it('asks for the answer that the guarded danger wants', async () => {
    const market = { name: 'X', timeZone: 'UTC', days: ['fri'], open: '00:00', close: '24:00' } as const;
    const { clock, calls, executor, request, records } = scene({
      guard: { markets: [market], now: Date.UTC(2026, 10, 20) },
    });
    expect(await executor.execute(request())).toMatchObject({
      kind: 'refused',
      refusal: { change: 'type exness/redis to confirm' },
    });
    expect(records).toMatchObject([{ kind: 'refused', refused: /danger 3/ }]);
    expect(calls).toEqual([]);
    const typed = executor.execute(request({ answer: { kind: 'typed', text: 'exness/redis' } }));
    expect(await within(clock, typed)).toMatchObject({ kind: 'done', outcome: { ok: true } });
  });

  it('refuses danger 2 when the log cannot be written, and does danger 1 saying so', async () => {
    const audit: Audit = {
      path: '/no',
      append: () => Promise.reject(new Error('cannot write the audit log /no: EACCES')),
    };
    const { clock, calls, executor, request } = scene({ audit });
    expect(await executor.execute(request())).toMatchObject({
      kind: 'refused',
      refusal: { refused: /EACCES.*not done unrecorded/ },
    });
    expect(calls).toEqual([]);
    const mild: Plan = { ...request().plan, danger: 1 };
    const result = await within(clock, executor.execute(request({ plan: mild })));
    expect(result).toMatchObject({ kind: 'done', outcome: { ok: true, unrecorded: /EACCES/ } });
  });

  it.each([
    [{ state: 'exited', exitCode: 3, health: 'none' } as const, 'exited again with code 3 after 400ms'],
    [{ health: 'unhealthy' } as const, 'is unhealthy after 400ms'],
    [{ state: 'restarting', exitCode: 1 } as const, /exited again with code 1 and is being restarted by its policy/],
  ])('says what went wrong: %o', async (after, words) => {
    const { clock, executor, request } = scene({ after });
    expect(await within(clock, executor.execute(request()))).toMatchObject({
      kind: 'done',
      outcome: { ok: false, verification: words },
    });
  });

  it('gives up on a health that never comes', async () => {
    const { clock, executor, request } = scene({ after: { health: 'starting' } });
    const result = await within(clock, executor.execute(request()), 70_000);
    expect(result).toMatchObject({
      outcome: { ok: false, verification: 'not back within 1m00s: running, health starting' },
    });
  });

  it('can be cancelled while it waits, and records that', async () => {
    const { clock, executor, request, records } = scene({ after: { health: 'starting' } });
    const controller = new AbortController();
    const work = executor.execute(request({ signal: controller.signal }));
    await clock.advance(2000);
    controller.abort();
    expect(await within(clock, work, 0)).toMatchObject({ outcome: { cancelled: true, ok: false } });
    expect(records.at(-1)).toMatchObject({ kind: 'end', cancelled: true, steps: [{ ok: true }] });
  });

  it('records what is known when the program ends in the middle, and makes no call after that', async () => {
    const { clock, executor, request, records } = scene();
    const work = executor.execute(request());
    await clock.advance(100);
    await executor.interrupt('SIGHUP');
    await within(clock, work);
    expect(records.map(({ kind }) => kind)).toEqual(['begin', 'call', 'end']);
    expect(records.at(-1)).toMatchObject({
      ok: false,
      cancelled: true,
      interrupted: 'SIGHUP',
      verification: expect.stringContaining('under way: restart of exness-redis'),
    });
  });

  it('makes no call that cannot be recorded', async () => {
    const { append, path, records } = memoryAudit();
    const audit: Audit = {
      path,
      append: (record) => (record.kind === 'call' ? Promise.reject(new Error('the disk is full')) : append(record)),
    };
    const { clock, calls, executor, request } = scene({ audit });
    const result = await within(clock, executor.execute(request()));
    expect(result).toMatchObject({
      kind: 'done',
      outcome: { ok: false, verification: expect.stringContaining('it cannot be recorded') },
    });
    expect(calls).toEqual([]);
    expect(records.map(({ kind }) => kind)).toEqual(['begin', 'end']);
  });

  it('plans on fresh facts', async () => {
    const { engine, state, desk, world, redis } = scene();
    world.set(redis.id, container(redis.name, { detail: { stopTimeoutSeconds: 30, startedAt: 77 } }));
    const fresh = await draft(
      { action: restart, target: { engine: engineId('fake'), kind: 'container', id: redis.id } },
      { engine, tools: noTools, state, buildDesk: () => desk },
    );
    expect(fresh).toMatchObject({
      objects: [{ stopTimeout: { seconds: 30, from: 'container' }, seen: { startedAt: 77 } }],
    });
  });

  it('asks the engine nothing more once it was dropped', async () => {
    const { engine, state, desk, redis } = scene();
    const dropping = new AbortController();
    engine.hang('container');
    const made = draft(
      { action: restart, target: { engine: engineId('fake'), kind: 'container', id: redis.id } },
      { engine, tools: noTools, state, buildDesk: () => desk },
      {},
      dropping.signal,
    );
    dropping.abort();
    expect(await made).toMatchObject({ action: 'restart' });
    expect(engine.calls.filter((call) => call.startsWith('container'))).toHaveLength(1);
  });

  it('plans nothing for a row of another engine, whatever has the same id here', async () => {
    const { engine, state, desk, redis, calls } = scene();
    const target = { engine: engineId('staging'), kind: 'container', id: redis.id } as const;
    expect(
      await draft({ action: restart, target }, { engine, tools: noTools, state, buildDesk: () => desk }),
    ).toMatchObject({
      action: 'restart',
      refused: 'it is on staging, and this is fake',
    });
    expect(calls).toEqual([]);
  });
});
