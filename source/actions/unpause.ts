import { change } from './change.ts';
import { lifecycle } from './lifecycle.ts';
import { awaitState } from './stopped.ts';

/** Lets frozen processes go on. */
export const unpause = lifecycle({
  name: 'unpause',
  title: 'Unpause',
  help: 'let paused processes go on',
  danger: 1,
  from: new Set(['paused']),
  strict: true,
  none: { refused: 'it is not paused', change: 'there is nothing to unpause' },
  note: () => 'goes on where it was frozen',
  order: (objects) => [...objects],
  warnings: () => [],
  each: async (object, context) => [
    await change(
      object,
      'unpause',
      context,
      () => context.engine.unpause(object.id),
      (one) => one?.state === 'running',
    ),
  ],
  watch: (object, context) => awaitState(object, context, 'running'),
});
