import { expect, it } from 'vitest';
import { compose, container, exited, NOON } from '../../../test/builders/facts.ts';
import { Deriver } from '../../desk/derive.ts';
import { initialState, reduce } from '../../desk/reduce.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { engineId } from '../../lib/ids.ts';
import { xrayLines } from './xray.ts';

function shown(containers: readonly ContainerFacts[], project?: string): string[] {
  const state = reduce(initialState(NOON, engineId('fake')), { type: 'containers', at: NOON, containers });
  const desk = new Deriver().derive(state);
  return xrayLines({ desk, project, glyph: (name) => name }).map(({ text }) => text);
}

const redis = exited(
  compose('p', 'redis', {
    mounts: [{ type: 'volume', name: 'data', source: '/var/lib/x', target: '/data', writable: true }],
  }),
  1,
);
const all = [
  redis,
  compose('p', 'api', { dependsOn: 'redis:service_healthy:false' }),
  compose('q', 'web'),
  container('alone\u001b[2J'),
];

it('shows what a service is made of, what it needs and who needs it', () => {
  expect(shown(all, 'p')).toEqual([
    'p  2 services, 1 not ok',
    '  ok api  running, no health check',
    '      replica   p-api running',
    '      needs     redis (service_healthy)',
    '      network   p-network',
    '  down redis  exit 1',
    '      replica   p-redis exited (1)',
    '      needed by api',
    '      volume    data on /data',
    '      network   p-network',
  ]);
});

it('goes over all projects, those without one at the end, and lets no control sequence through', () => {
  const lines = shown(all);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    'p  2 services, 1 not ok',
    'q  1 service',
    'without a project  1 service',
  ]);
  expect(lines.join('\n')).not.toContain('\u001b');
});
