import * as v from 'valibot';
import { LABEL, serviceName } from '../desk/identity.ts';
import type { Desk, Service } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { Action, ActionSettings, Plan, PlanObject, Refusal, Target } from './action.ts';
import { cloneObstacles, replicaName } from './clone.ts';
import { memoryWarnings, stopNote } from './notes.ts';
import { headroom, sharedVolumes } from './scale-checks.ts';
import { runScale, verifyScale } from './scale-run.ts';
import { isSet, namesOf, planObject, refuse, replicaNumber, serviceSettings } from './targets.ts';

const MOST = 1000;
const COUNT = `must be a whole number from 0 to ${MOST}`;

/** The replica that new ones are cloned from, as the engine's own JSON; undefined for Swarm services. */
export type Template = { container: ContainerFacts; inspect: unknown };

/** Sets the replicas of one service: compose services by cloning or removing replicas, Swarm services by their spec. */
export const scale: Action<{ replicas: number }, Template | undefined> = {
  name: 'scale',
  title: 'Scale',
  help: 'set the number of replicas of a service',
  danger: 1,
  on: ['service'],
  key: { id: 'scale', keys: ['s'], hint: 'scale', help: 'scale a service' },
  parameters: v.strictObject({
    replicas: v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^\d{1,4}$/, COUNT),
      v.transform(Number),
      v.maxValue(MOST, COUNT),
      v.description('how many there shall be'),
    ),
  }),
  promptNote({ desk, target }) {
    const service = desk.byId.get(target.id);
    return service === undefined ? '' : `now ${service.running} of ${service.wanted}`;
  },
  prepare: ({ engine, desk, target, signal }) => readTemplate(engine, desk.byId.get(target.id), signal),
  plan(scene) {
    const { desk, target, parameters } = scene;
    const service = target.kind === 'service' ? desk.byId.get(target.id) : undefined;
    if (service === undefined) return refuse('scale', target.id, 'only a service can be scaled', 'choose a service');
    const wanted = parameters.replicas;
    if (wanted < 1) return refuse('scale', serviceName(service), 'it keeps at least 1', 'to run none, stop it');
    if (service.kind === 'swarm') return planSwarm(service, target, wanted);
    return planCompose({ ...scene, service, wanted, template: scene.facts });
  },
  run: runScale,
  verify: verifyScale,
};

/** Reads the newest running replica of a service in full: what its clone needs, and what may stand against it. */
async function readTemplate(
  engine: Engine,
  service: Service | undefined,
  signal?: AbortSignal,
): Promise<Template | undefined> {
  if (service === undefined) return undefined;
  const container = newest(service).find((one) => one.state === 'running') ?? newest(service)[0];
  if (container === undefined) return undefined;
  return { container, inspect: await engine.inspect('container', container.id, { signal }) };
}

type Scene = {
  state: DeskState;
  desk: Desk;
  service: Service;
  target: Target;
  wanted: number;
  template: Template | undefined;
  settings: ActionSettings;
};

function planCompose(scene: Scene): Plan | Refusal {
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
    return refuse(
      'scale',
      name,
      `it has ${have} replicas already${idle}`,
      idle === '' ? 'choose another number' : 'start it',
    );
  }
  if (wanted < have) return planIn(scene);
  if (template === undefined) {
    return refuse('scale', name, 'it has no replica to clone', 'create one first, for example with compose up');
  }
  const [obstacle] = [...singleMark(service, scene.settings), ...cloneObstacles(template.inspect)];
  if (obstacle !== undefined) return refuse('scale', name, obstacle.refused, obstacle.change);
  return planOut(scene, template);
}

/** Numbers in use: a container that waits to be replaced shares the number of its successor. */
function replicaCount(service: Service): number {
  return new Set(service.containers.map(replicaNumber)).size;
}

/** "No port" is not "stateless": a label or the settings say which service must stay single. */
function singleMark(service: Service, settings: ActionSettings) {
  const [one] = service.containers;
  if (one === undefined) return [];
  if (isSet(one.labels['deskhand.single'])) {
    return [{ refused: 'it must stay single (label deskhand.single)', change: 'take the label away if that is wrong' }];
  }
  if (serviceSettings(settings, namesOf(one, service)).single === true) {
    return [{ refused: 'it must stay single, say the settings', change: 'change services.single if that is wrong' }];
  }
  return [];
}

