import * as v from 'valibot';
import { fingerprint } from '../compose/invocation.ts';
import type { Action, Danger, Plan, PlanInput, PlanObject, Refusal } from './action.ts';
import { type ComposeFacts, composeTarget, readCompose } from './compose-facts.ts';
import { composeObjects, orphans, type ReadFacts, servicesIn } from './compose-plan.ts';
import { runCompose, verifyUp } from './compose-run.ts';
import { interruptionWarnings } from './notes.ts';
import { refuse, targetName } from './targets.ts';

const Flags = v.strictObject({
  build: v.optional(v.pipe(v.boolean(), v.description('build the images first'))),
  pull: v.optional(v.pipe(v.boolean(), v.description('pull newer images first'))),
});
type Flags = v.InferOutput<typeof Flags>;
type Input = PlanInput<Flags, ComposeFacts>;

const upCommand = (flags: Flags, force: boolean, service?: string): string[] => [
  'up',
  '--detach',
  ...(force ? ['--force-recreate'] : []),
  ...(flags.build ? ['--build'] : []),
  ...(flags.pull ? ['--pull', 'always'] : []),
  ...(service === undefined ? [] : [service]),
];

/** `compose up`: creates what is missing, recreates what differs from the file, starts the rest. */
export const up = upAction('up', 'Bring up', 'create, recreate and start according to the compose file', false);

/** `compose up --force-recreate`: the same containers again, from the file. */
export const recreate = upAction(
  'recreate',
  'Recreate',
  'replace the containers by new ones from the compose file',
  true,
);

function upAction(name: string, title: string, help: string, force: boolean): Action<Flags, ComposeFacts> {
  return {
    name,
    title,
    help,
    danger: 2,
    interrupts: true,
    on: ['service', 'project'],
    parameters: Flags,
    ...(force ? {} : { key: { id: 'up', keys: ['u'], hint: 'up', help: 'compose up' } }),
    prepare: (input) => readCompose(input, (service) => upCommand(input.parameters, force, service)),
    plan: (input) => planUp(input, { name, title, force }),
    run: runCompose,
    verifiesFailures: true,
    verify: verifyUp,
  };
}

function planUp(
  input: Input,
  { name: action, title, force }: { name: string; title: string; force: boolean },
): Plan | Refusal {
  const { state, desk, target, facts, parameters } = input;
  const name = targetName(state, desk, target);
  if ('problem' in facts) return refuse(action, name, facts.problem.refused, facts.problem.change);
  const { service } = composeTarget(input);
  if (service !== undefined && !facts.config.services.has(service))
    return refuse(
      action,
      name,
      `its compose file has no service ${service}`,
      `check ${facts.project.files.join(', ')}`,
    );
  const services = servicesIn(facts, service);
  const objects = composeObjects(input, facts, services, force);
  if (objects.length === 0 && !parameters.build && !parameters.pull)
    return refuse(action, name, 'everything matches the file', 'change the file, or recreate it');
  const { project, profiles } = facts;
  const command = upCommand(parameters, force, service);
  return {
    action,
    title: `${title} ${name} (${objects.length === 1 ? '1 change' : `${objects.length} changes`})`,
    danger: dangerOf(objects),
    target,
    name,
    objects,
    warnings: [...interruptionWarnings(input, objects), ...warnings(input, facts, objects)],
    compose: {
      project,
      profiles,
      command,
      services,
      jobs: jobsOf(input, facts),
      fingerprint: fingerprint(facts.hashes),
    },
  };
}

/** Nothing that exists is touched when containers are only created or started. */
function dangerOf(objects: readonly PlanObject[]): Danger {
  return objects.every(({ fresh, note }) => fresh || note === 'starts') ? 1 : 2;
}

function jobsOf({ desk }: Input, { project }: ReadFacts): readonly string[] {
  return desk.services.filter((one) => one.project === project.name && one.job).map(({ name }) => name);
}

function warnings(input: Input, facts: ReadFacts, objects: readonly PlanObject[]): string[] {
  const stray = orphans(input, facts);
  const lost = objects.filter(({ note }) => note.startsWith('is recreated'));
  return [
    ...(lost.length === 0 ? [] : ['A recreated container loses its log and everything outside its volumes.']),
    ...(stray.length === 0 ? [] : [`Not in the file, left alone: ${stray.join(', ')}.`]),
    ...(facts.changes ? [] : ['This compose CLI has no dry run: the plan follows from the file and the containers.']),
    `Files: ${facts.project.files.join(', ')}.`,
  ];
}
