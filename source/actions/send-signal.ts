import { sendInside } from '../engine/api/send-inside.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { errorMessage } from '../lib/error.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { signalName, signalNumber } from './signals.ts';

/** Signals that end most programs: their sender does not want a restart policy to start the program again. */
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGSTOP']);

/**
 * The engine takes any signal that it sends itself for a stop by hand, after which no restart policy starts the program again: a reload is
 * sent from inside. Process 1 is the main process only where there is a PID namespace of its own.
 */
export function isSentInside({ state, detail }: ContainerFacts, name: string): boolean {
  if (detail === undefined || state !== 'running' || detail.restartPolicy.name === 'no') return false;
  const own = detail.pidMode === undefined || detail.pidMode === '' || detail.pidMode === 'private';
  return own && !ENDING.has(name) && !isStopSignal(detail.stopSignal, name);
}

function isStopSignal(stopSignal: string | undefined, name: string): boolean {
  return stopSignal !== undefined && signalName(stopSignal) === name;
}

/** One signal to the main process, the way that the plan has shown. */
export function sendSignal(object: PlanObject, name: string, context: RunContext): Promise<Step> {
  if (object.inside !== true)
    return change(object, `send ${name}`, context, () => context.engine.kill(object.id, name));
  return change(object, `send ${name} from inside`, context, () =>
    sendInside(context.engine, object.id, signalNumber(name)).catch((error: unknown) => {
      const instead = `kill --signal ${name} sends it through the engine, which turns the restart policy off`;
      throw new Error(`${errorMessage(error)}; ${instead}`);
    }),
  );
}
