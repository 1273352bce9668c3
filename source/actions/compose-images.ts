import { fingerprint } from '../compose/invocation.ts';
import { parseReference } from '../engine/parse/reference.ts';
import { plural } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, Refusal, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { type ComposeFacts, type ComposeTrouble, composeTarget, readCompose } from './compose-facts.ts';
import { servicesIn } from './compose-plan.ts';
import { runCompose } from './compose-run.ts';
import { ON_CONTAINERS } from './lifecycle.ts';
import { pullWithProgress } from './pull-image.ts';
import { inOrder } from './schedule.ts';
import { containersOf, refuse, targetName } from './targets.ts';

/** `compose pull`: newer images; the containers keep the old ones until they are recreated. */
export const pull = imageAction(
  'pull',
  'Pull the images of',
  'pull newer images; containers keep theirs until they are recreated',
);

/** `compose build`: images from their build contexts. */
export const build = imageAction(
  'build',
  'Build the images of',
  'build images; containers keep theirs until they are recreated',
);

function imageAction(name: 'pull' | 'build', title: string, help: string): Action<unknown, ComposeFacts> {
  return {
    name,
    title,
    help,
    danger: 1,
    on: name === 'pull' ? ON_CONTAINERS : ['service', 'project'],
    prepare: (input) => readCompose(input),
    plan(input) {
      const { state, desk, target, facts } = input;
      const shown = targetName(state, desk, target);
      if ('problem' in facts) return withoutCompose(input, name, facts.problem);
      const { service } = composeTarget(input);
      const { project, profiles, config, hashes, images } = facts;
      const services = servicesIn(facts, service).filter(
        (one) => (config.services.get(one)?.build ?? false) === (name === 'build'),
      );
      if (services.length === 0) {
        const refused = name === 'build' ? 'none of its services is built here' : 'all of its services are built here';
        return refuse(name, shown, refused, name === 'build' ? 'pull it' : 'build it');
      }
      const objects = services.map((one): PlanObject => {
        const image = config.services.get(one)?.image ?? `${project.name}-${one}`;
        const now = images.get(image);
        return {
          kind: 'image',
          id: `new:${image}`,
          name: image,
          note: now ? `now ${now.slice(0, 19)}` : 'not on the engine',
          fresh: true,
        };
      });
      return {
        action: name,
        title: `${title} ${shown} (${plural(services.length, 'image')})`,
        danger: 1,
        target,
        name: shown,
        objects: [...new Map(objects.map((object) => [object.id, object])).values()],
        confirm: true,
        warnings: ['Containers keep their image until they are recreated: bring it up afterwards.'],
        compose: {
          project,
          profiles,
          command: [name, ...services],
          services,
          jobs: [],
          fingerprint: fingerprint(hashes),
        },
      };
    },
    output: true,
    run: (plan, context) => (plan.compose ? runCompose(plan, context) : pullEach(plan, context)),
    async verify(plan, { engine, signal }) {
      const tags = new Map(
        (await engine.images({ signal })).flatMap((image) => image.tags.map((tag) => [tag, image.id])),
      );
      const texts = plan.objects.map(({ name: image, note }) => {
        const id = tags.get(image) ?? tags.get(`${image}:latest`);
        if (id === undefined) return { ok: false, text: `${image} is not on the engine` };
        return {
          ok: true,
          text: note.includes(id.slice(0, 19)) ? `${image} is unchanged` : `${image} is now ${id.slice(7, 19)}`,
        };
      });
      return { ok: texts.every(({ ok }) => ok), text: texts.map(({ text }) => text).join('; ') };
    },
  };
}

function withoutCompose(
  input: PlanInput<unknown, unknown>,
  action: 'pull' | 'build',
  { refused, change, missing }: ComposeTrouble,
): Plan | Refusal {
  const possible = action === 'pull' && (missing || composeTarget(input).project === undefined);
  const plan = possible ? pullAlone(input, missing ? refused : undefined) : undefined;
  return plan ?? refuse(action, targetName(input.state, input.desk, input.target), refused, change);
}

/** Without compose the engine pulls the images that the containers name; `why` says why compose does not do it. */
function pullAlone(input: PlanInput<unknown, unknown>, why: string | undefined): Plan | undefined {
  const { state, desk, target } = input;
  const containers = containersOf(state, desk, target);
  const named = [...new Map(containers.map(({ image, imageId }) => [image, imageId]))];
  // One that was started from an id has no name to pull by.
  const pulled = named.filter(([image]) => parseReference(image) !== undefined && !image.startsWith('sha256:'));
  if (pulled.length === 0) return undefined;
  const name = targetName(state, desk, target);
  return {
    action: 'pull',
    title: `Pull the images of ${name} (${plural(pulled.length, 'image')})`,
    danger: 1,
    target,
    name,
    objects: pulled.map(
      ([image, id]): PlanObject => ({
        kind: 'image',
        id: `new:${image}`,
        name: image,
        note: `now ${id.slice(0, 19)}`,
        fresh: true,
      }),
    ),
    confirm: true,
    warnings: [
      ...(why === undefined
        ? []
        : [`Compose cannot be used: ${why}. The engine pulls the images that the containers name.`]),
      'Containers keep their image until they are replaced: update them afterwards.',
    ],
  };
}

function pullEach(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  return inOrder(plan.objects, 1, context, async (object) => [
    await step(object, 'pull', context, () => pullWithProgress(object.name, context)),
  ]);
}
