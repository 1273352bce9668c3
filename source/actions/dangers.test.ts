import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { type Over as Changes, container } from '../../test/builders/facts.ts';
import type { Service } from '../desk/model.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import type { Action, LocalTarget } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { attach } from './attach.ts';
import { exec } from './exec.ts';
import { kill } from './kill.ts';
import { remove } from './remove.ts';
import { restart } from './restart.ts';
import { restartWithDependants } from './restart-with-dependants.ts';
import { signal } from './signal.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

function plan(
  action: Action,
  services: readonly Service[],
  target: LocalTarget,
  options: { settings?: ActionSettings; parameters?: unknown } = {},
) {
  return planOf(action, deskOf(services), { ...target, engine: engineId('fake') }, options);
}
const one = (name: string, changes: Changes = {}, more: Partial<Service> = {}) =>
  service('chain', name, { containers: [container(`chain-${name}-1`, changes)], ...more });
const needs = (name: string) => [{ service: name, condition: 'service_started', signal: 'depends_on' } as const];
const target = (name: string): LocalTarget => ({ kind: 'service', id: serviceId(`compose:chain/${name}`) });

describe('the danger of an action', () => {
  const many = ['a', 'b', 'c', 'd'].map((name) => one(name));

  it.each([
    [kill, { signal: 'SIGKILL' }],
    [stop, {}],
    [restart, {}],
  ])('follows what is hit, however it was chosen: %#', (action, parameters) => {
    const marked = { kind: 'marked', id: 'marked', ids: ['compose:chain/a', 'compose:chain/b'] } as const;
    expect(plan(action, many, marked, { parameters }).danger).toBe(3);
    expect(plan(action, many, { kind: 'project', id: 'chain' }, { parameters }).danger).toBe(3);
    expect(plan(action, many, target('a'), { parameters }).danger).toBe(2);
  });

  it('rises where many others need what is taken away', () => {
    const root = [one('db'), ...['x', 'y', 'z'].map((name) => one(name, {}, { dependsOn: needs('db') }))];
    expect(plan(stop, root, target('db')).danger).toBe(3);
    expect(plan(stop, root, target('x')).danger).toBe(2);
    expect(plan(restart, root, target('db')).danger).toBe(2);
    expect(plan(restartWithDependants, root, target('db')).danger).toBe(3);
  });

  it('names those that need it through others', () => {
    const chain = [
      one('feed'),
      one('risk', {}, { dependsOn: needs('feed') }),
      one('ui', {}, { dependsOn: needs('risk') }),
    ];
    expect(plan(stop, chain, target('feed')).warnings.slice(0, 2)).toEqual([
      'risk (service_started) depends on feed.',
      'ui needs it through others.',
    ]);
  });

  it.each([
    [['redis-cli', 'FLUSHALL'], 4],
    [['psql', '-c', 'drop table orders'], 4],
    [['sh', '-c', 'rm -fr /data'], 4],
    [['mysql', '-e', 'TRUNCATE orders'], 4],
    [['psql', '-c', 'DELETE FROM fills'], 4],
    [['redis-cli', 'ping'], 2],
    [['ls', '-R', '/data'], 2],
    [['rm', '/tmp/one'], 2],
  ])('of a command is %o: %i', (command, danger) => {
    expect(plan(exec, many, target('a'), { parameters: { command } }).danger).toBe(danger);
  });
});

it('asks before it attaches to a terminal, where ctrl-c goes to the program', () => {
  const attached = (detail: object) => plan(attach, [one('a', { detail })], target('a'));
  expect(attached({ tty: true })).toMatchObject({
    danger: 2,
    warnings: expect.arrayContaining([expect.stringContaining('ctrl-c')]),
  });
  expect(attached({ tty: false }).danger).toBe(1);
});

