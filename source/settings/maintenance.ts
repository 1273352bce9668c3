import * as v from 'valibot';
import { bounded, described, text } from './kinds.ts';

/** Guided procedures: what is done in a maintenance window, step by step. */

const period = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?(s|m|h)$/, 'must be a time such as 30s, 10m or 2h'));
const step = (about: string) => v.optional(described(about, text));

const StepFields = v.strictObject({
  notify: v.optional(
    described('A command on this machine, as a list of words.', v.pipe(v.array(v.string()), v.minLength(1))),
  ),
  backup: step('Backs up a volume.'),
  stop: step('Stops a service or project.'),
  start: step('Starts a service or project.'),
  restart: step('Restarts a service or project.'),
  pull: step('Pulls newer images of a service or project.'),
  up: step('Brings a service or project up.'),
  recreate: step('Recreates a service or project.'),
  update: step('Replaces the containers of a service by those of another image; `image` names it.'),
  image: step('The new image of `update`.'),
  rollback: step('Returns a service to the image before its last update.'),
  runbook: step('Runs a runbook; `on` names the service.'),
  on: step('The service of a runbook.'),
  with: v.optional(described('Parameters of a runbook.', v.record(text, v.string()))),
  check: step('Waits until a service, or all services of a project, are ok.'),
  wait: v.optional(described('Waits for a time such as `30s`.', period)),
  ask: step('Stops with this question until somebody continues.'),
  timeout: bounded(1, 86_400, 60, 'Seconds that `notify` or `check` may take.'),
});

/** What a step does, in the order of the documentation; the other fields say how. */
const KINDS = [
  'notify',
  'backup',
  'stop',
  'start',
  'restart',
  'pull',
  'up',
  'recreate',
  'update',
  'rollback',
  'runbook',
  'check',
  'wait',
  'ask',
] as const;

export type StepKind = (typeof KINDS)[number];

export const MaintenanceStep = v.pipe(
  StepFields,
  v.check(
    (one) => KINDS.filter((kind) => one[kind] !== undefined).length === 1,
    `must do one thing: ${KINDS.join(', ')}`,
  ),
  v.check((one) => (one.update === undefined) === (one.image === undefined), '"update" and "image" belong together'),
  v.check((one) => (one.runbook === undefined) === (one.on === undefined), '"runbook" and "on" belong together'),
);

export type MaintenanceStep = v.InferOutput<typeof MaintenanceStep>;

/** What a step does. */
export function kindOf(one: MaintenanceStep): StepKind {
  return KINDS.find((kind) => one[kind] !== undefined) ?? 'ask';
}

const Procedure = v.strictObject({
  help: v.optional(described('One line for the list of procedures.', v.string()), ''),
  services: v.optional(
    described(
      'Services that count as in maintenance meanwhile: names, `project/service` or globs; default: those that its steps act on.',
      v.array(text),
    ),
  ),
  limit: v.optional(described('After this time, problems count as faults again.', period), '4h'),
  steps: described('The steps, in order.', v.pipe(v.array(MaintenanceStep), v.minLength(1, 'must have steps'))),
});

export type Procedure = v.InferOutput<typeof Procedure>;

/** By name. */
export const Procedures = v.record(
  v.pipe(v.string(), v.regex(/^[\w.-]+$/, 'a procedure is named with letters, digits, - and _')),
  Procedure,
);
