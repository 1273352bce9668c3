import { type LifecycleScope, lifecycle } from './lifecycle.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { inStopOrder } from './order.ts';
import { awaitStopped, ENDING, stopOne } from './stopped.ts';

/** Stops containers, those that depend on others first; each gets its stop timeout. Logs and containers stay. */
export const stop = lifecycle({
  name: 'stop',
  title: 'Stop',
  help: 'stop what runs, dependants first',
  key: { id: 'toggle', keys: ['t'], hint: 'stop', help: 'stop what runs' },
  ...ENDING,
  note: stopNote,
  order: inStopOrder,
  warnings: (scope) => [...outageWarnings(scope), ...policyWarning(scope)],
  each: async (object, context) => [await stopOne(object, context)],
  watch: (object, context) => awaitStopped(object, context),
});

function policyWarning({ containers }: LifecycleScope): string[] {
  const back = containers.filter((one) => one.detail?.restartPolicy.name === 'always').map((one) => one.name);
  return back.length === 0 ? [] : [`${back.join(', ')} will start again with the engine (restart policy always).`];
}
