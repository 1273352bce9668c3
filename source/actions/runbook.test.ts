import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { worldOf } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { serviceId } from '../lib/ids.ts';
import { Runbook } from '../settings/runbooks.ts';
import type { Target } from './action.ts';
import { judge } from './runbook/judge.ts';
import { oneOffBody } from './runbook/one-off.ts';
import { allRunbooks } from './runbook/shipped.ts';
import { runbook } from './runbook.ts';

const OF = (service: string, image: string, more = {}) =>
  container(`p-${service}-1`, {
    image,
    labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.service': service },
    ...more,
  });
const world = worldOf([
  OF('db', 'registry:5000/timescale/timescaledb:2.14-pg15'),
  OF('redis', 'redis:7-alpine'),
  OF('mongo', 'mongo:7', { state: 'exited' }),
  OF('prom', 'prom/prometheus:v2.48.0'),
  OF('web', 'nginx:1.25', { command: 'nginx -g daemon off;' }),
  OF('app', 'trading-app', { command: 'gunicorn app:app' }),
]);
const FACTS = { directory: '/backups', at: Date.UTC(2026, 10, 28, 9, 15) };

const service = (name: string): Target => ({
  engine: world.state.engineId,
  kind: 'service',
  id: serviceId(`compose:p/${name}`),
});
const own = (...given: object[]) => allRunbooks(given.map((one) => v.parse(Runbook, one)));

function plan(name: string, chosen: string, more: { with?: string[]; runbooks?: ReturnType<typeof own> } = {}) {
  const settings = { runbooks: more.runbooks ?? own() };
  return planOf(runbook, world, service(name), {
    settings,
    parameters: { runbook: chosen, with: more.with },
    facts: FACTS,
  });
}

function offered(name: string, runbooks = own()): string[] {
  const { state, desk } = world;
  const where = { state, desk, target: service(name), settings: { runbooks } };
  return (runbook.choices?.(where) ?? []).map(({ words }) => words.join());
}

describe('built-in runbooks', () => {
  it('are offered for the programs that they are for', () => {
    const [db, redis, mongo, prom, web, app] = ['db', 'redis', 'mongo', 'prom', 'web', 'app'].map((one) =>
      offered(one),
    );
    expect(db).toEqual(['pg-ready', 'pg-sizes', 'pg-queries', 'pg-vacuum', 'pg-dump', 'health']);
    expect(redis).toEqual(['redis-ping', 'redis-memory', 'redis-keys', 'redis-flush', 'health']);
    expect(mongo).toEqual(['mongo-ping', 'mongo-dump', 'health']);
    expect(prom).toEqual(['prometheus-check', 'prometheus-reload', 'health']);
    expect(web).toEqual(['nginx-check', 'nginx-reload', 'health']);
    expect(app).toEqual(['gunicorn-reload', 'health']);
  });

  it('have a danger: FLUSHDB loses data, PING only reads', () => {
    expect(plan('redis', 'redis-ping')).toMatchObject({ danger: 0, name: 'p/redis' });
    expect(plan('redis', 'redis-flush')).toMatchObject({
      danger: 4,
      runbookCall: { work: { command: expect.arrayContaining(['0']) } },
    });
    expect(plan('redis', 'redis-flush').warnings[0]).toContain('Every key of the database is lost');
  });

  it('write a dump to a file', () => {
    expect(plan('db', 'pg-dump').runbookCall?.save).toEqual({
      directory: '/backups',
      name: 'p-db-1-pg-dump-20261128T091500Z.dump',
    });
  });
});

