import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deriveDesk } from '../../desk/derive.ts';
import { isWell } from '../../desk/levels.ts';
import { isUp } from '../../lib/container-state.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { duration, parseDuration } from '../../lib/format.ts';
import { kindOf, type MaintenanceStep } from '../../settings/maintenance.ts';
import type { RunContext, Step } from '../action.ts';
import { withLock } from '../audit/lock.ts';
import { resolveTarget } from '../resolve.ts';
import { containersOf, servicesOf } from '../targets.ts';
import { currentStep, type ProcedureState, type StepState, writeState } from './state.ts';
import { stepText, workOf } from './steps.ts';

/** How often a check looks (ms). */
const LOOK_MS = 1000;

/** What came of a step: `waiting` is for an answer. */
type StepEnd = { state: 'done' | 'failed' | 'waiting'; text: string };

/**
 * Does the steps of a procedure from where it stands until its end, a failure, a question or a cancel. Every change is on disk
 * before what follows begins, so that a console that is killed at any moment can be followed by another one.
 */
export async function runSteps(path: string, state: ProcedureState, context: RunContext): Promise<readonly Step[]> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return withLock(`${path}.lock`, async () => {
    const taken: Step[] = [];
    for (let at = currentStep(state); at !== undefined; at = currentStep(state)) {
      const step = state.steps[at];
      if (!step || context.signal.aborted) break;
      const done = await take(path, state, at, context);
      taken.push(done);
      if (step.state !== 'done') return taken;
    }
    if (currentStep(state) === undefined) {
      state.phase = state.aborting ? 'aborted' : 'done';
      await writeState(path, state);
    }
    return taken;
  });
}

async function take(path: string, state: ProcedureState, at: number, context: RunContext): Promise<Step> {
  const step = state.steps[at] as StepState;
  const text = stepText(step.step);
  const begun = context.now();
  const set = async (next: Partial<StepState>) => {
    Object.assign(step, next);
    await writeState(path, state);
  };
  const now = () => context.tools.wallTime();
  await set({ state: 'running', startedAt: now(), endedAt: undefined, result: undefined });
  const head = `step ${at + 1} of ${state.steps.length}: ${text}`;
  context.progress(head);
  say(context, head);
  const end = await endOf(step.step, state, context).catch(
    (error: unknown): StepEnd => ({
      state: 'failed',
      text: errorWithAdvice(error),
    }),
  );
  const cut = end.state === 'failed' && context.signal.aborted;
  await set({ state: end.state, endedAt: now(), result: cut ? `cancelled: ${end.text}` : end.text });
  say(context, `  ${end.state}: ${end.text}`);
  const done = { object: `${at + 1}. ${text}`, call: kindOf(step.step), ms: context.now() - begun };
  return end.state === 'failed' ? { ...done, ok: false, error: end.text } : { ...done, ok: true, result: end.text };
}

function say({ output }: RunContext, line: string): void {
  output?.('stdout', Buffer.from(`${line}\n`));
}

async function endOf(step: MaintenanceStep, { name }: ProcedureState, context: RunContext): Promise<StepEnd> {
  const { signal, tools, wait } = context;
  if (step.ask !== undefined) return { state: 'waiting', text: step.ask };
  if (step.wait !== undefined) {
    await wait(parseDuration(step.wait, 's') ?? 0, signal);
    return signal.aborted ? { state: 'failed', text: 'cut short' } : { state: 'done', text: `waited ${step.wait}` };
  }
  if (step.check !== undefined) return checked(step.check, step.timeout * 1000, context);
  if (step.notify) {
    const timeout = AbortSignal.timeout(step.timeout * 1000);
    const { code, output } = await tools.runHere(step.notify, {
      env: { DESKHAND_MAINTENANCE: name },
      onLine: (line) => say(context, line),
      signal: AbortSignal.any([signal, timeout]),
    });
    if (timeout.aborted) return { state: 'failed', text: `not finished within ${step.timeout} s` };
    const said = output.trim().split('\n').at(-1) ?? '';
    return { state: code === 0 ? 'done' : 'failed', text: `exit code ${code}${said === '' ? '' : `: ${said}`}` };
  }
  return acted(step, context);
}

async function acted(step: MaintenanceStep, context: RunContext): Promise<StepEnd> {
  const work = workOf(step);
  if (!work) return { state: 'failed', text: 'it does nothing' };
  const state = await context.observe();
  const desk = deriveDesk(state);
  const target = resolveTarget(work.action, work.target, state, desk);
  if ('refused' in target) return { state: 'failed', text: `${target.refused}. ${target.change}.` };
  const containers = containersOf(state, desk, target);
  // What a step before, or one that was cut off, has done already.
  if (step.stop !== undefined && containers.length > 0 && !containers.some(isUp))
    return { state: 'done', text: 'it did not run' };
  if (step.start !== undefined && containers.length > 0 && containers.every(isUp))
    return { state: 'done', text: 'it was running' };
  const result = await context.perform({ action: work.action, target, parameters: work.parameters });
  if (result.kind === 'refused')
    return { state: 'failed', text: `${result.refusal.refused}: ${result.refusal.change}` };
  return { state: result.outcome.ok ? 'done' : 'failed', text: result.outcome.verification };
}

/** Looks until every service is well, or the time is over. */
async function checked(name: string, forMs: number, context: RunContext): Promise<StepEnd> {
  const { now, wait, signal, progress, observe } = context;
  const begun = now();
  for (;;) {
    const state = await observe();
    const desk = deriveDesk(state);
    const target = resolveTarget({ name: 'check', on: ['service', 'container', 'project'] }, name, state, desk);
    if ('refused' in target) return { state: 'failed', text: target.refused };
    const services = servicesOf(state, desk, target);
    const unwell = services.filter(({ verdict }) => !isWell(verdict.level));
    if (services.length > 0 && unwell.length === 0)
      return {
        state: 'done',
        text: `${services.length === 1 ? 'ok' : `all ${services.length} are ok`} after ${duration(now() - begun)}`,
      };
    const text = unwell.map((one) => `${one.name}: ${one.verdict.reason}`).join('; ') || 'there is nothing to check';
    if (signal.aborted || now() - begun > forMs)
      return { state: 'failed', text: `still not ok after ${duration(now() - begun)}: ${text}` };
    progress(`waiting for ${text}`);
    await wait(LOOK_MS, signal);
  }
}
