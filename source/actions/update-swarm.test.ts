import { expect, it } from 'vitest';
import { alone, noTools, planOf } from '../../test/builders/actions.ts';
import { deskOf, service } from '../../test/builders/desk.ts';
import { only } from '../../test/builders/only.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { engineId } from '../lib/ids.ts';
import type { Action, RunContext } from './action.ts';
import { rollback } from './rollback.ts';
import { update } from './update.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const SWARM: SwarmService = {
  ...{ id: 's1', name: 'shop_web', image: 'web:1', previousImage: 'web:0', mode: 'replicated' },
  ...{ wanted: 2, running: 2, labels: {}, ports: [], created: 0, version: 7 },
};

function plan(image: string, { swarm = SWARM, facts = {}, action = update as Action } = {}) {
  const own = service('shop', 'web', { kind: 'swarm', swarm, containers: [] });
  const desk = deskOf([own]);
  const target = { engine: engineId('fake'), kind: 'service', id: own.id } as const;
  return planOf(action, desk, target, { parameters: { image }, facts: { images: [], ...facts } });
}

/** Runs the plan on a Swarm whose service is, one look after the other, as given. */
async function run(looks: readonly Partial<SwarmService>[]) {
  const calls: string[] = [];
  const left = [...looks];
  let now = 0;
  const engine = only<Engine & EngineChanges>({
    setServiceImage: async (...call) => void calls.push(call.join(' ')),
    rollbackService: async (...call) => void calls.push(`roll back ${call.join(' ')}`),
    inspect: async () => ({ ID: 's1' }),
    swarmServices: async () => [{ ...SWARM, ...(left.length > 1 ? left.shift() : left[0]) }],
  });
  const context: RunContext = {
    ...{ engine, tools: noTools, begun: 0, now: () => now, progress: () => undefined, ...alone },
    state: () => deskOf([]).state,
    wait: async (ms) => {
      now += ms;
    },
    signal: new AbortController().signal,
  };
  const made = plan('web:2');
  const steps = await update.run(made, context);
  return { calls, steps, finding: await update.verify(made, context, steps) };
}

it('pins the image that the registry has under the name, and says where it could not be asked', () => {
  const pinned = plan('web:2', { facts: { pinned: { digest: DIGEST } } });
  expect(pinned).toMatchObject({ danger: 2, options: { pinned: `web:2@${DIGEST}`, version: 7 } });
  expect(plan('web:2', { facts: { pinned: { why: 'no route' } } }).warnings[0]).toMatch(/could not be asked: no route/);
});

it('refuses the image that it has, a word that is none, and a job', () => {
  expect(plan('web:1').refused).toContain('runs this image already');
  expect(plan('web:1', { facts: { pinned: { digest: DIGEST } } }).refused).toBeUndefined();
  const swarm = { ...SWARM, digest: DIGEST };
  expect(plan('web:1', { swarm, facts: { pinned: { digest: DIGEST } } }).refused).toContain('runs this image already');
  expect(plan('Web 2').refused).toContain('not the name of an image');
  expect(plan('web:2', { swarm: { ...SWARM, mode: 'job' } }).refused).toContain('it is a job');
});

it('is over when Swarm says so, not before Swarm has begun', async () => {
  const { calls, finding } = await run([
    { version: 8, image: 'web:2' },
    { version: 8, image: 'web:2', updateState: 'updating', running: 1 },
    { version: 9, image: 'web:2', updateState: 'completed' },
  ]);
  expect(calls).toEqual(['s1 7 web:2']);
  expect(finding).toEqual({ ok: true, text: 'shop_web has the image web:2, 2 running' });
});

it('goes back when the new tasks do not come up, and says so', async () => {
  const { calls, steps, finding } = await run([
    { version: 8, image: 'web:2', updateState: 'paused', updateMessage: 'task failed' },
    { version: 8, image: 'web:2', updateState: 'paused', updateMessage: 'task failed' },
    { version: 9, updateState: 'paused', updateMessage: 'task failed' },
    { version: 10, updateState: 'rollback_completed' },
  ]);
  expect(calls[1]).toMatch(/^roll back s1 /);
  expect(steps.find(({ ok }) => !ok)?.error).toContain('task failed');
  expect(finding).toEqual({ ok: false, text: 'rolled back: shop_web has the image web:1, 2 running' });
});

it('does not take what Swarm rolls back by itself for done', async () => {
  const { calls, finding } = await run([{ version: 9, updateState: 'rollback_completed', updateMessage: 'failed' }]);
  expect(calls).toHaveLength(1);
  expect(finding.ok).toBe(false);
});

it('says which image a rollback returns to', () => {
  expect(plan('', { action: rollback }).objects[0]?.note).toContain('web:1 -> web:0');
});
