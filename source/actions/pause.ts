import { change } from './change.ts';
import { lifecycle } from './lifecycle.ts';
import { dependentsWarnings } from './notes.ts';
import { inStopOrder } from './order.ts';
import { awaitState } from './stopped.ts';

/** Freezes the processes; the container counts as up, but answers nothing. */
export const pause = lifecycle({
  name: 'pause',
  title: 'Pause',
  help: 'freeze the processes until they are unpaused',
  interrupts: true,
  danger: 2,
  wideDanger: 3,
  outlasts: true,
  from: new Set(['running']),
  none: { refused: 'it is not running', change: 'there is nothing to pause' },
  note: () => 'frozen until it is unpaused; health checks stop',
  order: inStopOrder,
  warnings: dependentsWarnings,
  each: async (object, context) => [
    await change(
      object,
      'pause',
      context,
      () => context.engine.pause(object.id),
      (one) => one?.state === 'paused',
    ),
  ],
  watch: (object, context) => awaitState(object, context, 'paused'),
});
