import * as v from 'valibot';
import { deriveDesk } from '../desk/derive.ts';
import { errorMessage } from '../lib/error.ts';
import { parseDuration } from '../lib/format.ts';
import type { Action, Choice, Danger, Plan, PlanInput, PlanObject, PrepareInput, Refusal } from './action.ts';
import { lockHolder } from './audit/lock.ts';
import { draft, isRefusal } from './draft.ts';
import { runSteps } from './maintenance/run.ts';
import { currentStep, type ProcedureState, readState, type StepState, stateFile } from './maintenance/state.ts';
import { patternsOf, reverseOf, stepText, workOf } from './maintenance/steps.ts';
import { resolveTarget } from './resolve.ts';
import { refuse } from './targets.ts';

const NAME = 'maintenance';

const Parameters = v.strictObject({
  skip: v.optional(v.pipe(v.boolean(), v.description('skip the current step and continue'))),
  abort: v.optional(v.pipe(v.boolean(), v.description('end it and undo it: what it stopped is started again'))),
});
type Parameters = v.InferOutput<typeof Parameters>;

/** What the next step does, or why it cannot be planned now. */
type Preview = { plan?: Plan; refused?: string };

type Facts = {
  path: string;
  /** As it would be at the beginning of the run. */
  state?: ProcedureState;
  problem?: { refused: string; change: string };
  /** It goes on with one that was begun before. */
  resumed: boolean;
  previews: readonly (Preview | undefined)[];
};
type Input = PlanInput<Parameters, Facts>;

/** A guided procedure of the settings: its steps in order, each as an action with its own plan, guards and record. */
export const maintenance: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Maintenance',
  help: 'run a guided procedure, or continue it',
  danger: 1,
  on: ['procedure'],
  interrupts: true,
  output: true,
  parameters: Parameters,
  choices,
  prepare,
  plan: planProcedure,
  async run(plan, context) {
    if (!plan.procedure) return [];
    return runSteps(plan.procedure.path, structuredClone(plan.procedure.state), context);
  },
  verifiesFailures: true,
  async verify(plan, _context, steps) {
    const state = plan.procedure && (await readState(plan.procedure.path));
    const last = steps.at(-1);
    if (!state || last?.ok === false) return { ok: false, text: GO_ON };
    const at = currentStep(state);
    if (at === undefined)
      return {
        ok: true,
        text:
          state.phase === 'aborted'
            ? 'aborted; its reverse steps are done'
            : `all ${state.steps.length} steps are done`,
      };
    const { step, state: how } = state.steps[at] ?? {};
    if (how === 'waiting')
      return { ok: true, text: `step ${at + 1} of ${state.steps.length} asks: ${step?.ask} Run it again to continue.` };
    return { ok: false, text: `is at step ${at + 1} of ${state.steps.length}` };
  },
};

const GO_ON = 'run it again to retry that step, with --skip to skip it, or with --abort to end and undo it';

/** What can be done with one procedure, from its row. */
function choices({ target }: Pick<Input, 'target'>): Choice[] {
  if (target.kind !== 'procedure') return [];
  return [
    { words: [], help: 'run it, or continue it', danger: 2 },
    { words: ['--skip'], help: 'skip the current step and continue', danger: 2 },
    { words: ['--abort'], help: 'end it and undo it: what it stopped is started again', danger: 2 },
  ];
}

async function prepare(input: PrepareInput<Parameters>): Promise<Facts> {
  const { target, engine, tools, parameters } = input;
  const path = stateFile(tools.stateDirectory, target.id, engine.id);
  const none = { path, resumed: false, previews: [] };
  const no = (refused: string, change: string) => ({ ...none, problem: { refused, change } });
  try {
    const holder = await lockHolder(`${path}.lock`);
    if (holder) return no(`process ${holder} is running it`, 'wait until it has ended');
    const before = await readState(path);
    const open = before?.phase === 'open' ? before : undefined;
    const state = open ? resumed(open, parameters) : begun(input);
    if (!state || 'refused' in state) return { ...none, problem: state };
    return { path, state, resumed: open !== undefined, previews: await previewsOf(state, input) };
  } catch (error) {
    return no(errorMessage(error), 'check that file');
  }
}

function begun({
  target,
  settings,
  tools,
  engine,
  parameters,
}: PrepareInput<Parameters>): ProcedureState | Facts['problem'] {
  const procedure = settings.maintenance?.[target.id];
  if (!procedure) {
    const names = Object.keys(settings.maintenance ?? {}).join(', ');
    const change = names === '' ? 'write one under "maintenance" in the settings' : `there are ${names}`;
    return { refused: `there is no procedure "${target.id}"`, change };
  }
  if (parameters.skip || parameters.abort)
    return { refused: 'it is not under way', change: 'run it without --skip and --abort' };
  const at = tools.wallTime();
  return {
    schema: 1,
    name: target.id,
    engine: engine.id,
    startedAt: at,
    until: at + (parseDuration(procedure.limit, 'h') ?? 0),
    services: procedure.services ?? patternsOf(procedure.steps),
    phase: 'open',
    steps: procedure.steps.map((step) => ({ step, state: 'pending' })),
  };
}

