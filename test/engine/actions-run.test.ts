import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunFlags } from '../../source/commands/run/request.ts';
import type { CreateBody } from '../../source/engine/engine.ts';
import { openPlace, type Place, POLITE } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { noTools } from '../builders/actions.ts';
import { until } from '../harness/until.ts';
import { describeEngine } from './require-engine.ts';

/** A project like exness in small: a database, a migration that gates, an api that needs both, two workers. */
describeEngine('deskhand run on the real engine', () => {
  let place: Place;
  let project: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    place = await openPlace('actions-run');
    project = place.nameOf('desk');
    ids.db = await make('db', `rm -f /up; sleep 0.5; touch /up; ${POLITE}`, '', {
      Healthcheck: { Test: ['CMD', 'test', '-f', '/up'], Interval: 2e8, Timeout: 1e9, Retries: 50, StartPeriod: 0 },
    });
    ids.migrate = await make('migrate', '[ ! -e /broken ]; exit $?', 'db:service_healthy:false');
    ids.api = await make('api', POLITE, 'db:service_healthy:false,migrate:service_completed_successfully:false');
    ids.worker1 = await make('worker', POLITE, 'api:service_started:false', {}, 1);
    ids.worker2 = await make('worker', POLITE, 'api:service_started:false', {}, 2);
  });
  afterAll(() => place.end());

  function make(
    service: string,
    script: string,
    dependsOn: string,
    body: CreateBody = {},
    number = 1,
  ): Promise<string> {
    const labels = {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'com.docker.compose.container-number': `${number}`,
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.depends_on': dependsOn,
      'deskhand.job': service === 'migrate' ? 'true' : 'false',
    };
    return place.run(`desk-${service}-${number}`, script, { Labels: labels, ...body });
  }

  const go = (words: string, flags: RunFlags = {}) =>
    runWords(place, words.split(' '), { ...flags, tools: noTools, settings: {} });
  const facts = (name: string) => place.engine.container(ids[name] ?? '');
  const lastLine = async () => (await place.log()).at(-1)?.line;

  it('stops a project, dependants first', async () => {
    const { code, text } = await go(`stop ${project}`, { yes: true, confirm: project, reason: 'maintenance' });
    expect(text).toMatch(/Done after .* ok after .* stopped/);
    expect(code).toBe(0);
    const [db, api, worker] = await Promise.all(['db', 'api', 'worker1'].map(facts));
    expect([db?.state, api?.state, worker?.state]).toEqual(['exited', 'exited', 'exited']);
    expect(worker?.detail?.finishedAt).toBeLessThanOrEqual(api?.detail?.finishedAt ?? 0);
    expect(api?.detail?.finishedAt).toBeLessThanOrEqual(db?.detail?.finishedAt ?? 0);
    expect(await lastLine()).toMatchObject({ kind: 'end', action: 'stop', ok: true });
    expect((await place.log()).findLast(({ line }) => line.kind === 'begin')?.line).toMatchObject({
      kind: 'begin',
      reason: 'maintenance',
      danger: 3,
    });
  });

  it('starts it again, each after its conditions; the completed job is not run again', async () => {
    const before = (await facts('migrate')).detail?.startedAt;
    expect(await go(`start ${project}`, { yes: true })).toMatchObject({ code: 0 });
    const [db, api, worker] = await Promise.all(['db', 'api', 'worker1'].map(facts));
    expect([db?.health, api?.state, worker?.state]).toEqual(['healthy', 'running', 'running']);
    // The database is healthy half a second after its start, not before.
    expect(api?.detail?.startedAt).toBeGreaterThanOrEqual((db?.detail?.startedAt ?? Number.POSITIVE_INFINITY) + 500);
    expect(worker?.detail?.startedAt).toBeGreaterThanOrEqual(api?.detail?.startedAt ?? Number.POSITIVE_INFINITY);
    expect((await facts('migrate')).detail?.startedAt).toBe(before);
  });

  it('pauses, unpauses, kills and starts one service', async () => {
    expect(await go(`pause ${project}/api`, { yes: true })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/paused after/),
    });
    expect((await facts('api')).state).toBe('paused');
    expect(await go(`unpause ${project}/api`, { yes: true })).toMatchObject({ code: 0 });
    expect((await facts('api')).state).toBe('running');
    expect(await go(`kill ${project}/api`, { yes: true })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/exit code 137: killed/),
    });
    expect(await facts('api')).toMatchObject({ state: 'exited', exitCode: 137 });
    expect(await go(`start ${project}/api`, { yes: true })).toMatchObject({
      code: 0,
      text: expect.stringMatching(/running after/),
    });
  });

  it('rolls over the replicas one at a time', async () => {
    const { code, text } = await go(`rolling ${project}/worker`, { yes: true });
    expect(text).toMatch(/2 of 2 ok; back after: \S+-worker-1 [\d.]+s, \S+-worker-2 [\d.]+s/);
    expect(code).toBe(0);
    const [first, second] = await Promise.all(['worker1', 'worker2'].map(facts));
    // The first has run for the two seconds that it is watched when the second begins.
    expect((second?.detail?.startedAt ?? 0) - (first?.detail?.startedAt ?? 0)).toBeGreaterThanOrEqual(1900);
  });

  it('leaves alone what waits for a job that fails, and answers 1', async () => {
    await go(`stop ${project}`, { yes: true, confirm: project });
    ids.migrate = await replaceMigrate();
    const { code, text } = await go(`start ${project}`, { yes: true });
    expect(code).toBe(1);
    expect(text).toMatch(/migrate-1: wait until completed.*exited with code 1/);
    expect(text).toMatch(/api-1 left alone, because of \S+migrate-1/);
    expect(await Promise.all(['db', 'api', 'worker1'].map(async (name) => (await facts(name)).state))).toEqual([
      'running',
      'exited',
      'exited',
    ]);
  });

  /** The migration again, as one that fails. */
  async function replaceMigrate(): Promise<string> {
    await place.engine.remove(ids.migrate ?? '', { force: true, volumes: false });
    const id = await make('migrate', 'exit 1', 'db:service_healthy:false');
    await until(
      () => place.engine.container(id),
      ({ state }) => state === 'exited',
    );
    return id;
  }

  it('removes a container only with its name', async () => {
    const words = `remove ${place.nameOf('desk-worker-2')}`;
    expect(await go(words, { yes: true })).toMatchObject({ code: 2 });
    expect((await facts('worker2')).state).toBe('exited');
    expect(await go(words, { yes: true, confirm: place.nameOf('desk-worker-2') })).toMatchObject({ code: 0 });
    await expect(facts('worker2')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