describe('a runbook', () => {
  it.each([
    ['mongo', 'mongo-ping', [], 'it is not running'],
    ['db', 'redis-ping', [], 'redis-ping is not meant for it'],
    ['db', 'nonsense', [], 'there is no runbook "nonsense"'],
    ['redis', 'redis-flush', ['database=1; rm -rf /'], 'database must match \\d{1,3}, not "1; rm -rf /"'],
    ['redis', 'redis-flush', ['db=1'], 'redis-flush has no parameter "db"; it has database'],
    ['redis', 'redis-flush', ['3'], 'parameters are given as name=value, not "3"'],
  ])('is refused: %s %s %j', (name, chosen, given, refused) => {
    expect(plan(name, chosen, { with: given })).toMatchObject({ refused });
  });

  it('of the settings is offered where it is meant to be, before a built-in one of its name', () => {
    const mine = { name: 'redis-ping', services: ['p/*'], host: ['ping', '{service}', '{{x}'], danger: 1 };
    const labelled = { name: 'by-label', labels: ['com.docker.compose.service=w*'], signal: 'USR1' };
    expect(offered('web', own(mine, labelled))).toEqual([
      'redis-ping',
      'by-label',
      'nginx-check',
      'nginx-reload',
      'health',
    ]);
    expect(offered('redis', own(mine, labelled)).filter((one) => one === 'redis-ping')).toHaveLength(1);
    expect(plan('redis', 'redis-ping', { runbooks: own(mine) }).runbookCall?.work).toEqual({
      kind: 'host',
      command: ['ping', 'redis', '{x}'],
      env: {},
    });
  });

  it('shows its command with secrets masked', () => {
    const mine = { name: 'dump', exec: ['mysqldump', '--password=hunter2'] };
    const made = plan('db', 'dump', { runbooks: own(mine) });
    expect(JSON.stringify([made.options, made.objects, made.title])).not.toContain('hunter2');
    expect(made.runbookCall?.work).toMatchObject({ command: ['mysqldump', '--password=hunter2'] });
  });

  it.each<[string, object]>([
    ['must have exactly one of exec, oneOff, http, signal, host', { name: 'x' }],
    ['must have exactly one of', { name: 'x', exec: ['a'], host: ['b'] }],
    ['names {user}, which is not one of its parameters', { name: 'x', exec: ['psql', '-U', '{user}'] }],
    [
      'must not put a parameter into a script of a shell',
      { name: 'x', exec: ['/bin/sh', '-ec', 'psql {db}'], parameters: { db: {} } },
    ],
    ['must be a regular expression', { name: 'x', exec: ['a'], expect: { output: '(' } }],
    ['must be a signal', { name: 'x', signal: 'hup please' }],
  ])('with a mistake is no setting: %s', (message, given) => {
    const result = v.safeParse(Runbook, given);
    expect(result.issues?.map((issue) => issue.message).join()).toContain(message);
  });

  it('ends well when its status and output are as expected', () => {
    const call = plan('redis', 'redis-ping').runbookCall;
    if (!call) throw new Error('no call');
    expect(judge(call, { status: 0 }, 'PONG\n')).toEqual({ ok: true, text: 'exit code 0; its output matches ^PONG' });
    expect(judge(call, { status: 0 }, 'NOAUTH')).toMatchObject({ ok: false });
    expect(judge(call, { status: 1 }, 'PONG')).toEqual({ ok: false, text: 'exit code 1' });
    expect(judge(call, { stopped: 'cancelled' }, '')).toEqual({ ok: false, text: 'cancelled' });
    expect(judge({ ...call, expect: { status: [3], output: '^(a+)+$' } }, { status: 3 }, `${'a'.repeat(40)}b`).ok).toBe(
      false,
    );
  });

  it('in a new container has what the old one has, but its ports, its name and its health check', () => {
    const inspect = {
      Config: {
        Hostname: 'abc',
        Env: ['A=1'],
        Image: 'app',
        Labels: { 'com.docker.compose.project': 'p' },
        ExposedPorts: {},
      },
      HostConfig: { NetworkMode: 'p_net', PortBindings: { '80/tcp': [{ HostPort: '80' }] }, Binds: ['data:/data'] },
      NetworkSettings: { Networks: { p_net: {} } },
    };
    const body = oneOffBody(inspect, { kind: 'oneOff', command: ['migrate', '--all'], env: { B: '2' } });
    expect(body).toMatchObject({
      Image: 'app',
      Entrypoint: ['migrate'],
      Cmd: ['--all'],
      Env: ['A=1', 'B=2'],
      Labels: { 'com.docker.compose.oneoff': 'True' },
      HostConfig: { Binds: ['data:/data'], PortBindings: {}, RestartPolicy: { Name: 'no' } },
      NetworkingConfig: { EndpointsConfig: { p_net: {} } },
    });
    expect(body).not.toHaveProperty('Hostname');
  });
});
