import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import { draft } from '../../source/actions/draft.ts';
import { createExecutor, waiter } from '../../source/actions/execute.ts';
import { actionNamed } from '../../source/actions/list.ts';
import type { RunFlags } from '../../source/commands/run/request.ts';
import { Deriver } from '../../source/desk/derive.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { toolsOf } from '../../source/runtime/acting.ts';
import { takeSnapshot } from '../../source/runtime/snapshot.ts';
import { loadSettings } from '../../source/settings/load.ts';
import { openPlace, type Place, planned } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { openGuard } from '../builders/actions.ts';
import { IMAGE } from '../stacks/image.ts';
import { hasCompose } from './compose-cli.ts';
import { describeEngine, engineHost } from './require-engine.ts';

const required = process.env.DESKHAND_REQUIRE_COMPOSE === '1';
const describeCompose = hasCompose || required ? describeEngine : describe.skip;

const NEVER = new AbortController().signal;
const project = `dhc${process.pid}`;
const SLEEP = { image: IMAGE, command: ['sleep', '600'], stop_signal: 'SIGKILL', network_mode: 'none' };

describeCompose('compose on the real engine, by the real CLI', () => {
  let place: Place;
  let directory: string;
  const file = () => join(directory, 'compose.yaml');
  const endpoint = resolveEndpoint({ flags: { host: engineHost }, env: {}, home: tmpdir() });
  const tools = toolsOf(endpoint, process.env, loadSettings({ env: {}, flags: {} }), systemClock);

  const write = (services: object, more: object = {}) =>
    writeFileSync(file(), JSON.stringify({ name: project, services, ...more }));
  const TWO = {
    db: { ...SLEEP, volumes: ['data:/data'], healthcheck: { test: ['CMD', 'true'], interval: '1s' } },
    api: { ...SLEEP, environment: { API_TOKEN: 'first-token' }, depends_on: { db: { condition: 'service_healthy' } } },
  };
  const VOLUMES = { volumes: { data: {} } };

  beforeAll(async () => {
    place = await openPlace('compose');
    directory = join(tmpdir(), `deskhand-compose-${process.pid}`);
    mkdirSync(directory);
    write(TWO, VOLUMES);
    const signal = NEVER;
    const call = { project: { name: project, directory, files: [file()], envFiles: [], services: [] } };
    const { code, output } = await tools.compose.run(call, ['up', '--detach'], { signal });
    if (code !== 0) throw new Error(output);
  }, 60_000);
  afterAll(async () => {
    const call = { project: { name: project, directory, files: [file()], envFiles: [], services: [] } };
    write(TWO, VOLUMES);
    await tools.compose.run(call, ['down', '--volumes', '--remove-orphans', '--timeout', '0'], { signal: NEVER });
    await place.end();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  const go = (words: string, flags: RunFlags = {}, with_ = tools) =>
    runWords(place, words.split(' '), { ...flags, tools: with_ });
  const containers = async () =>
    (await place.engine.containers()).filter(({ labels }) => labels['com.docker.compose.project'] === project);
  const idOf = async (service: string) =>
    (await containers()).find(({ labels }) => labels['com.docker.compose.service'] === service)?.id;

  it('refuses to bring up what is as the file says', async () => {
    expect(await go(`up ${project}`)).toMatchObject({
      code: 2,
      text: expect.stringContaining('everything matches the file'),
    });
  });

  it('plans a change with its reason, without the value, and recreates only that service', async () => {
    const db = await idOf('db');
    const api = await idOf('api');
    write({ ...TWO, api: { ...TWO.api, environment: { API_TOKEN: 'second-token' } } }, VOLUMES);
    const { code, text } = await go(`up ${project}`);
    expect(code).toBe(0);
    expect(text).toContain('is recreated: environment: API_TOKEN');
    expect(text).not.toContain('second-token');
    expect(await idOf('api')).toBe(api);
    expect(await go(`up ${project}`, { yes: true })).toMatchObject({ code: 0, text: expect.stringContaining('Done') });
    expect(await idOf('api')).not.toBe(api);
    expect(await idOf('db')).toBe(db);
  });

  it('creates a new service, starts a stopped one, and leaves orphans alone but named', async () => {
    const api = (await idOf('api')) ?? '';
    await place.engine.stop(api, 0);
    write({ db: TWO.db, worker: SLEEP }, VOLUMES);
    const { text, code } = await go(`up ${project}`, { yes: true });
    expect(text).toContain('worker');
    expect(text).toMatch(/Not in the file, left alone: \S+api/);
    expect(code).toBe(0);
    expect(await idOf('worker')).toBeDefined();
    expect(await idOf('api')).toBe(api);
    write({ ...TWO, worker: SLEEP }, VOLUMES);
    expect(await go(`up ${project}/api`, { yes: true })).toMatchObject({ code: 0 });
  });

  it('does nothing when the file was changed after the plan', async () => {
    write({ ...TWO, worker: { ...SLEEP, command: ['sleep', '601'] } }, VOLUMES);
    const up = actionNamed('up');
    if (!up) throw new Error('no action up');
    const state = await takeSnapshot(place.engine, systemClock);
    const target = { engine: state.engineId, kind: 'project', id: project } as const;
    const buildDesk = (given: typeof state) => new Deriver().derive(given);
    const source = { engine: place.engine, tools, state, buildDesk };
    const plan = planned(await draft({ action: up, target, parameters: {} }, source, { stableMs: 1500 }));
    const before = await idOf('worker');
    write({ ...TWO, worker: { ...SLEEP, command: ['sleep', '602'] } }, VOLUMES);
    const executor = createExecutor({
      engine: place.engine,
      tools,
      state: () => state,
      now: systemClock.now,
      wait: waiter(systemClock),
      audit: openAudit({ directory: place.directory, identity: identity(process.env), now: systemClock.now }),
      guard: () => openGuard,
    });
    const answer = { kind: 'confirmed' } as const;
    const result = await executor.execute({ action: up, plan, answer, signal: NEVER, progress: () => undefined });
    expect(JSON.stringify(result)).toContain('the compose files were changed since the plan was shown');
    expect(await idOf('worker')).toBe(before);
  });

  it('says what is missing: a broken file, no file, no CLI', async () => {
    writeFileSync(file(), 'services: [');
    expect((await go(`up ${project}`)).text).toMatch(/compose config failed for .* with status/);
    rmSync(file());
    expect((await go(`up ${project}`)).text).toContain(`files that this machine does not have: ${file()}`);
    write({ ...TWO, worker: SLEEP }, VOLUMES);
    const without = toolsOf(endpoint, { PATH: '/nowhere' }, loadSettings({ env: {}, flags: {} }), systemClock);
    expect((await go(`up ${project}`, {}, without)).text).toContain(
      'neither "docker compose" nor "docker-compose" answers',
    );
  });

  it('shows the rendered file, of one service only when that is asked for, with secrets masked', async () => {
    const { code, text } = await go(`config ${project}/api`, { yes: true });
    expect(code).toBe(0);
    expect(text).toContain(`# ${file()}`);
    expect(text).toContain('API_TOKEN: ');
    expect(text).not.toContain('first-token');
    expect(text).not.toContain('healthcheck');
  });

  it('warns of a mounted file that is missing, of which Docker would make a directory', async () => {
    write({ ...TWO, worker: { ...SLEEP, volumes: ['./settings.env:/app/.env:ro'] } }, VOLUMES);
    const { text } = await go(`up ${project}`);
    expect(text).toContain(`${join(directory, 'settings.env')} does not exist: Docker makes a directory of it`);
    writeFileSync(join(directory, 'settings.env'), '');
    expect((await go(`up ${project}`)).text).not.toContain('makes a directory');
    write({ ...TWO, worker: SLEEP }, VOLUMES);
  });

  it('starts what exists by the engine alone when the CLI or the files are missing, and says so', async () => {
    const without = toolsOf(endpoint, { PATH: '/nowhere' }, loadSettings({ env: {}, flags: {} }), systemClock);
    const api = (await idOf('api')) ?? '';
    await place.engine.stop(api, 0);
    const { code, text } = await go(`up ${project}/api`, { yes: true }, without);
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toContain('Compose cannot be used: there is no compose CLI on this machine');
    expect(text).toContain('nothing is created, recreated or updated');
    expect((await place.engine.container(api)).state).toBe('running');
    expect(await go(`recreate ${project}/api`, {}, without)).toMatchObject({ code: 2 });
  });

  it('brings up what was stopped though a dry run of compose misses the health of a dependency', async () => {
    for (const service of ['api', 'db']) await place.engine.stop((await idOf(service)) ?? '', 0);
    const { code, text } = await go(`up ${project}`, { yes: true });
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toMatch(/db-1 .* starts/);
    expect(text).toContain('Without a dry run of compose the plan follows from the file and the containers.');
  });

  it('reports a service that does not stay up', async () => {
    write({ ...TWO, worker: { ...SLEEP, command: ['sh', '-c', 'echo no config >&2; exit 3'] } }, VOLUMES);
    const { code, text } = await go(`up ${project}/worker`, { yes: true });
    expect(code).toBe(1);
    expect(text).toMatch(/exited with code 3/);
  });

  it('takes down one service, then the project, with its volumes only when asked', async () => {
    expect(await go(`down ${project}/worker`, { yes: true, confirm: `${project}/worker` })).toMatchObject({ code: 0 });
    expect(await idOf('worker')).toBeUndefined();
    expect(await go(`down ${project}`, { yes: true })).toMatchObject({
      code: 2,
      text: expect.stringContaining('typed'),
    });
    const plan = await go(`down ${project} --volumes`);
    expect(plan.text).toMatch(/danger 4/);
    expect(plan.text).toMatch(new RegExp(`volume ${project}_data .*its data is lost`));
    expect(await go(`down ${project} --volumes`, { yes: true, confirm: project })).toMatchObject({ code: 0 });
    expect(await containers()).toEqual([]);
    expect((await place.engine.volumes()).map(({ name }) => name)).not.toContain(`${project}_data`);
  });

  it('takes down by the engine alone what carries the labels of the project', async () => {
    const net = { ...SLEEP, network_mode: undefined };
    write({ db: { ...net, volumes: ['data:/data'] } }, { ...VOLUMES, networks: { default: {} } });
    const call = { project: { name: project, directory, files: [file()], envFiles: [], services: [] } };
    await tools.compose.run(call, ['up', '--detach'], { signal: NEVER });
    rmSync(file());
    const { code, text } = await go(`down ${project} --volumes`, { yes: true, confirm: project });
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toContain('Compose cannot be used');
    expect(await containers()).toEqual([]);
    expect((await place.engine.networks()).map(({ name }) => name)).not.toContain(`${project}_default`);
    expect((await place.engine.volumes()).map(({ name }) => name)).not.toContain(`${project}_data`);
    write(TWO, VOLUMES);
  });
});
