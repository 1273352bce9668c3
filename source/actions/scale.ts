import * as v from 'valibot';
import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import type { Engine } from '../engine/engine.ts';
import type { Action, Refusal } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { marksOfService } from './marks.ts';
import { leavingFirst, planCompose, type Template } from './scale-plan.ts';
import { runScale, verifyScale } from './scale-run.ts';
import { planSwarm } from './scale-swarm.ts';
import { refuse, targetService } from './targets.ts';

const MOST = 1000;
const COUNT = `must be a whole number from 0 to ${MOST}`;

/** Sets the replicas of one service: compose services by cloning or removing replicas, Swarm services by their spec. */
export const scale: Action<{ replicas: number }, Template | undefined> = {
  name: 'scale',
  title: 'Scale',
  help: 'set the number of replicas of a service',
  danger: 1,
  interrupts: true,
  on: ['service'],
  key: { id: 'scale', keys: ['s'], hint: 'scale', help: 'scale a service' },
  parameters: v.strictObject({
    replicas: v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^\d{1,4}$/, COUNT),
      v.transform(Number),
      v.maxValue(MOST, COUNT),
      v.description('how many there should be'),
    ),
  }),
  promptNote({ desk, target }) {
    const service = targetService(desk, target);
    return service === undefined ? '' : `now ${service.running} of ${service.wanted}`;
  },
  prepare: ({ engine, desk, target, signal }) => readTemplate(engine, targetService(desk, target), signal),
  plan(scene) {
    const { desk, target, parameters } = scene;
    const service = targetService(desk, target);
    if (service === undefined) return refuse('scale', target.id, 'only a service can be scaled', 'choose a service');
    const wanted = parameters.replicas;
    const single = singleMark(service, wanted, scene.settings);
    if (single !== undefined) return single;
    if (service.kind === 'swarm') return planSwarm({ ...scene, service, wanted });
    return planCompose({ ...scene, service, wanted, template: scene.facts });
  },
  run: runScale,
  verify: verifyScale,
};

/** Inspects a running replica of a service: for its clone, and for obstacles to it. */
async function readTemplate(
  engine: Engine,
  service: Service | undefined,
  signal?: AbortSignal,
): Promise<Template | undefined> {
  if (service === undefined) return undefined;
  const container = leavingFirst(service).findLast((one) => one.state === 'running') ?? service.containers[0];
  if (container === undefined) return undefined;
  return { container, inspect: await engine.inspect('container', container.id, { signal }) };
}

/** A service without ports is not necessarily stateless: a label or the settings mark services that must stay single. */
function singleMark(service: Service, wanted: number, settings: ActionSettings): Refusal | undefined {
  const { singleBy } = marksOfService(service, settings);
  if (singleBy === undefined || wanted <= 1) return undefined;
  return refuse('scale', serviceName(service), `it must stay single (${singleBy})`, 'remove the mark if it is wrong');
}
