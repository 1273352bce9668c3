import { describe, expect, it } from 'vitest';
import { listed } from '../../../test/builders/facts.ts';
import { fakeEvent } from '../../../test/builders/fake-engine.ts';
import type { ContainerDetail } from '../facts.ts';
import { afterEvent, effectOf } from './transition.ts';

const detail = { startedAt: 1, failingStreak: 3, oomKilled: true, error: 'x', pid: 7 } as ContainerDetail;

describe('effectOf', () => {
  it.each([
    'exec_create: /bin/sh',
    'exec_start: /bin/sh',
    'exec_die',
    'top',
    'resize',
    'attach',
    'kill',
    'archive-path',
  ])('sees nothing in %s', (action) => {
    expect(effectOf(fakeEvent('web', action, 0))).toEqual({ kind: 'none' });
  });

  it.each(['create', 'start', 'die', 'oom', 'pause', 'rename', 'update', 'health_status: unhealthy'])(
    'sees a changed container in %s',
    (action) => {
      expect(effectOf(fakeEvent('web', action, 0))).toEqual({ kind: 'changed', id: 'web' });
    },
  );

  it('detects removed containers, network joins, and changes of services and the engine', () => {
    const of = (type: string, action: string, container?: string) =>
      effectOf({ ...fakeEvent('x', action, 0, container ? { container } : {}), type });
    expect(of('container', 'destroy')).toEqual({ kind: 'gone', id: 'x' });
    expect(of('network', 'connect', 'web')).toEqual({ kind: 'changed', id: 'web' });
    expect(of('network', 'create')).toEqual({ kind: 'none' });
    expect(of('service', 'update')).toEqual({ kind: 'swarm' });
    expect(of('daemon', 'reload')).toEqual({ kind: 'engine' });
    expect(of('volume', 'mount', 'web')).toEqual({ kind: 'none' });
  });
});

describe('afterEvent', () => {
  it('shows an exit with its code', () => {
    const after = afterEvent(listed('web', { detail }), fakeEvent('web', 'die', 5000, { exitCode: '137' }));
    expect(after).toMatchObject({ state: 'exited', exitCode: 137, status: 'Exited (137) Less than a second ago' });
    expect(after.detail).toMatchObject({ finishedAt: 5000, pid: 0 });
  });

  it('shows a start, with a health check that starts over', () => {
    const exited = listed('web', { state: 'exited', exitCode: 1, health: 'unhealthy', detail });
    const after = afterEvent(exited, fakeEvent('web', 'start', 5000));
    expect(after).toMatchObject({
      state: 'running',
      health: 'starting',
      status: 'Up Less than a second (health: starting)',
    });
    expect(after.exitCode).toBeUndefined();
    expect(after.detail).toMatchObject({ startedAt: 5000, failingStreak: 0, oomKilled: false, error: '' });
    expect(afterEvent(listed('job', { state: 'created' }), fakeEvent('job', 'start', 0)).health).toBe('none');
  });

  it('shows a health change in Docker’s and in podman’s format', () => {
    const healthy = listed('web', { health: 'healthy' });
    expect(afterEvent(healthy, fakeEvent('web', 'health_status: unhealthy', 0)).health).toBe('unhealthy');
    expect(afterEvent(healthy, fakeEvent('web', 'health_status', 0, { health_status: 'unhealthy' })).health).toBe(
      'unhealthy',
    );
    expect(afterEvent(healthy, fakeEvent('web', 'health_status: healthy', 0))).toBe(healthy);
    // The inspect before it had no failed probe.
    const fresh = listed('web', { health: 'healthy', detail: { ...detail, failingStreak: 0 } });
    expect(afterEvent(fresh, fakeEvent('web', 'health_status: unhealthy', 0)).detail?.failingStreak).toBe(1);
    expect(afterEvent(healthy, fakeEvent('web', 'health_status: nonsense', 0))).toBe(healthy);
  });

  it('shows pause, unpause and a new name', () => {
    const web = listed('web');
    const paused = afterEvent(web, fakeEvent('web', 'pause', 0));
    expect(paused.state).toBe('paused');
    expect(afterEvent(paused, fakeEvent('web', 'unpause', 0)).state).toBe('running');
    expect(afterEvent(web, fakeEvent('web', 'rename', 0, { name: '/api', oldName: '/web' })).name).toBe('api');
  });

  it('implies nothing for an oom, which may have hit one process of many', () => {
    const web = listed('web', { detail });
    for (const action of ['oom', 'update', 'stop', 'restart', 'create'])
      expect(afterEvent(web, fakeEvent('web', action, 0))).toBe(web);
    expect(afterEvent(web, fakeEvent('web', 'die', 0, { exitCode: 'NaN' })).exitCode).toBeUndefined();
  });
});
