import * as v from 'valibot';
import { fingerprint } from '../compose/invocation.ts';
import type { DiskUse, NetworkFacts, VolumeFacts } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import { bytes, plural } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, Refusal, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { type ComposeFacts, composeTarget, projectContainers, readCompose } from './compose-facts.ts';
import type { ReadFacts } from './compose-plan.ts';
import { runCompose, verifyGone } from './compose-run.ts';
import { interruptionWarnings } from './notes.ts';
import { inStopOrder } from './order.ts';
import { inOrder } from './schedule.ts';
import { isGone, stopOne } from './stopped.ts';
import { planObject, refuse, targetName } from './targets.ts';

const Flags = v.strictObject({
  volumes: v.optional(v.pipe(v.boolean(), v.description('remove its named volumes too: their data is lost'))),
});
type Flags = v.InferOutput<typeof Flags>;

type DownFacts = {
  compose: ComposeFacts;
  networks: readonly NetworkFacts[];
  volumes: readonly VolumeFacts[];
  use?: DiskUse;
};
type Input = PlanInput<Flags, DownFacts>;

const PROJECT = 'com.docker.compose.project';

/** `compose down`: stops and removes the containers and networks of a project, on request its volumes. */
export const down: Action<Flags, DownFacts> = {
  name: 'down',
  title: 'Take down',
  help: 'stop and remove containers and networks; --volumes removes the data too',
  danger: 3,
  interrupts: true,
  on: ['service', 'project'],
  parameters: Flags,
  async prepare(input) {
    const { engine, signal, parameters } = input;
    const [compose, networks, volumes, use] = await Promise.all([
      readCompose(input),
      engine.networks({ signal }),
      engine.volumes({ signal }),
      parameters.volumes ? engine.diskUse({ signal }) : undefined,
    ]);
    return { compose, networks, volumes, use };
  },
  plan: planDown,
  output: true,
  run: (plan, context) => (plan.compose ? runCompose(plan, context) : downAlone(plan, context)),
  verifiesFailures: true,
  verify: verifyGone,
};

function planDown(input: Input): Plan | Refusal {
  const { state, desk, target, parameters, facts } = input;
  const name = targetName(state, desk, target);
  const { compose } = facts;
  if ('problem' in compose && !compose.problem.missing)
    return refuse('down', name, compose.problem.refused, compose.problem.change);
  const { project: projectName = '', service } = composeTarget(input);
  const known = 'problem' in compose ? undefined : compose;
  if (service !== undefined && parameters.volumes)
    return refuse(
      'down',
      name,
      'volumes belong to the whole project',
      `take down ${projectName}, or remove a volume by its name`,
    );
  const containers = containerObjects(input, projectName, known, service);
  if (containers.length === 0) return refuse('down', name, 'it has no containers', 'nothing to do');
  const rest =
    service === undefined
      ? [...networkObjects(input, projectName, known), ...volumeObjects(input, projectName, known)]
      : [];
  return {
    action: 'down',
    title: `Take down ${name} (${plural(containers.length, 'container')})`,
    danger: parameters.volumes ? 4 : 3,
    target,
    name,
    objects: [...containers, ...rest],
    warnings: [...alone(compose), ...interruptionWarnings(input, containers), ...warnings(rest)],
    compose: known && {
      project: known.project,
      profiles: known.profiles,
      command: downCommand(parameters, service),
      services: service === undefined ? [...known.config.services.keys()] : [service],
      jobs: [],
      fingerprint: fingerprint(known.hashes),
    },
  };
}

/** Compose has no `down` of one service in all versions; `rm --stop` does the same. */
function downCommand({ volumes }: Flags, service: string | undefined): string[] {
  if (service !== undefined) return ['rm', '--stop', '--force', service];
  return volumes ? ['down', '--volumes'] : ['down'];
}

/** Without the CLI or the files: by the labels, through the engine. */
function alone(compose: ComposeFacts): string[] {
  if (!('problem' in compose)) return [];
  return [
    `Compose cannot be used: ${compose.problem.refused}.`,
    'The engine alone stops and removes what carries the labels of the project.',
  ];
}

/** One after the other in the order of the plan: containers by their dependencies, then networks, then volumes. */
async function downAlone(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { engine } = context;
  const containers = plan.objects.filter(({ kind }) => kind === 'container');
  const steps = await inOrder(containers, 4, context, async (object) => {
    const stopped = object.seen !== undefined && isUp(object.seen) ? [await stopOne(object, context)] : [];
    if (stopped.some(({ ok }) => !ok)) return stopped;
    const how = { force: false, volumes: false };
    return [...stopped, await change(object, 'remove', context, () => engine.remove(object.id, how), isGone)];
  });
  const rest: Step[] = [];
  for (const object of plan.objects) {
    if (object.kind === 'container' || steps.some(({ ok }) => !ok) || context.signal.aborted) continue;
    const remove = () => (object.kind === 'network' ? engine.removeNetwork(object.id) : engine.removeVolume(object.id));
    rest.push(await change(object, `remove ${object.kind}`, context, remove));
  }
  return [...steps, ...rest];
}

function containerObjects(
  input: Input,
  project: string,
  known: ReadFacts | undefined,
  service: string | undefined,
): PlanObject[] {
  const { state, desk, settings } = input;
  const own = [...projectContainers(state, project).values()].filter(({ labels }) => {
    const name = labels['com.docker.compose.service'] ?? '';
    return service === undefined ? (known?.config.services.has(name) ?? true) : name === service;
  });
  return inStopOrder(
    own.map((one) => ({
      ...planObject(one, desk, 'is stopped and removed, with its log', settings),
      ...(isUp(one) ? { interrupted: true as const } : {}),
    })),
    desk,
  );
}

/** Compose 1 does not write the network down that services have by default. */
function isInFile(name: string, { config, modern, project }: ReadFacts): boolean {
  return config.networks.includes(name) || (!modern && name === `${project.name}_default`);
}

function networkObjects({ facts }: Input, project: string, known: ReadFacts | undefined): PlanObject[] {
  return facts.networks
    .filter(({ name, labels }) => labels[PROJECT] === project && (known === undefined || isInFile(name, known)))
    .map(({ id, name }): PlanObject => ({ kind: 'network', id, name, note: 'is removed', inUse: true }));
}

function volumeObjects({ facts, parameters }: Input, project: string, known: ReadFacts | undefined): PlanObject[] {
  if (!parameters.volumes) return [];
  return facts.volumes
    .filter(({ name, labels }) => labels[PROJECT] === project && (known?.config.volumes.includes(name) ?? true))
    .map(({ name }): PlanObject => {
      const size = facts.use?.volumes.find((one) => one.name === name)?.size;
      return {
        kind: 'volume',
        id: name,
        name,
        note: `its data is lost (${size === undefined ? 'size unknown' : bytes(size)})`,
        bytes: size,
      };
    });
}

function warnings(rest: readonly PlanObject[]): string[] {
  const volumes = rest.filter(({ kind }) => kind === 'volume').length;
  return [
    'The logs of its containers and everything that is not in a volume are lost.',
    volumes > 0 ? 'Its volumes are removed: back them up first.' : 'No volume is removed.',
  ];
}
