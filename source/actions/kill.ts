import * as v from 'valibot';
import { change } from './change.ts';
import { lifecycle } from './lifecycle.ts';
import { afterSignal, outageWarnings, policyWarnings } from './notes.ts';
import { SignalName } from './signals.ts';
import { awaitStopped, ENDING, isDown } from './stopped.ts';
import { watch } from './watch.ts';

/** Sends a signal through the engine, without a stop timeout. The effect of other signals is up to the program. */
export const kill = lifecycle({
  name: 'kill',
  title: ({ signal }) => `Kill (${signal})`,
  help: 'kill at once, without time to save anything',
  key: { id: 'kill', keys: ['ctrl-k'], hint: '', help: 'kill (asks first)' },
  parameters: v.strictObject({
    signal: v.optional(v.pipe(SignalName, v.description('a signal other than SIGKILL')), 'SIGKILL'),
  }),
  ...ENDING,
  note: (_container, _object, { signal }) => `${signal} at once`,
  order: (objects) => [...objects],
  warnings: (scope, { signal }) => [
    ...outageWarnings(scope),
    ...policyWarnings(scope.containers, signal),
    ...(signal === 'SIGKILL' ? ['SIGKILL gives it no chance to save; use stop instead.'] : []),
  ],
  options: (_settings, { signal }) => ({ signal }),
  each: async (object, context, options) => {
    const signal = String(options.signal);
    context.progress(`sending ${signal} to ${object.name}`);
    const landed = signal === 'SIGKILL' ? isDown : undefined;
    return [await change(object, `kill ${signal}`, context, () => context.engine.kill(object.id, signal), landed)];
  },
  watch: (object, context, { signal }) =>
    signal === 'SIGKILL'
      ? awaitStopped(object, context)
      : // After another signal only the current state can be reported.
        watch(object, context, {
          since: context.begun,
          judge: (container) => ({ ok: true, text: afterSignal(container, object) }),
          waiting: (container) => container.state,
        }),
});
