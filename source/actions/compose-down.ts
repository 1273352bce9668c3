import * as v from 'valibot';
import { fingerprint } from '../compose/invocation.ts';
import type { DiskUse, NetworkFacts, VolumeFacts } from '../engine/facts.ts';
import { isUp } from '../lib/container-state.ts';
import { bytes } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, Refusal } from './action.ts';
import { type ComposeFacts, composeTarget, projectContainers, readCompose } from './compose-facts.ts';
import type { ReadFacts } from './compose-plan.ts';
import { runCompose, verifyGone } from './compose-run.ts';
import { interruptionWarnings } from './notes.ts';
import { inStopOrder } from './order.ts';
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
  run: runCompose,
  verifiesFailures: true,
  verify: verifyGone,
};

function planDown(input: Input): Plan | Refusal {
  const { state, desk, target, parameters, facts } = input;
  const name = targetName(state, desk, target);
  const { compose } = facts;
  if ('problem' in compose) return refuse('down', name, compose.problem.refused, compose.problem.change);
  const { service } = composeTarget(input);
  if (service !== undefined && parameters.volumes)
    return refuse(
      'down',
      name,
      'volumes belong to the whole project',
      `take down ${compose.project.name}, or remove a volume by its name`,
    );
  const containers = containerObjects(input, compose, service);
  if (containers.length === 0) return refuse('down', name, 'it has no containers', 'nothing to do');
  const rest = service === undefined ? [...networkObjects(input, compose), ...volumeObjects(input, compose)] : [];
  const { project, profiles, hashes } = compose;
  return {
    action: 'down',
    title: `Take down ${name} (${containers.length === 1 ? '1 container' : `${containers.length} containers`})`,
    danger: parameters.volumes ? 4 : 3,
    target,
    name,
    objects: [...containers, ...rest],
    warnings: [...interruptionWarnings(input, containers), ...warnings(rest)],
    compose: {
      project,
      profiles,
      command: downCommand(parameters, service),
      services: [],
      jobs: [],
      fingerprint: fingerprint(hashes),
    },
  };
}

/** Compose has no `down` of one service in all versions; `rm --stop` does the same. */
function downCommand({ volumes }: Flags, service: string | undefined): string[] {
  if (service !== undefined) return ['rm', '--stop', '--force', service];
  return volumes ? ['down', '--volumes'] : ['down'];
}

function containerObjects(input: Input, { project, config }: ReadFacts, service: string | undefined): PlanObject[] {
  const { state, desk, settings } = input;
  const own = [...projectContainers(state, project.name).values()].filter(({ labels }) => {
    const name = labels['com.docker.compose.service'] ?? '';
    return service === undefined ? config.services.has(name) : name === service;
  });
  return inStopOrder(
    own.map((one) => ({
      ...planObject(one, desk, 'is stopped and removed, with its log', settings),
      ...(isUp(one) ? { interrupted: true as const } : {}),
    })),
    desk,
  );
}

function networkObjects({ facts }: Input, { project, config }: ReadFacts): PlanObject[] {
  return facts.networks
    .filter(({ name, labels }) => labels[PROJECT] === project.name && config.networks.includes(name))
    .map(({ id, name }): PlanObject => ({ kind: 'network', id, name, note: 'is removed' }));
}

function volumeObjects({ facts, parameters }: Input, { project, config }: ReadFacts): PlanObject[] {
  if (!parameters.volumes) return [];
  return facts.volumes
    .filter(({ name, labels }) => labels[PROJECT] === project.name && config.volumes.includes(name))
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
