import { describe, expect, it } from 'vitest';
import { compose, container, exited, MINUTE, NOON, neverStarted, probed } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import type { Service } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';

const DIRECTORY = 'com.docker.compose.project.working_dir';

function servicesOf(...containers: readonly ContainerFacts[]): readonly Service[] {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers },
  ]);
  return new Deriver().derive(state).services;
}
const only = (...containers: readonly ContainerFacts[]): Service => {
  const [service, ...more] = servicesOf(...containers);
  if (!service || more.length > 0) throw new Error('not one service');
  return service;
};

describe('one project name in two directories', () => {
  const of = (name: string, directory: string) =>
    compose('bot', 'engine', { name, labels: { [DIRECTORY]: directory } });
  const alice = of('alice_engine', '/home/alice/bot');
  const bob = of('bob_engine', '/home/bob/bot');

  it('shows the container that failed, whichever is newer', () => {
    for (const age of [-MINUTE, MINUTE]) {
      const failed = exited({ ...bob, created: alice.created + age }, 3);
      const service = only(alice, failed);
      expect(service).toMatchObject({ running: 1, wanted: 2, directories: ['/home/alice/bot', '/home/bob/bot'] });
      expect(service.verdict).toMatchObject({
        level: 'degraded',
        reason: '1 of 2 replicas run; exit 3; one project name in 2 directories',
      });
    }
  });

  it('is not mentioned while all are ok and from one directory', () => {
    expect(only(alice, bob).verdict.reason).toBe('running, no health check');
    expect(only(alice).directories).toBeUndefined();
  });
});

describe('an unfinished recreation', () => {
  const old = compose('desk', 'engine', { name: '7481b178e4c1_7481b178e4c1_desk-engine-1' });
  const replacement = (over: Partial<ContainerFacts> = {}) => ({
    ...neverStarted(compose('desk', 'engine', { name: 'desk-engine-1' }), { error: 'network gone not found' }),
    id: containerId('new'),
    ...over,
  });

  it('reports what blocks the new container while the old one serves', () => {
    const service = only(old, replacement());
    expect(service).toMatchObject({ running: 1, wanted: 1 });
    expect(service.verdict).toMatchObject({
      level: 'degraded',
      code: 'recreate-failed',
      reason: `desk-engine-1: cannot start: network gone is gone; the old container keeps running (${old.name})`,
    });
  });

  it('reports a new container that has also ended', () => {
    const ended = exited(compose('desk', 'engine', { name: 'desk-engine-1' }), 3);
    expect(only(old, { ...ended, id: containerId('new'), created: NOON - MINUTE }).verdict.reason).toContain(
      'desk-engine-1: exit 3;',
    );
  });

  it('is not a problem while the new container has only just been created', () => {
    const fresh = replacement({ created: NOON - 1000 });
    const made = { ...fresh, ...(fresh.detail ? { detail: { ...fresh.detail, error: '' } } : {}) };
    expect(only(old, made).verdict.level).toBe('ok');
  });

  it('judges both containers if both are running', () => {
    const sick = probed(old, 'unhealthy', { exitCode: 1, output: '' }, 3);
    const well = probed(compose('desk', 'engine', { name: 'desk-engine-1' }), 'healthy', { exitCode: 0, output: '' });
    expect(only(sick, { ...well, created: NOON - MINUTE }).verdict.level).toBe('degraded');
  });

  it('ignores the old container once it has ended', () => {
    const well = compose('desk', 'engine', { name: 'desk-engine-1' });
    expect(only(exited(old, 137), { ...well, created: NOON - MINUTE }).verdict.level).toBe('ok');
  });
});

describe('a compose run', () => {
  const run = (name: string, labels: Record<string, string> = {}) =>
    compose('shop', 'engine', { name, labels: { 'com.docker.compose.oneoff': 'True', ...labels } });
  const service = compose('shop', 'engine');

  it.each([
    [130, 'done', 'left over: interrupted, exit 130, SIGINT'],
    [143, 'done', 'left over: interrupted, exit 143, SIGTERM, asked to end'],
    [0, 'done', 'completed (exit 0)'],
  ])('that ended with %i does not affect the verdict', (code, level, reason) => {
    const [engine, left] = servicesOf(service, exited(run('shop-engine-run-1'), code));
    expect(engine).toMatchObject({ running: 1, wanted: 1, verdict: { level: 'ok' } });
    expect(left).toMatchObject({ job: true, verdict: { level, reason } });
  });

  it('that failed by itself is reported for ten minutes', () => {
    const failed = (minutes: number) => exited(run('shop-engine-run-1'), 1, { at: NOON - minutes * MINUTE });
    expect(only(failed(9)).verdict).toMatchObject({ level: 'degraded', reason: 'compose run failed: exit 1' });
    expect(only(failed(11)).verdict).toMatchObject({ level: 'done', reason: 'left over: failed, exit 1' });
  });

  it('that is still running is not a replica, not even with a number', () => {
    const [engine, session] = servicesOf(
      service,
      run('shop-engine-run-2', { 'com.docker.compose.container-number': '1' }),
    );
    expect(engine?.containers).toHaveLength(1);
    expect(session?.verdict).toMatchObject({ level: 'ok', reason: 'a compose run is running' });
  });
});

it('does not mistake a `docker run` of an image built by compose for a replica', () => {
  const replica = compose('trading', 'api');
  const stray = container('trading-api', {
    labels: {
      'com.docker.compose.project': 'trading',
      'com.docker.compose.service': 'api',
      'com.docker.compose.version': '2.26.1',
    },
  });
  const services = servicesOf({ ...replica, id: containerId('replica'), name: 'trading-api-1' }, stray);
  expect(services.map(({ id, wanted }) => [id, wanted])).toEqual([
    ['compose:trading/api', 1],
    ['container:trading-api', 1],
  ]);
});
