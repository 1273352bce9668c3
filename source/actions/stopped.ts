import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import { UP } from '../lib/container-state.ts';
import { duration } from '../lib/format.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { type Finding, watch } from './watch.ts';

const NOT_RUNNING = { refused: 'it is not running', change: 'there is nothing to stop' };

/** What all actions have in common that end what runs and leave the containers. */
export const ENDING = {
  interrupts: true,
  danger: 2,
  wideDanger: 3,
  outlasts: true,
  ends: true,
  from: UP,
  none: NOT_RUNNING,
} as const;

/** One stop call, waiting as long as the container's stop timeout asks. */
export function stopOne(object: PlanObject, context: RunContext): Promise<Step> {
  const timeout = object.stopTimeout?.seconds;
  context.progress(`stopping ${object.name} (${timeoutWords(timeout)})`);
  return change(
    object,
    `stop (${timeoutWords(timeout)})`,
    context,
    () => context.engine.stop(object.id, timeout),
    isDown,
  );
}

/** The timeout sent with a stop or restart. */
export function timeoutWords(timeout: number | undefined): string {
  return timeout === undefined ? 'its own stop timeout' : `stop timeout ${timeout} s`;
}

/** It has ended, or is gone. */
export function isDown(container: ContainerFacts | undefined): boolean {
  return container === undefined || container.state === 'exited' || container.state === 'dead';
}

/** The container does not exist any more. */
export function isGone(container: ContainerFacts | undefined): boolean {
  return container === undefined;
}

/** A container with --rm is removed rather than stopped. */
export function awaitStopped(object: PlanObject, context: RunContext): Promise<Finding> {
  const since = context.begun;
  return watch(object, context, {
    since,
    judge(container, now) {
      if (container === undefined) return { ok: true, text: `stopped and gone after ${duration(now - since)}` };
      if (container.state !== 'exited' && container.state !== 'dead') return undefined;
      return { ok: true, text: `stopped after ${duration(now - since)}${exitNote(container)}` };
    },
    waiting: (container) => container.state,
  });
}

/** 137 is 128 + SIGKILL: the stop signal was ignored until the timeout (unless memory ran out, which the engine reports). */
function exitNote(container: ContainerFacts): string {
  if (container.exitCode === undefined) return '';
  return container.exitCode === 137 ? ' (exit code 137: killed)' : ` (exit code ${container.exitCode})`;
}

/** Waits until a container is in a state in which its program still runs. */
export function awaitState(object: PlanObject, context: RunContext, state: ContainerState): Promise<Finding> {
  return watch(object, context, {
    since: context.begun,
    judge(container, now) {
      if (container === undefined) return { ok: false, text: 'was removed meanwhile' };
      if (container.state === state) return { ok: true, text: `${state} after ${duration(now - context.begun)}` };
      return container.state === 'exited' ? { ok: false, text: `exited${exitNote(container)}` } : undefined;
    },
    waiting: (container) => container.state,
  });
}
