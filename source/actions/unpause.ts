import { change } from './change.ts';
import { lifecycle } from './lifecycle.ts';
import { awaitState } from './stopped.ts';

/** Resumes paused processes. */
export const unpause = lifecycle({
  name: 'unpause',
  title: 'Unpause',
  help: 'resume paused processes',
  danger: 1,
  from: new Set(['paused']),
  strict: true,
  none: { refused: 'it is not paused', change: 'there is nothing to unpause' },
  note: () => 'resumes where it was paused',
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
