import * as v from 'valibot';
import { fingerprint } from '../compose/invocation.ts';
import { plural } from '../lib/format.ts';
import type { Action, Danger, Plan, PlanInput, PlanObject, Refusal } from './action.ts';
import { STABLE_MS } from './back.ts';
import { type ComposeFacts, type ComposeTrouble, composeTarget, readCompose } from './compose-facts.ts';
import { composeObjects, orphans, type ReadFacts, servicesIn } from './compose-plan.ts';
import { runCompose, verifyUp } from './compose-run.ts';
import { interruptionWarnings } from './notes.ts';
import { start } from './start.ts';
import { refuse, targetName } from './targets.ts';

const Flags = v.strictObject({
  build: v.optional(v.pipe(v.boolean(), v.description('build the images first'))),
  pull: v.optional(v.pipe(v.boolean(), v.description('pull newer images first'))),
});
type Flags = v.InferOutput<typeof Flags>;
type Input = PlanInput<Flags, ComposeFacts>;

const upCommand = (flags: Flags, force: boolean, service?: string, alone = false): string[] => [
  'up',
  '--detach',
  ...(force ? ['--force-recreate'] : []),
  ...(flags.build ? ['--build'] : []),
  ...(flags.pull ? ['--pull', 'always'] : []),
  ...(alone ? ['--no-deps'] : []),
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
    output: true,
    run: (plan, context) => (plan.compose ? runCompose(plan, context) : start.run(plan, context)),
    verifiesFailures: true,
    verify: (plan, context, steps) => (plan.compose ? verifyUp(plan, context) : start.verify(plan, context, steps)),
  };
}

function planUp(
  input: Input,
  { name: action, title, force }: { name: string; title: string; force: boolean },
): Plan | Refusal {
  const { state, desk, target, facts, parameters } = input;
  const name = targetName(state, desk, target);
  if ('problem' in facts) {
    const alone = facts.problem.missing && !force ? startAlone(input, facts.problem) : undefined;
    return alone ?? refuse(action, name, facts.problem.refused, facts.problem.change);
  }
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
  const { project, profiles, modern } = facts;
  // Compose 1 would recreate what it depends on, too.
  const command = upCommand(parameters, force, service, force && service !== undefined && !modern);
  return {
    action,
    title: `${title} ${name} (${plural(objects.length, 'change')})`,
    danger: dangerOf(objects),
    target,
    name,
    objects,
    warnings: [...interruptionWarnings(input, objects), ...warnings(input, facts, objects)],
    options: { stableMs: input.settings.stableMs ?? STABLE_MS },
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

/** Without the CLI or the files the engine can still start what exists, in the order of the dependencies. */
function startAlone(input: Input, { refused, change }: ComposeTrouble): Plan | undefined {
  const plan = start.plan({ ...input, parameters: {}, facts: undefined });
  if ('refused' in plan) return undefined;
  return {
    ...plan,
    action: 'up',
    title: plan.title.replace(/^Start/, 'Start what exists of'),
    warnings: [
      `Compose cannot be used: ${refused}.`,
      'Existing containers are started as they are; nothing is created, recreated or updated.',
      `To bring it up from its file: ${change}.`,
      ...plan.warnings,
    ],
  };
}

/** Nothing that exists is touched when containers are only created or started. */
function dangerOf(objects: readonly PlanObject[]): Danger {
  return objects.every(({ fresh, note }) => fresh || note === 'starts') ? 1 : 2;
}

function jobsOf({ desk }: Input, { project }: ReadFacts): readonly string[] {
  return desk.services.filter((one) => one.project === project.name && one.job).map(({ name }) => name);
}

/** The trap of a mounted file that is missing: a directory takes its place, and the program finds no file. */
function trapWarnings({ absent }: ReadFacts): string[] {
  return absent.map(
    ({ service, source, target }) =>
      `${source} does not exist: Docker makes a directory of it and mounts that at ${target} of ${service}. Create it first if it should be a file.`,
  );
}

function warnings(input: Input, facts: ReadFacts, objects: readonly PlanObject[]): string[] {
  const stray = orphans(input, facts);
  const lost = objects.filter(({ note }) => note.startsWith('is recreated'));
  const changed = new Set(objects.flatMap(({ need, name }) => (need ? [name] : [])));
  return [
    ...(changed.size === 0 ? [] : trapWarnings(facts)),
    ...(lost.length === 0 ? [] : ['A recreated container loses its log and everything outside its volumes.']),
    ...(stray.length === 0 ? [] : [`Not in the file, left alone: ${stray.join(', ')}.`]),
    ...(facts.changes ? [] : ['Without a dry run of compose the plan follows from the file and the containers.']),
    `Files: ${facts.project.files.join(', ')}.`,
  ];
}
