import { expect, it } from 'vitest';
import { NOON } from '../../../test/builders/facts.ts';
import { swarmService } from '../../../test/builders/swarm.ts';
import { adviceFor } from '../../desk/advice.ts';
import { adviceText } from '../../desk/advice-words.ts';
import { Deriver } from '../../desk/derive.ts';
import { initialState, reduceAll } from '../../desk/reduce.ts';
import type { SwarmService } from '../../engine/swarm-facts.ts';
import { engineId } from '../../lib/ids.ts';
import { commandFor } from './advice.ts';

const GATEWAY = swarmService('feeds_gw', { id: 's', stack: 'feeds', image: 'gw', wanted: 2, running: 2 });

function advice(over: Partial<SwarmService>): string | undefined {
  const services = [{ ...GATEWAY, ...over }];
  const state = reduceAll(initialState(NOON, engineId('fake')), [{ type: 'swarm', services }]);
  const desk = new Deriver().derive(state);
  const [service] = desk.services;
  const found = service && adviceFor(service, desk, state);
  return found && adviceText(found, (step) => commandFor(step, service));
}

it('advises on a Swarm service with commands that work on one, without a container at hand', () => {
  const tasks = '"docker service ps --no-trunc feeds_gw" shows why';
  expect(advice({ running: 0 })).toBe(`${tasks} tasks of gw do not run; fix what it says, and Swarm starts them`);
  expect(advice({ running: 0, updateState: 'paused' })).toBe(
    `${tasks} the update of gw failed; "deskhand run rollback feeds/gw" goes back to what ran before`,
  );
  expect(advice({ updateState: 'rollback_completed', updatedAt: NOON })).toBe(
    `${tasks} the update of gw failed; it runs as before the update`,
  );
  const failed = { id: 't', serviceId: 's', slot: 1, image: 'gw', ports: [], created: NOON } as const;
  const tasksOnce = [{ ...failed, state: 'failed', desired: 'shutdown', error: 'task: non-zero exit (3)' } as const];
  expect(advice({ wanted: 1, running: 0, restartCondition: 'none', tasks: tasksOnce })).toBe(
    '"docker service logs --tail 100 feeds_gw" shows why gw failed; fix it, then start it again with "deskhand run force-update feeds/gw"',
  );
});
