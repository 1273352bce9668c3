import * as v from 'valibot';
import { UP } from '../lib/container-state.ts';
import { lifecycle } from './lifecycle.ts';
import { afterSignal, policyWarnings } from './notes.ts';
import { isSentInside, sendSignal } from './send-signal.ts';
import { SignalName } from './signals.ts';
import { watch } from './watch.ts';

/**
 * Sends a signal that the program handles, such as HUP to reload its configuration. Where the engine would turn a
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
    'The effect is up to the program; most programs end on an unexpected signal.',
    ...policyWarnings(
      containers.filter((one) => !isSentInside(one, name)),
      name,
    ),
  ],
  options: (_settings, { signal: name }) => ({ signal: name }),
  each: async (object, context, options) => [await sendSignal(object, String(options.signal), context)],
  watch: (object, context) =>
    watch(object, context, {
      since: context.begun,
      judge: (container) => ({ ok: true, text: afterSignal(container, object) }),
      waiting: (container) => container.state,
    }),
});
