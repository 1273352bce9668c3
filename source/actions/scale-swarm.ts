import { serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import { duration, plural } from '../lib/format.ts';
import type { Danger, Plan, PlanInput, PlanObject, Refusal, RunContext, Step } from './action.ts';

import { change, isAnswerLost } from './change.ts';
import { marksOfService } from './marks.ts';
import { refuse } from './targets.ts';
import type { Finding } from './watch.ts';

type Scene = Pick<PlanInput, 'state' | 'desk' | 'target' | 'settings'> & { service: Service; wanted: number };

/** Swarm services are scaled by their spec. */
export function planSwarm({ service, target, wanted, settings }: Scene): Plan | Refusal {
  const name = serviceName(service);
  const swarm = service.swarm;
  if (swarm === undefined || swarm.mode !== 'replicated') {
    const change = 'only replicated services have a number of replicas';
    return refuse('scale', name, `it is a ${swarm?.mode ?? 'unknown'} service`, change);
  }
  if (swarm.wanted === wanted)
    return refuse('scale', name, `it is set to ${plural(wanted, 'replica')} already`, 'choose another number');
  const lessens = wanted < (swarm.wanted ?? Number.POSITIVE_INFINITY);
  // Labels of the service itself count, for its tasks may run on other nodes.
  const { protectedBy, memory } = marksOfService(service, settings);
  const object: PlanObject = {
    kind: 'swarm-service',
    id: swarm.id,
    name: swarm.name,
    note: `replicas ${swarm.wanted ?? '?'} → ${wanted}; Swarm starts and stops its tasks`,
    service: service.id,
    project: service.project,
    seen: { state: swarm.running > 0 ? 'running' : 'exited' },
    protectedBy,
    interrupted: lessens || undefined,
  };
  const danger: Danger = wanted === 0 ? 3 : lessens ? 2 : 1;
  return {
    action: 'scale',
    title: `Scale ${name} from ${swarm.wanted ?? '?'} to ${wanted}`,
    danger,
    target,
    name,
    objects: [object],
    warnings: [
      ...(lessens && memory !== undefined
        ? [`${service.name} keeps state in memory that will be lost${memory && `: ${memory}`}.`]
        : []),
      ...(/paused|rollback/.test(swarm.updateState ?? '') ? [`Its last update is ${swarm.updateState}.`] : []),
    ],
    options: { wanted, version: swarm.version },
  };
}

export async function scaleSwarm(object: PlanObject, plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { wanted, version } = plan.options ?? {};
  return [
    await change(object, `set replicas to ${wanted}`, context, async () => {
      try {
        await context.engine.scaleService(object.id, Number(version), Number(wanted));
      } catch (error) {
        // The service itself shows whether the call arrived.
        if (!isAnswerLost(error) || (await wantedNow(object, context)) !== wanted) throw error;
      }
    }),
  ];
}

async function wantedNow({ id }: PlanObject, { engine }: RunContext): Promise<number | undefined> {
  const services = await engine.swarmServices().catch(() => []);
  return services.find((one) => one.id === id)?.wanted;
}

/** Swarm reaches the number in its own time. */
export async function watchSwarm(object: PlanObject, wanted: number, context: RunContext): Promise<Finding> {
  const limit = object.verifyTimeoutMs ?? 60_000;
  while (!context.signal.aborted) {
    const services = await context.engine.swarmServices({ signal: context.signal }).catch(() => []);
    const running = services.find(({ id }) => id === object.id)?.running;
    const took = context.now() - context.begun;
    if (running === wanted) return { ok: true, text: `${running} of ${wanted} running after ${duration(took)}` };
    if (took > limit)
      return { ok: false, text: `${running ?? 'unknown'} of ${wanted} running after ${duration(took)}` };
    context.progress(`${object.name}: ${running ?? 'unknown'} of ${wanted} running`);
    await context.wait(500, context.signal).catch(() => undefined);
  }
  return { ok: false, text: 'not verified: cancelled' };
}
