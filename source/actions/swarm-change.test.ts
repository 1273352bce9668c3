import { expect, it } from 'vitest';
import { alone, noTools } from '../../test/builders/actions.ts';
import { FakeEngine } from '../../test/builders/fake-engine.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { initialState } from '../desk/reduce.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import type { Plan } from './action.ts';
import { watchUpdate } from './swarm-change.ts';

const clock = fakeClock();
const plan: Plan = {
  action: 'force-update',
  title: 'Force an update of web',
  danger: 2,
  target: { engine: engineId('fake'), kind: 'service', id: serviceId('swarm:web') },
  name: 'web',
  objects: [{ kind: 'swarm-service', id: 'web-id', name: 'web', note: '' }],
  warnings: [],
  options: { version: 7 },
};

/** What the watch says while Swarm reports one update state after the other, half a second each. */
async function watched(...states: readonly string[]): Promise<{ ok: boolean; text: string }> {
  const engine = new FakeEngine(clock);
  let looks = 0;
  const show = () => {
    const web: SwarmService = {
      id: 'web-id',
      name: 'web',
      image: 'web:1',
      labels: {},
      mode: 'replicated',
      wanted: 1,
      running: 1,
      desired: 1,
      ports: [],
      created: 0,
      version: 8,
      updateState: states[Math.min(looks, states.length - 1)],
    };
    engine.services = [web];
  };
  show();
  return watchUpdate(
    plan,
    {
      tools: noTools,
      engine,
      begun: 0,
      state: () => initialState(0, engineId('fake')),
      now: () => looks * 500,
      wait: async () => {
        looks += 1;
        show();
      },
      signal: new AbortController().signal,
      ...alone,
      progress: () => undefined,
    },
    [{ object: 'web', call: 'force an update', ok: true, ms: 3 }],
  );
}

it('waits for an update that Swarm has taken but not begun', async () => {
  expect(await watched('', '', 'updating', 'completed')).toEqual({ ok: true, text: 'completed; 1 running after 1.5s' });
});

it('ends when nothing is to be replaced, for Swarm then never says that it is completed', async () => {
  expect(await watched('')).toEqual({ ok: true, text: 'updated; 1 running after 15.5s' });
});

it('reports a paused update with its reason', async () => {
  expect(await watched('', 'updating', 'paused')).toEqual({
    ok: false,
    text: 'the update is paused: Swarm does not say why',
  });
});
