import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import type { Plan, Refusal } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { restart } from './restart.ts';

const waits = (name: string) => [{ service: name, condition: 'service_healthy', signal: 'depends_on' } as const];

function plan(services: Parameters<typeof deskOf>[0], id: string, settings?: ActionSettings): Plan & Refusal {
  return planOf(
    restart,
    deskOf(services),
    { engine: engineId('fake'), kind: 'service', id: serviceId(id) },
    { settings },
  );
}

describe('the plan of a restart', () => {
  it('names what restarts, with its stop timeout and where that comes from', () => {
    const replicas = [2, 1].map((number) =>
      container(`t-worker-${number}`, {
        labels: { 'com.docker.compose.container-number': `${number}` },
        detail: number === 1 ? { stopTimeoutSeconds: 30, stopSignal: 'SIGINT' } : {},
      }),
    );
    const made = plan([service('t', 'worker', { containers: replicas })], 'compose:t/worker', {
      stopTimeoutSeconds: 20,
    });
    expect(made.title).toBe('Restart t/worker (2 containers)');
    expect(made.objects.map(({ name, note }) => [name, note])).toEqual([
      ['t-worker-1', "SIGINT, after 30 s SIGKILL (the container's stop timeout)"],
      ['t-worker-2', 'SIGTERM, after 20 s SIGKILL (from the settings)'],
    ]);
  });

  it('warns of who depends on it, of state in memory, and of a missing health check', () => {
    const engine = container('e', { labels: { 'deskhand.memory': 'orders and balances' } });
    const others = [
      service('x', 'web', { dependsOn: waits('engine') }),
      service('y', 'api', { dependsOn: waits('engine') }),
    ];
    const { warnings } = plan([service('x', 'engine', { containers: [engine] }), ...others], 'compose:x/engine');
    expect(warnings).toEqual([
      'web (service_healthy) depends on engine.',
      'engine keeps state in memory that will be lost: orders and balances.',
      'e has no health check: counted as back after running for 10s.',
      'A restart keeps image and configuration: changes of the compose file are not applied.',
    ]);
  });

  it('takes protection, memory and stop timeout of a service from the settings', () => {
    const made = plan([service('x', 'engine')], 'compose:x/engine', {
      services: { 'x/eng*': { protected: true, memory: 'positions', stopTimeout: 45 } },
    });
    expect(made.objects[0]).toMatchObject({
      protectedBy: 'the settings',
      stopTimeout: { seconds: 45, from: 'settings' },
    });
    expect(made.warnings.join()).toContain('positions');
  });

  it('refuses what cannot be restarted, and says what to do', () => {
    const leaving = service('x', 'a', { containers: [container('a', { state: 'removing' })] });
    expect(plan([leaving], 'compose:x/a')).toMatchObject({ refused: /being removed/, change: /wait/ });
    expect(plan([], 'compose:x/gone').refused).toMatch(/no containers/);
    expect(plan([service('s', 'b', { kind: 'swarm' })], 'compose:s/b').refused).toMatch(/Swarm/);
  });
});
