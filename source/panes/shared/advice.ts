import { actions } from '../../actions/list.ts';
import { type Advice, adviceText, type Step } from '../../desk/advice-words.ts';
import type { Service } from '../../desk/model.ts';
import { safe } from '../../lib/text.ts';
import { keyLabel } from '../../ui/input/keys.ts';
import type { KeyGroup } from '../../ui/keymap.ts';

/** Groups of bindings by name, with the settings applied. */
export type BoundGroups = ReadonlyMap<string, KeyGroup>;

type Way = {
  /** `group.id` of the binding for the step on the selected service. */
  binding?: string;
  /** The command for the step on any service. */
  command?: (name: string, service: Service) => string;
};

const named = (command: string) => (name: string) => `:${command} ${name}`;

/** An action's binding and command come from its definition. */
function byAction(name: Step): Way {
  const key = actions.find((action) => action.name === name)?.key;
  return { command: named(name), ...(key ? { binding: `services.${key.id}` } : {}) };
}

/** How each step of advice is written in the console. */
export const WAYS: Readonly<Record<Step, Way>> = {
  logs: { binding: 'services.logs', command: named('logs') },
  'previous-logs': { binding: 'services.previousLogs', command: named('previous') },
  'save-logs': { binding: 'logs.save' },
  metrics: { binding: 'services.metrics', command: named('metrics') },
  thresholds: { binding: 'metrics.watches' },
  processes: { binding: 'services.processes', command: named('top') },
  timeline: { binding: 'services.timeline', command: named('events') },
  describe: { binding: 'table.describe', command: named('describe') },
  containers: { binding: 'table.open', command: named('containers') },
  tasks: { binding: 'table.open', command: named('tasks') },
  ports: { command: () => ':ports' },
  start: byAction('start'),
  'start-project': { command: (_name, { project }) => `:start ${project}` },
  stop: byAction('stop'),
  restart: byAction('restart'),
  unpause: byAction('unpause'),
  remove: byAction('remove'),
  up: byAction('up'),
  'force-update': byAction('force-update'),
  rollback: byAction('rollback'),
  limits: { command: (name) => `:limits ${name} --memory SIZE` },
  'cpu-limit': { command: (name) => `:limits ${name} --cpus N` },
  'prune-images': { command: () => ':prune images' },
};

/** The current first key of a binding; undefined if it has none. */
export function keyOf(binding: string, bound: BoundGroups): string | undefined {
  const [group = '', id = ''] = binding.split('.');
  return bound.get(group)?.bindings[id]?.keys[0];
}

/**
 * Advice about a service as a sentence of the console. Keys act on the selected service: if the advice is about another one (`selected`
 * false), or the step has no key, its command is named instead.
 */
export function adviceSentence(
  advice: Advice,
  service: Service,
  { selected, bound, paint }: { selected: boolean; bound: BoundGroups; paint(key: string): string },
): string {
  const name = service.project === undefined ? service.name : `${service.project}/${service.name}`;
  return adviceText(advice, (step) => {
    const { binding, command } = WAYS[step];
    const key = binding === undefined ? undefined : keyOf(binding, bound);
    const typed = command?.(name, service);
    const way = selected || typed === undefined ? (key === undefined ? typed : keyLabel(key)) : typed;
    return paint(safe(way ?? step.replace('-', ' ')));
  });
}
