import type { Action } from './action.ts';
import { changeSwarm, onSwarm, planSwarmChange, swarmService, watchUpdate } from './swarm-change.ts';
import { refuse, targetName } from './targets.ts';

const NAME = 'force-update';

/** Replaces every task of a Swarm service though nothing in it has changed, as `docker service update --force`. */
export const forceUpdate: Action = {
  name: NAME,
  title: 'Force an update of',
  help: 'replace all tasks of a Swarm service',
  danger: 2,
  interrupts: true,
  on: ['service'],
  applies: onSwarm,
  plan(input) {
    const service = swarmService(input);
    if (!service)
      return refuse(
        NAME,
        targetName(input.state, input.desk, input.target),
        'it is not a Swarm service',
        'restart it instead',
      );
    return planSwarmChange(input, service, {
      action: NAME,
      title: 'Force an update of',
      danger: 2,
      note: 'Swarm replaces its tasks as its update settings say',
      warnings:
        service.swarm?.wanted === 1
          ? ['It has one replica: there is an outage unless its update order is start-first.']
          : [],
    });
  },
  run: (plan, context) =>
    changeSwarm(plan, 'force an update', context, (id, version) => context.engine.forceService(id, version)),
  verify: watchUpdate,
};
