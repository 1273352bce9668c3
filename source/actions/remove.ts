import { isUp, UP } from '../lib/container-state.ts';
import { duration } from '../lib/format.ts';
import { change } from './change.ts';
import { type LifecycleScope, lifecycle } from './lifecycle.ts';
import { outageWarnings, stopNote } from './notes.ts';
import { inStopOrder } from './order.ts';
import { isGone, stopOne } from './stopped.ts';
import { watch } from './watch.ts';

/** Stops containers where they run, and removes them: their logs and their own layer are lost, volumes stay. */
export const remove = lifecycle({
  name: 'remove',
  aliases: ['rm'],
  title: 'Remove',
  help: 'stop and remove containers; volumes stay',
  key: { id: 'remove', keys: ['ctrl-d'], hint: '', help: 'remove (the name is typed)' },
  interrupts: true,
  danger: 3,
  outlasts: true,
  ends: true,
  losesLogs: true,
  from: new Set([...UP, 'created', 'exited', 'dead', 'unknown']),
  none: { refused: 'it is being removed already', change: 'wait until it is gone' },
  note: (container, object) =>
    isUp(container) ? `stopped first: ${stopNote(container, object)}` : `is ${container.state}`,
  order: inStopOrder,
  warnings: (scope) => [...outageWarnings(scope), ...removalWarnings(scope)],
  async each(object, context) {
    const running = object.seen !== undefined && isUp(object.seen);
    const stopped = running ? [await stopOne(object, context)] : [];
    if (stopped.some(({ ok }) => !ok)) return stopped;
    // The engine removes it by itself.
    if (running && object.autoRemove === true) return stopped;
    const how = { force: false, volumes: false };
    context.progress(`removing ${object.name}`);
    return [...stopped, await change(object, 'remove', context, () => context.engine.remove(object.id, how), isGone)];
  },
  watch: (object, context) =>
    watch(object, context, {
      since: context.begun,
      judge: (container, now) =>
        container === undefined ? { ok: true, text: `gone after ${duration(now - context.begun)}` } : undefined,
      waiting: (container) => container.state,
    }),
});

function removalWarnings({ containers, services }: LifecycleScope): string[] {
  const warnings = ['Logs and everything written outside of volumes are lost; volumes stay.'];
  if (services.some((service) => service.job)) warnings.push('The result of a job is lost with its container.');
  if (containers.some((one) => one.labels['com.docker.compose.project'] !== undefined)) {
    warnings.push('Only `docker compose up` can recreate it.');
  }
  return warnings;
}
