import { describe, expect, it } from 'vitest';
import { compose, container, event, exited, NOON } from '../../test/builders/facts.ts';
import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts, Usage } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { initialState, reduce, reduceAll } from './reduce.ts';
import type { DeskMessage, DeskState } from './state.ts';

function deskOf(containers: readonly ContainerFacts[], more: readonly DeskMessage[] = []) {
  const state = stateOf(containers, more);
  return new Deriver().derive(state);
}
function stateOf(containers: readonly ContainerFacts[], more: readonly DeskMessage[] = []): DeskState {
  return reduceAll(initialState(NOON, engineId('fake')), [{ type: 'containers', at: NOON, containers }, ...more]);
}
const swarmWeb: SwarmService = {
  id: 'x1',
  name: 'shop_web',
  stack: 'shop',
  image: 'web:1',
  labels: {},
  mode: 'replicated',
  wanted: 3,
  running: 3,
  ports: [{ container: 80, host: 8080, protocol: 'tcp' }],
  created: NOON,
  version: 7,
};

describe('grouping', () => {
  it('combines the replicas of a compose service, with running of wanted counts and merged ports', () => {
    const port = (host: number, address: string) => ({ container: 8000, host, protocol: 'tcp', address });
    const desk = deskOf([
      compose('exness', 'web', { number: 2, ports: [port(3002, '0.0.0.0')], detail: { restartCount: 2 } }),
      compose('exness', 'web', {
        number: 1,
        ports: [port(3001, '0.0.0.0'), port(3001, '::')],
        detail: { restartCount: 1 },
      }),
      exited(compose('exness', 'web', { number: 10 }), 1),
    ]);
    expect(desk.services).toHaveLength(1);
    const web = desk.byId.get(serviceId('compose:exness/web'));
    expect(web).toMatchObject({ kind: 'compose', name: 'web', project: 'exness', running: 2, wanted: 3, restarts: 3 });
    expect(web?.containers.map((one) => one.name)).toEqual(['exness-web', 'exness-web-2', 'exness-web-10']);
    expect(web?.ports.map((one) => [one.address, one.host])).toEqual([
      ['0.0.0.0', 3001],
      ['::', 3001],
      ['0.0.0.0', 3002],
    ]);
    expect(web?.verdict).toMatchObject({ level: 'degraded', code: 'replicas-missing' });
    expect(web?.verdict.reason).toContain('2 of 3 replicas run; exit 1');
  });

  it('makes single containers and each compose run their own service', () => {
    const run = compose('exness', 'web', { name: 'exness-web-run-1', labels: { 'com.docker.compose.oneoff': 'True' } });
    const desk = deskOf([container('trading-api'), run, compose('exness', 'web')]);
    expect(desk.services.map((one) => one.id)).toEqual([
      'container:exness-web-run-1',
      'compose:exness/web',
      'container:trading-api',
    ]);
    expect(desk.byId.get(serviceId('compose:exness/web'))?.wanted).toBe(1);
    expect(desk.byId.get(serviceId('container:exness-web-run-1'))).toMatchObject({ project: 'exness', job: true });
    expect(desk.projects.map((one) => one.name)).toEqual(['exness']);
    expect(desk.ownerOf.get(run.id)).toBe('container:exness-web-run-1');
  });

  it("shows a manager's Swarm service without any local container", () => {
    const desk = deskOf([], [{ type: 'swarm', services: [swarmWeb] }]);
    expect(desk.byId.get(serviceId('swarm:shop_web'))).toMatchObject({
      name: 'web',
      project: 'shop',
      running: 3,
      wanted: 3,
      verdict: { level: 'ok' },
    });
    const missing = deskOf([], [{ type: 'swarm', services: [{ ...swarmWeb, running: 1 }] }]);
    expect(missing.byId.get(serviceId('swarm:shop_web'))?.verdict).toMatchObject({
      level: 'degraded',
      code: 'replicas-missing',
    });
  });

  it("does not count Swarm's ended tasks as replicas", () => {
    const labels = (task: string) => ({
      'com.docker.swarm.service.name': 'shop_web',
      'com.docker.swarm.task.name': `shop_web.1.${task}`,
      'com.docker.stack.namespace': 'shop',
    });
    const old = exited(container('shop_web.1.a', { labels: labels('a'), created: 1 }), 137);
    const desk = deskOf([container('shop_web.1.b', { labels: labels('b') }), old]);
    expect(desk.byId.get(serviceId('swarm:shop_web'))).toMatchObject({
      running: 1,
      wanted: 1,
      verdict: { level: 'ok' },
    });
  });

  it('keeps the service when its container is recreated, and its memory too', () => {
    const old = compose('exness', 'redis', { id: containerId('old') });
    const fresh = compose('exness', 'redis', {
      id: containerId('new'),
      created: NOON + 1,
      detail: { startedAt: NOON + 2 },
    });
    const state = stateOf(
      [old],
      [
        { type: 'event', event: event(old, 'oom') },
        { type: 'event', event: event(old, 'die', NOON, { exitCode: '137' }) },
        { type: 'container-gone', at: NOON, id: containerId('old') },
        { type: 'container', at: NOON, container: fresh },
      ],
    );
    const redis = new Deriver().derive(state).byId.get(serviceId('compose:exness/redis'));
    expect(redis?.containers.map((one) => one.id)).toEqual(['new']);
    expect(redis?.verdict).toMatchObject({ level: 'degraded', code: 'oom-killed' });
  });
});

