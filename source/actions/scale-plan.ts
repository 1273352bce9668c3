import { LABEL, serviceName } from '../desk/identity.ts';
import type { Service } from '../desk/model.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import { plural } from '../lib/format.ts';
import type { Plan, PlanInput, PlanObject, Refusal } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { STABLE_MS } from './back.ts';
import { needOf } from './capacity.ts';
import { cloneObstacles, replicaName } from './clone.ts';
import { marksOfService } from './marks.ts';
import { memoryWarnings, stopNote } from './notes.ts';
import { sharedVolumes, tooLarge } from './scale-checks.ts';
import { planObject, refuse, replicaNumber } from './targets.ts';

/** The replica that new ones are cloned from, as the engine's own JSON; undefined for Swarm services. */
export type Template = { container: ContainerFacts; inspect: unknown };

type Scene = Pick<PlanInput, 'state' | 'desk' | 'target' | 'settings'> & {
  service: Service;
  wanted: number;
  template: Template | undefined;
};

/** Compose services are scaled by cloning or removing replicas. */
export function planCompose(scene: Scene): Plan | Refusal {
  const { service, wanted, template } = scene;
  const name = serviceName(service);
  if (service.kind !== 'compose') {
    return refuse('scale', name, 'it belongs to no compose project', 'only compose and Swarm services scale');
  }
  if (service.job) return refuse('scale', name, 'it is a job that runs once', 'start it again instead');
  if (service.directories) {
    const clash = `one project name in two directories: ${service.directories.join(' and ')}`;
    return refuse('scale', name, clash, 'give one of them another name (COMPOSE_PROJECT_NAME)');
  }
  const have = replicaCount(service);
  if (have === wanted) {
    const idle = service.running < have ? `, ${service.running} of them running` : '';
    const change = idle === '' ? 'choose another number' : 'start it';
    return refuse('scale', name, `it has ${plural(have, 'replica')} already${idle}`, change);
  }
  if (wanted < have) return planIn(scene);
  if (template === undefined) {
    return refuse('scale', name, 'it has no replica to clone', 'create one first, for example with compose up');
  }
  const [obstacle] = cloneObstacles(template.inspect);
  if (obstacle !== undefined) return refuse('scale', name, obstacle.refused, obstacle.change);
  return planOut(scene, template);
}

/** Numbers in use: a container that waits to be replaced shares the number of its successor. */
function replicaCount(service: Service): number {
  return new Set(service.containers.map(replicaNumber)).size;
}

function planOut({ state, desk, service, target, wanted, settings }: Scene, { container }: Template): Plan | Refusal {
  const name = serviceName(service);
  const have = replicaCount(service);
  const used = new Set(service.containers.map(replicaNumber));
  const numbers: number[] = [];
  for (let number = 1; numbers.length < wanted - have; number += 1) if (!used.has(number)) numbers.push(number);
  const obstacle = tooLarge(state, container, numbers.length);
  if (obstacle !== undefined) return refuse('scale', name, obstacle.refused, obstacle.change);
  const like = planObject(container, desk, '', settings);
  const shared = sharedVolumes(container);
  const objects = numbers.map((number): PlanObject => {
    const { created: _created, seen: _seen, ...shape } = like;
    const made = replicaName(container.name, container.labels[LABEL.number], number);
    return {
      ...shape,
      id: `new:${made}`,
      name: made,
      note: `new, a clone of ${container.name}`,
      fresh: true,
      need: needOf(container),
    };
  });
  return {
    action: 'scale',
    title: `Scale ${name} from ${have} to ${wanted}`,
    // Two of a database on one directory destroy it.
    danger: shared.length > 0 ? 3 : 1,
    target,
    name,
    objects,
    warnings: [...shared, ...unmarked(service, settings), ...drift(container)],
    options: {
      wanted,
      have,
      running: service.running + numbers.length,
      template: container.id,
      stableMs: settings.stableMs ?? STABLE_MS,
    },
  };
}

/** A service that always ran once may need to: only its operators know. */
function unmarked(service: Service, settings: ActionSettings): string[] {
  if (service.containers.length > 1 || marksOfService(service, settings).maySpread) return [];
  return [
    `deskhand cannot tell whether ${service.name} may run more than once; having no published port does not make it stateless. The label deskhand.single or services.single in the settings settles this permanently.`,
  ];
}

/** Warns that a stopped replica is a poor template. */
function drift({ state, name }: ContainerFacts): string[] {
  return state === 'running' ? [] : [`${name} is ${state}: its clones may not run either.`];
}

function planIn({ state, desk, service, target, wanted, settings }: Scene): Plan {
  const have = replicaCount(service);
  const order = leavingFirst(service);
  const leaving = order.slice(0, have - wanted);
  const staying = order.slice(have - wanted);
  const objects = leaving.map((container, index) => {
    const object = planObject(container, desk, '', settings);
    const how = isUp(container)
      ? `stopped and removed: ${stopNote(container, object)}`
      : `is ${container.state}: removed`;
    return { ...object, wave: index, note: how, interrupted: true as const };
  });
  const scope = { state, desk, target, services: [service], containers: leaving, others: [], settings };
  const idle = staying.filter(({ state }) => state !== 'running').map(({ name, state }) => `${name} (${state})`);
  return {
    action: 'scale',
    title: `Scale ${serviceName(service)} from ${have} to ${wanted}`,
    danger: wanted === 0 ? 3 : 2,
    target,
    name: serviceName(service),
    objects,
    warnings: [
      'What does not run goes first, then the highest numbers, with their logs; volumes stay.',
      ...(wanted === 0 ? ['No replica is left to clone: only `docker compose up` brings the service back.'] : []),
      ...(idle.length > 0 ? [`These stay and are not started: ${idle.join(', ')}.`] : []),
      ...memoryWarnings(scope),
    ],
    options: { wanted, have, running: staying.length - idle.length },
  };
}

/** The order in which replicas go: what does not run, then the highest number first. */
export function leavingFirst(service: Service): ContainerFacts[] {
  const idle = (one: ContainerFacts) => Number(one.state !== 'running');
  return service.containers.toSorted(
    (a, b) => idle(b) - idle(a) || replicaNumber(b) - replicaNumber(a) || b.created - a.created,
  );
}
