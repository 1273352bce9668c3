import { LABEL, serviceName } from '../desk/identity.ts';
import { borrowersOf } from '../desk/namespaces.ts';
import type { ContainerFacts, ImageFacts } from '../engine/facts.ts';
import { parseReference } from '../engine/parse/reference.ts';
import { isUp } from '../lib/container-state.ts';
import { duration } from '../lib/format.ts';
import type { Plan, PlanInput, PlanObject, Refusal } from './action.ts';
import { STABLE_MS } from './back.ts';
import { needOf } from './capacity.ts';
import { marksOfService } from './marks.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { rollbackRepository } from './rollback-image.ts';
import { containersOf, planObject, refuse, servicesOf, targetName } from './targets.ts';
import { imageOf, type UpdateFacts } from './update-facts.ts';

export type Wanted = {
  action: 'update' | 'rollback';
  image: string;
  /** Ask the registry also for an image that the engine has. */
  pull?: boolean;
  /** Leave the new container where it does not become healthy. */
  keep?: boolean;
};

/** Replaces the containers of one service by containers of another image, one at a time. */
export function planUpdate(input: PlanInput<unknown, UpdateFacts>, wanted: Wanted): Plan | Refusal {
  const { state, desk, target, settings, facts } = input;
  const { action, image } = wanted;
  const name = targetName(state, desk, target);
  const no = (refused: string, change: string) => refuse(action, name, refused, change);
  const containers = containersOf(state, desk, target);
  const services = servicesOf(state, desk, target);
  const [service] = services;
  if (service?.kind === 'swarm')
    return no('Swarm manages these tasks', 'update the service itself, so that Swarm rolls it');
  if (service === undefined || containers.length === 0) return no('it has no containers', 'bring it up first');
  const present = imageOf(image, facts.images);
  if (present === undefined && parseReference(image) === undefined)
    return no(`"${image}" is not the name of an image`, 'give it as REPOSITORY:TAG or REPOSITORY@sha256:…');
  const pull = wanted.pull === true || present === undefined;
  const changing = pull ? containers : containers.filter(({ imageId }) => imageId !== present.id);
  if (changing.length === 0)
    return no(
      `it runs this image already (${short(present?.id)})`,
      'choose another tag, or ask the registry with --pull',
    );
  const obstacle = obstacleOf(changing, state.containers.values());
  if (obstacle) return no(obstacle.refused, obstacle.change);
  const scope = { state, desk, target, services, containers: changing, others: [], settings };
  const objects = changing.map((container, wave): PlanObject => {
    const object = planObject(container, desk, '', settings);
    return {
      ...object,
      note: noteOf(container, object, image),
      wave,
      expect: { state: container.state },
      interrupted: true,
      ...(isUp(container) ? { need: needOf(container) } : {}),
    };
  });
  return {
    action,
    title: `${action === 'update' ? 'Update' : 'Roll back'} ${name} to ${image} (${count(changing)})`,
    danger: 2,
    target,
    name,
    objects: [...(pull ? [pulled(image, present)] : []), ...objects],
    warnings: [
      ...afterwards(changing, wanted, settings.stableMs),
      ...fileWarnings(changing, facts, image),
      ...outageWarnings(scope),
      ...(changing.length === 1 && marksOfService(service, settings).singleBy === undefined
        ? ['A single container is down from its stop until the new one is up.']
        : []),
      'Their logs and what they wrote outside of volumes go with the old containers.',
    ],
    options: {
      image,
      ...(present === undefined || pull ? {} : { imageId: present.id }),
      pull,
      keep: wanted.keep === true,
      repository: rollbackRepository(serviceName(service)),
      stableMs: settings.stableMs ?? STABLE_MS,
      ...(settings.verifyMs === undefined ? {} : { verifyMs: settings.verifyMs }),
      ...(facts.file?.hash === undefined ? {} : { hash: facts.file.hash }),
    },
  };
}

function count({ length }: readonly unknown[]): string {
  return length === 1 ? '1 container' : `${length} containers, one at a time`;
}

function short(id = ''): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

function pulled(image: string, present: ImageFacts | undefined): PlanObject {
  const note = present ? `is pulled again (now ${short(present.id)})` : 'is pulled: it is not on the engine';
  return { kind: 'image', id: `new:${image}`, name: image, note, fresh: true };
}

function noteOf(container: ContainerFacts, object: PlanObject, image: string): string {
  const from = `${container.image} (${short(container.imageId)}) -> ${image}`;
  if (!isUp(container)) return `${from}; is ${container.state}: replaced, not started`;
  return `${from}; ${stopNote(container, object)}`;
}

/** What cannot come back after its replacement. */
function obstacleOf(
  containers: readonly ContainerFacts[],
  all: Iterable<ContainerFacts>,
): { refused: string; change: string } | undefined {
  const everyone = [...all];
  for (const container of containers) {
    if (container.state === 'paused') return { refused: `${container.name} is paused`, change: 'continue it first' };
    if (container.detail?.autoRemove)
      return {
        refused: `${container.name} was started with --rm: stopping it removes it, and nothing could be rolled back`,
        change: 'start it again by hand with the new image',
      };
    const borrowers = borrowersOf(container, everyone).map((one) => one.container.name);
    if (borrowers.length > 0)
      return {
        refused: `${borrowers.join(', ')} ${borrowers.length === 1 ? 'uses' : 'use'} a namespace of ${container.name} and cannot start without this very container`,
        change: 'change the compose file and bring the whole project up',
      };
  }
  return undefined;
}

/** What happens when all goes well, and when not. */
function afterwards(containers: readonly ContainerFacts[], { keep }: Wanted, stableMs = STABLE_MS): string[] {
  const unchecked = containers.filter(({ health }) => health === 'none');
  const check = unchecked.length === 0 ? [] : [`Without a health check, well means running for ${duration(stableMs)}.`];
  return [
    keep
      ? 'A new container that does not become healthy is kept for you to look at; "rollback" then goes back.'
      : 'If a new container does not become healthy, all are rolled back to the old containers (--keep keeps the new one).',
    ...check,
    `The old image is kept under a rollback tag: "rollback" goes back to it later.`,
  ];
}

function fileWarnings(containers: readonly ContainerFacts[], { file }: UpdateFacts, image: string): string[] {
  if (!containers.some(({ labels }) => labels[LABEL.project] !== undefined)) return [];
  if (file === undefined)
    return ['The compose file was not read: if it names another image, the next up brings that one back.'];
  if (file.image === image) return [];
  const named = file.image ?? 'an image that is built';
  return [`${file.files.join(', ')} still names ${named}: the next up brings it back. Change the file too.`];
}