describe('jobs', () => {
  const dependant = compose('exness', 'backend', { dependsOn: 'db-migrate:service_completed_successfully:false' });
  it('recognises a job by the services that wait for it, its label or its name, and says which', () => {
    const no = { restartPolicy: { name: 'no', maximumRetries: 0 } };
    const awaited = exited(compose('exness', 'db-migrate', { detail: no }), 0);
    expect(deskOf([awaited, dependant]).byId.get(serviceId('compose:exness/db-migrate'))).toMatchObject({
      job: true,
      jobBecause: 'backend waits for its completion',
      verdict: { level: 'done', code: 'completed' },
    });
    const labelled = exited(compose('p', 'report', { labels: { 'deskhand.job': 'true' } }), 0);
    expect(deskOf([labelled]).byId.get(serviceId('compose:p/report'))).toMatchObject({
      jobBecause: 'label deskhand.job',
      verdict: { level: 'done' },
    });
    expect(deskOf([awaited]).byId.get(serviceId('compose:exness/db-migrate'))?.jobBecause).toContain('its name');
  });
  it('does not mistake a stopped server for a finished job', () => {
    const api = exited(compose('trading', 'api', { detail: { restartPolicy: { name: 'no', maximumRetries: 0 } } }), 0);
    expect(deskOf([api]).byId.get(serviceId('compose:trading/api'))).toMatchObject({
      job: false,
      verdict: { level: 'down', code: 'exited' },
    });
  });
});

describe('structural sharing', () => {
  const project = Array.from({ length: 40 }, (_, n) =>
    compose('p', `s${n}`, { dependsOn: 's0:service_started:false' }),
  );
  it('returns the same desk for usage and ticks, and the same other services after one container changed', () => {
    const deriver = new Deriver();
    const before = stateOf(project);
    const desk = deriver.derive(before);
    const usage: Usage = { at: NOON, cpuPercent: 3, totals: { received: 0, sent: 0, read: 0, written: 0 } };
    const later = reduceAll(before, [
      { type: 'usage', id: containerId('id-p-s3'), usage },
      { type: 'tick', now: NOON + 1000 },
    ]);
    expect(deriver.derive(later)).toBe(desk);
    const changed = reduce(later, { type: 'container', at: NOON, container: exited(compose('p', 's3'), 1) });
    const after = deriver.derive(changed);
    expect(after.byId.get(serviceId('compose:p/s3'))?.verdict.level).toBe('down');
    for (const service of desk.services) {
      if (service.name !== 's3') expect(after.byId.get(service.id), service.name).toBe(service);
    }
  });

  it('returns the same desk if no service changes, and another one when the engine is lost', () => {
    const deriver = new Deriver();
    const before = stateOf(project);
    const desk = deriver.derive(before);
    const read = { ...before, lines: new Map(before.lines), probes: new Map(before.probes) };
    expect(deriver.derive(read)).toBe(desk);
    const taken = reduce(read, { type: 'containers', at: NOON + 10_000, containers: project.slice(1) });
    expect(deriver.derive(taken).services).toHaveLength(project.length - 1);
    const why = new EngineError('connection-refused', 'gone', 'start it');
    const connection = { state: 'lost', since: NOON, why, attempt: 1, nextTry: NOON } as const;
    expect(deriver.derive({ ...taken, connection }).verdict.level).toBe('unknown');
  });

  it('rebuilds nothing if the poll repeats what is known', () => {
    const deriver = new Deriver();
    const before = stateOf(project);
    const desk = deriver.derive(before);
    const again = structuredClone(project);
    expect(deriver.derive(reduce(before, { type: 'containers', at: NOON + 10_000, containers: again }))).toBe(desk);
  });
});
