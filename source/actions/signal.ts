import * as v from 'valibot';
import { sendInside } from '../engine/api/send-inside.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { UP } from '../lib/container-state.ts';
import { errorMessage } from '../lib/error.ts';
import type { PlanObject, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { lifecycle } from './lifecycle.ts';
import { afterSignal, policyWarnings } from './notes.ts';
import { SignalName, signalName, signalNumber } from './signals.ts';
import { watch } from './watch.ts';

/** Those that end most programs: whoever sends one wants no restart policy to start the program again. */
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGSTOP']);

/**
 * Sends a signal that the program knows what to do with, such as HUP to load its configuration again. Where the engine would turn a
 * restart policy off by sending it, a command inside the container does.
 */
export const signal = lifecycle({
  name: 'signal',
  title: ({ signal: name }) => `Send ${name} to`,
  help: 'send a signal, such as HUP',
  parameters: v.strictObject({ signal: v.pipe(SignalName, v.description('a signal such as HUP, USR1 or 15')) }),
  interrupts: true,
  danger: 2,
  wideDanger: 3,
  from: UP,
  none: { refused: 'it is not running', change: 'start it first' },
  inside: (container, { signal: name }) => isSentInside(container, name),
  note: (_container, { inside }, { signal: name }) =>
    inside ? `${name} to its main process, from inside: its restart policy stays on` : `${name} to its main process`,
  order: (objects) => [...objects],
  warnings: ({ containers }, { signal: name }) => [
    'What a signal does is up to the program; most end on one that they do not expect.',
    ...policyWarnings(
      containers.filter((one) => !isSentInside(one, name)),
      name,
    ),
  ],
  options: (_settings, { signal: name }) => ({ signal: name }),
  each: async (object, context, options) => [await send(object, String(options.signal), context)],
  watch: (object, context) =>
    watch(object, context, {
      since: context.begun,
      judge: (container) => ({ ok: true, text: afterSignal(container, object) }),
      waiting: (container) => container.state,
    }),
});

/** Process 1 is its main process only where it has a PID namespace of its own. */
function isSentInside({ state, detail }: ContainerFacts, name: string): boolean {
  if (detail === undefined || state !== 'running' || detail.restartPolicy.name === 'no') return false;
  const own = detail.pidMode === undefined || detail.pidMode === '' || detail.pidMode === 'private';
  return own && !ENDING.has(name) && !isStopSignal(detail.stopSignal, name);
}

function isStopSignal(stopSignal: string | undefined, name: string): boolean {
  return stopSignal !== undefined && signalName(stopSignal) === name;
}

function send(object: PlanObject, name: string, context: RunContext): Promise<Step> {
  if (object.inside !== true)
    return change(object, `send ${name}`, context, () => context.engine.kill(object.id, name));
  return change(object, `send ${name} from inside`, context, () =>
    sendInside(context.engine, object.id, signalNumber(name)).catch((error: unknown) => {
      const instead = `kill --signal ${name} sends it through the engine, which turns the restart policy off`;
      throw new Error(`${errorMessage(error)}; ${instead}`);
    }),
  );
}
