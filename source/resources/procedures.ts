import { currentStep, type ProcedureState, type StepState } from '../actions/maintenance/state.ts';
import { stepText } from '../actions/maintenance/steps.ts';
import { age, duration } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Tone } from '../ui/theme.ts';
import type { KnownProcedure, Resource } from './resource.ts';

/** One step of a procedure, as the settings have it or as it is being done. */
type Row = { name: string; at: number; of: number; step: StepState; phase: string };

/** Steps of what is under way or was done last; of what was never begun those of the settings. */
export function stepRows(known: readonly KnownProcedure[]): Row[] {
  return known.flatMap(({ name, procedure, state }) => {
    const steps = state?.steps ?? (procedure?.steps ?? []).map((step): StepState => ({ step, state: 'pending' }));
    const phase = state ? phaseOf(state) : 'not started';
    return steps.map((step, index) => ({ name, at: index + 1, of: steps.length, step, phase }));
  });
}

function phaseOf(state: ProcedureState): string {
  const at = currentStep(state);
  if (state.phase !== 'open' || at === undefined) return state.phase;
  const how = state.steps[at]?.state;
  const words = how === 'waiting' ? 'waits for an answer' : how === 'failed' ? 'failed' : 'under way';
  return `${state.aborting ? 'being aborted' : words} at ${at + 1}/${state.steps.length}`;
}

const TONES: Readonly<Record<StepState['state'], Tone>> = {
  pending: 'dim',
  running: 'busy',
  waiting: 'warn',
  done: 'good',
  failed: 'bad',
  skipped: 'dim',
};

function took({ startedAt, endedAt, state }: StepState, now: number): string {
  if (startedAt === undefined) return '';
  if (endedAt !== undefined) return duration(endedAt - startedAt);
  return state === 'running' ? age(now - startedAt) : '';
}

/** Guided procedures step by step, with how each step ended and how long it took. */
export const procedures: Resource<Row> = {
  name: 'maintenance',
  title: 'Maintenance',
  aliases: ['maintenance', 'procedures'],
  sort: { column: 'name', descending: false },
  empty: 'No procedure: write one under "maintenance" in the settings.',
  id: ({ name, at }) => `${name} ${at}`,
  nameOf: ({ name }) => safe(name),
  faulty: ({ step }) => step.state === 'failed',
  own: true,
  on: ['procedure'],
  everyMs: 1000,
  fetch: async ({ procedures: read }) => stepRows(await read()),
  target: ({ name }) => ({ kind: 'procedure', id: name }),
  enter: ({ name, step, at, of }) => ({
    open: 'text',
    name: safe(`${name} ${at}`),
    lines: [
      `step ${at} of ${of}: ${stepText(step.step)}`,
      `state  ${step.state}`,
      ...(step.startedAt === undefined ? [] : [`begun  ${new Date(step.startedAt).toISOString()}`]),
      ...(step.endedAt === undefined ? [] : [`ended  ${new Date(step.endedAt).toISOString()}`]),
      ...(step.result === undefined ? [] : [`result ${step.result}`]),
    ].map(safe),
  }),
  columns: [
    {
      id: 'name',
      title: 'PROCEDURE',
      width: 12,
      grow: { max: 30 },
      rank: 0,
      value: ({ name }) => safe(name),
      sort: ({ name, at }) => `${name} ${String(at).padStart(4, '0')}`,
    },
    { id: 'phase', title: 'PHASE', width: 10, grow: { max: 30 }, rank: 3, searched: true, value: ({ phase }) => phase },
    {
      id: 'step',
      title: 'STEP',
      width: 20,
      grow: { max: 60 },
      rank: 0,
      searched: true,
      value: ({ at, step }) => safe(`${at}. ${stepText(step.step)}`),
    },
    {
      id: 'state',
      title: 'STATE',
      width: 8,
      rank: 0,
      value: ({ step }) => step.state,
      tone: ({ step }) => TONES[step.state],
    },
    {
      id: 'took',
      title: 'TOOK',
      width: 7,
      align: 'right',
      rank: 1,
      live: true,
      value: ({ step }, { state }) => took(step, state.now),
    },
    {
      id: 'result',
      title: 'RESULT',
      width: 16,
      grow: { max: 80 },
      rank: 2,
      searched: true,
      value: ({ step }) => safe(step.result ?? ''),
    },
  ],
};