describe('what the engine does by itself', () => {
  it('is part of the plan: --rm', () => {
    const volume = { type: 'volume', name: 'f'.repeat(64), source: '', target: '/data', writable: true };
    const detail = { autoRemove: true };
    expect(plan(stop, [one('job', { detail })], target('job'))).toMatchObject({
      danger: 3,
      warnings: ['Started with --rm: the engine removes chain-job-1 when it ends, with its log.'],
    });
    const held = [one('job', { detail, mounts: [volume] })];
    for (const action of [stop, remove]) {
      expect(plan(action, held, target('job')).danger).toBe(4);
      expect(plan(action, held, target('job')).warnings[0]).toContain('and its anonymous volume');
    }
    // It stays through a restart.
    expect(plan(restart, held, target('job')).danger).toBe(2);
  });

  it.each(['always', 'unless-stopped', 'on-failure'])('is part of the plan: a signal turns %s off', (name) => {
    const armed = { restartPolicy: { name, maximumRetries: 0 } };
    const planned = (action: Action, sent: string, detail: object) =>
      plan(action, [one('a', { detail: { ...armed, ...detail } })], target('a'), { parameters: { signal: sent } });
    for (const [action, sent, detail] of [
      [kill, 'SIGUSR2', {}],
      [kill, 'SIGKILL', {}],
      // Whoever ends a program by a signal does not want it back.
      [signal, 'SIGTERM', {}],
      [signal, 'SIGHUP', { stopSignal: 'HUP' }],
      [signal, 'SIGUSR1', { stopSignal: '10' }],
      // Process 1 is another one there.
      [signal, 'SIGHUP', { pidMode: 'host' }],
    ] as const) {
      const { warnings, objects } = planned(action, sent, detail);
      expect(warnings.join()).toContain(`the restart policy of chain-a-1 (${name}) does not start it again`);
      expect(objects[0]?.inside).toBeUndefined();
    }
    for (const sent of ['SIGHUP', 'SIGUSR1', 'SIGWINCH', 'SIGRTMIN+2']) {
      const { warnings, objects } = planned(signal, sent, {});
      expect(warnings).toHaveLength(1);
      expect(objects[0]).toMatchObject({ inside: true, note: expect.stringContaining('its restart policy stays on') });
    }
    const never = planned(signal, 'SIGHUP', { restartPolicy: { name: 'no', maximumRetries: 0 } });
    expect([never.warnings.length, never.objects[0]?.inside]).toEqual([1, undefined]);
  });

  it.each(['networkMode', 'ipcMode', 'pidMode'])('is part of the plan: who borrows by %s is cut off', (mode) => {
    const owner = one('gw');
    const app = one('app', { detail: { [mode]: `container:${owner.containers[0]?.id}` } });
    for (const action of [restart, stop, remove]) {
      expect(plan(action, [owner, app], target('gw')).warnings.join()).toMatch(
        /chain-app-1 shares the \w+ of chain-gw-1/,
      );
    }
    const both = plan(restartWithDependants, [app, owner], target('gw'));
    expect(both.objects.map(({ name, wave }) => `${wave} ${name}`)).toEqual(['0 chain-gw-1', '1 chain-app-1']);
    // Its owner was removed: it could be stopped, but never started again.
    const lost = plan(restart, [app], target('app'));
    expect(lost.refused).toMatch(
      /uses the \w+ namespace of container id-chain-gw-, which is gone: it cannot start again/,
    );
    expect(lost.change).toContain('--force-recreate');
  });
});

describe('a service that must stay single', () => {
  const labels = { 'deskhand.single': 'true' };
  const pair = (first: Changes, second: Changes) =>
    service('t', 'w', { containers: [container('w1', { labels, ...first }), container('w2', { labels, ...second })] });
  const target: LocalTarget = { kind: 'service', id: serviceId('compose:t/w') };
  const down = { state: 'exited' } as const;

  it.each([
    ['two stopped replicas', pair(down, down), start],
    ['one beside a running one', pair({}, down), start],
    ['a stopped one with the running one', pair({}, down), restart],
  ])('is not started twice: %s', (_, given, action) => {
    expect(plan(action, [given], target).refused).toMatch(/must stay single \(the label deskhand\.single/);
  });

  it('may be restarted, and started when nothing else runs', () => {
    const alone = service('t', 'w', { containers: [container('w1', { labels, ...down })] });
    expect(plan(start, [alone], target).objects).toHaveLength(1);
    expect(plan(restart, [pair({}, {})], target).objects).toHaveLength(2);
  });
});

describe('a restart of a whole project', () => {
  it('leaves what was stopped on purpose and jobs that are done', () => {
    const services = [
      one('web'),
      one('off', { state: 'exited', exitCode: 0 }, { verdict: { level: 'down', code: 'stopped', reason: '' } }),
      one('crashed', { state: 'exited', exitCode: 1 }, { verdict: { level: 'down', code: 'exited', reason: '' } }),
      one('migrate', { state: 'exited', exitCode: 0 }, { job: true }),
    ];
    const made = plan(restart, services, { kind: 'project', id: 'chain' });
    expect(made.objects.map(({ name }) => name)).toEqual(['chain-web-1', 'chain-crashed-1']);
    expect(made.warnings.at(-1)).toContain('Left as they are: chain-off-1 (exited), chain-migrate-1 (exited)');
  });

  it('of starting a job is raised where it has completed already, and says so', () => {
    const job = (exitCode: number) => [one('migrate', { state: 'exited', exitCode }, { job: true })];
    const [again, first] = [plan(start, job(0), target('migrate')), plan(start, job(1), target('migrate'))];
    expect(again.danger).toBe(2);
    expect(again.warnings[0]).toBe('chain-migrate-1 has completed: this runs it again, and what it did is done again.');
    expect(first.danger).toBe(1);
  });
});