function planOut(
  { state, desk, service, target, wanted, template, settings }: Scene,
  { container }: Template,
): Plan | Refusal {
  const name = serviceName(service);
  const used = new Set(service.containers.map(replicaNumber));
  const numbers: number[] = [];
  for (let number = 1; numbers.length < wanted - replicaCount(service); number += 1) {
    if (!used.has(number)) numbers.push(number);
  }
  const room = headroom(state, container, numbers.length);
  if (room.refusal !== undefined) return refuse('scale', name, room.refusal.refused, room.refusal.change);
  const like = planObject(container, desk, '', settings);
  const shared = sharedVolumes(container);
  const objects = numbers.map((number): PlanObject => {
    const { created: _created, seen: _seen, ...shape } = like;
    const made = replicaName(container.name, container.labels[LABEL.number], number);
    return { ...shape, id: `new:${made}`, name: made, note: `new, a clone of ${container.name}`, fresh: true };
  });
  return {
    action: 'scale',
    title: `Scale ${name} from ${replicaCount(service)} to ${wanted}`,
    // Two of a database on one directory destroy it.
    danger: shared.length > 0 ? 3 : 1,
    target,
    name,
    objects,
    warnings: [...shared, ...room.warnings, ...unmarked(service, settings), ...drift(template)],
    options: { wanted, template: container.id },
  };
}

/** A service that has always run once may have to: nothing but its operators know. */
function unmarked(service: Service, settings: ActionSettings): string[] {
  const [one] = service.containers;
  if (one === undefined || service.containers.length > 1 || one.labels['deskhand.single'] !== undefined) return [];
  if (serviceSettings(settings, namesOf(one, service)).single !== undefined) return [];
  return [
    `Nothing says whether ${service.name} may run more than once: no port is not stateless. The label deskhand.single or services.single in the settings says it for good.`,
  ];
}

/** A stopped replica is a poor model: it says so. */
function drift(template: Template | undefined): string[] {
  const state = template?.container.state;
  return state === 'running' || state === undefined
    ? []
    : [`${template?.container.name} is ${state}: its clones may not run either.`];
}

function planIn({ desk, service, target, wanted, settings }: Scene): Plan {
  const leaving = newest(service).slice(0, replicaCount(service) - wanted);
  const objects = leaving.map((container, index) => {
    const object = planObject(container, desk, '', settings);
    return { ...object, wave: index, note: `stopped and removed: ${stopNote(container, object)}` };
  });
  const scope = { desk, target, services: [service], containers: leaving, others: [], settings };
  return {
    action: 'scale',
    title: `Scale ${serviceName(service)} from ${replicaCount(service)} to ${wanted}`,
    danger: 2,
    target,
    name: serviceName(service),
    objects,
    warnings: ['The newest replicas go, with their logs; volumes stay.', ...memoryWarnings(scope)],
    options: { wanted },
  };
}

/** Highest number first. */
function newest(service: Service): ContainerFacts[] {
  return service.containers.toSorted((a, b) => replicaNumber(b) - replicaNumber(a) || b.created - a.created);
}

function planSwarm(service: Service, target: Target, wanted: number): Plan | Refusal {
  const name = serviceName(service);
  const swarm = service.swarm;
  if (swarm === undefined || swarm.mode !== 'replicated') {
    const change = 'only replicated services have a number of replicas';
    return refuse('scale', name, `it is a ${swarm?.mode ?? 'unknown'} service`, change);
  }
  if (swarm.wanted === wanted)
    return refuse('scale', name, `${wanted} replicas are wanted already`, 'choose another number');
  const note = `replicas ${swarm.wanted ?? '?'} → ${wanted}; Swarm starts and stops its tasks`;
  const object: PlanObject = { kind: 'swarm-service', id: swarm.id, name: swarm.name, note, service: service.id };
  return {
    action: 'scale',
    title: `Scale ${name} from ${swarm.wanted ?? '?'} to ${wanted}`,
    danger: wanted < (swarm.wanted ?? 0) ? 2 : 1,
    target,
    name,
    objects: [{ ...object, project: service.project }],
    warnings: [],
    options: { wanted, version: swarm.version },
  };
}
