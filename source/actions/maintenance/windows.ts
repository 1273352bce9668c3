import type { MaintenanceWindow } from '../../desk/state.ts';
import { currentStep, type ProcedureState } from './state.ts';
import { stepText } from './steps.ts';

/** What is in maintenance on an engine at a time (ms since the epoch): by the procedures that are under way there, within their limits. */
export function windowsOf(states: readonly ProcedureState[], engine: string, now: number): MaintenanceWindow[] {
  return states
    .filter((state) => state.phase === 'open' && state.engine === engine && now < state.until)
    .map((state) => {
      const at = currentStep(state);
      const step = at === undefined ? undefined : state.steps[at];
      const text = step ? `step ${(at ?? 0) + 1} of ${state.steps.length}: ${stepText(step.step)}` : 'ending';
      return { name: state.name, services: state.services, text, since: state.startedAt };
    });
}
