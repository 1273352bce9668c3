import type { Action } from './action.ts';
import { outageWarnings } from './notes.ts';
import { changeSwarm, onSwarm, planSwarmChange, swarmService } from './swarm-change.ts';
import { refuse } from './targets.ts';

const NAME = 'remove-service';

/** Removes a Swarm service with its tasks and their logs. */
export const removeService: Action = {
  name: NAME,
  title: 'Remove the Swarm service',
  help: 'remove a Swarm service with its tasks and their logs',
  danger: 3,
  interrupts: true,
  on: ['service'],
  applies: onSwarm,
  plan(input) {
    const service = swarmService(input);
    if (!service) return refuse(NAME, input.target.id, 'it is not a Swarm service', 'use remove or down instead');
    const { state, desk, target, settings } = input;
    const scope = { state, desk, target, services: [service], containers: service.containers, others: [], settings };
    return planSwarmChange(input, service, {
      action: NAME,
      title: 'Remove the Swarm service',
      danger: 3,
      note: 'is removed with its tasks and their logs; its volumes stay',
      warnings: outageWarnings(scope),
    });
  },
  run: (plan, context) => changeSwarm(plan, 'remove', context, (id) => context.engine.removeService(id)),
  async verify({ objects: [object] }, { engine, signal }) {
    const left = (await engine.swarmServices({ signal })).some(({ id }) => id === object?.id);
    return { ok: !left, text: left ? 'it is still there' : 'removed' };
  },
};