/** Where it goes on: the answer to a question, a step that failed or was cut off again, or its reverse steps. */
function resumed(before: ProcedureState, { skip, abort }: Parameters): ProcedureState | Facts['problem'] {
  const state = structuredClone(before);
  const at = currentStep(state);
  const current = at === undefined ? undefined : state.steps[at];
  if (abort)
    return state.aborting
      ? { refused: 'it is being aborted already', change: 'run it without --abort to continue that' }
      : aborted(state);
  if (current && skip) Object.assign(current, { state: 'skipped', result: `skipped (it was ${current.state})` });
  else if (current?.state === 'waiting') Object.assign(current, { state: 'done', result: 'confirmed' });
  return state;
}

/** What is left is skipped; what was done, or was under way, is undone in the reverse order. */
function aborted(state: ProcedureState): ProcedureState {
  const touched = state.steps.filter(({ state: how }) => how === 'done' || how === 'failed' || how === 'running');
  // What a later step has started again needs no reverse.
  const started = new Set(
    touched.flatMap(({ step, state: how }) => (how === 'done' && step.start ? [step.start] : [])),
  );
  const reverse = touched
    .flatMap(({ step, state: how }) => (step.update && how === 'failed' ? [] : (reverseOf(step) ?? [])))
    .filter(({ start }) => !started.has(start ?? ''));
  const left = state.steps.map(
    (one): StepState =>
      one.state === 'done' || one.state === 'skipped'
        ? one
        : { ...one, state: 'skipped', result: `aborted (it was ${one.state})` },
  );
  const more = reverse.toReversed().map((step): StepState => ({ step, state: 'pending' }));
  return { ...state, aborting: true, steps: [...left, ...more] };
}

/** Plans what is still to be done, as far as that can be said now. */
async function previewsOf({ steps }: ProcedureState, input: PrepareInput<Parameters>): Promise<Facts['previews']> {
  const { engine, tools, state, desk, settings, signal } = input;
  const source = { engine, tools, state, buildDesk: deriveDesk };
  return Promise.all(
    steps.map(async ({ step, state: how }): Promise<Preview | undefined> => {
      const work = workOf(step);
      if (!work || how === 'done' || how === 'skipped') return undefined;
      const target = resolveTarget(work.action, work.target, state, desk);
      if ('refused' in target) return { refused: target.refused };
      const made = await draft({ action: work.action, target, parameters: work.parameters }, source, settings, signal);
      return isRefusal(made) ? { refused: made.refused } : { plan: made };
    }),
  );
}

function planProcedure({ target, parameters, facts }: Input): Plan | Refusal {
  const { state, problem, previews, path } = facts;
  if (!state) return refuse(NAME, target.id, problem?.refused ?? 'it cannot be read', problem?.change ?? '');
  const at = currentStep(state);
  const doing = parameters.abort ? 'Abort' : facts.resumed ? 'Continue' : 'Start';
  const where = at === undefined ? 'nothing is left to do' : `step ${at + 1} of ${state.steps.length}`;
  const [asked] = facts.resumed ? state.steps.filter(({ result }) => result === 'confirmed').slice(-1) : [];
  const work = previews.flatMap(
    (preview, index) => preview?.plan?.danger ?? workOf(state.steps[index]?.step ?? NOTHING)?.action.danger ?? 1,
  );
  return {
    action: NAME,
    title: `${doing} maintenance ${target.id}: ${where}`,
    danger: Math.max(1, ...work) as Danger,
    target,
    name: target.id,
    objects: state.steps.flatMap((one, index) => objectsOf(one, index, previews[index])),
    warnings: [
      ...(asked ? [`You confirm: ${asked.step.ask}`] : []),
      `In maintenance until it ends, ${new Date(state.until).toISOString()} at the latest: ${state.services.join(', ') || 'nothing'}.`,
      ...state.steps.flatMap(({ state: how, step }) =>
        how === 'running' ? [`"${stepText(step)}" was interrupted: it runs again.`] : [],
      ),
    ],
    procedure: { path, state },
    confirm: true,
  };
}

const NOTHING = { ask: '', timeout: 60 };

/** The step, then what it will touch as far as that is known. */
function objectsOf({ step, state, result }: StepState, index: number, preview: Preview | undefined): PlanObject[] {
  const over = state === 'done' || state === 'skipped';
  const soon = preview?.refused === undefined ? '' : `not possible yet: ${preview.refused}`;
  const own: PlanObject = {
    kind: 'step',
    id: `step ${index + 1}`,
    name: `${index + 1}. ${stepText(step)}`,
    note: over ? `${state}${result ? `: ${result}` : ''}` : (preview?.plan?.title ?? soon),
  };
  if (over) return [own];
  // They are read again before each step: what is so by then counts.
  const touched = (preview?.plan?.objects ?? []).map(
    ({ expect: _expect, seen: _seen, after: _after, wave: _wave, ...object }) => ({
      ...object,
      note: `   ${object.note}`,
    }),
  );
  return [own, ...touched];
}
