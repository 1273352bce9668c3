import { expect, it } from 'vitest';
import { container } from '../../test/builders/facts.ts';
import { engineId } from '../lib/ids.ts';
import { deriveDesk } from './derive.ts';
import { initialState, reduceAll } from './reduce.ts';

const labels = (service: string) => ({ 'com.docker.compose.project': 'p', 'com.docker.compose.service': service });
const window = { name: 'weekly', services: ['p/e*'], text: 'step 2 of 4', since: 500 };

function levels(windows: readonly (typeof window)[]) {
  const down = (name: string) => container(`p-${name}-1`, { labels: labels(name), state: 'exited', exitCode: 1 });
  const state = reduceAll(initialState(1000, engineId('e')), [
    { type: 'connection', connection: { state: 'ready', since: 0 } },
    {
      type: 'containers',
      at: 1000,
      containers: [down('engine'), down('web'), container('p-edge-1', { labels: labels('edge') })],
    },
    { type: 'maintenance', windows },
  ]);
  const desk = deriveDesk(state);
  return { desk, of: (name: string) => desk.services.find((one) => one.name === name)?.verdict };
}

it('shows a covered service that is not ok as in maintenance, with its state', () => {
  const { desk, of } = levels([window]);
  expect(of('engine')).toMatchObject({ level: 'maintenance', code: 'maintenance', since: 500 });
  expect(of('engine')?.reason).toMatch(/^in maintenance \(weekly, step 2 of 4\): exit/);
  expect(of('edge')?.level).toBe('ok');
  expect(of('web')?.level).toBe('down');
  expect(desk.verdict.reason).toContain('1 down');
});

it('shows a service as down again once no procedure covers it', () => {
  expect(levels([]).of('engine')?.level).toBe('down');
});
