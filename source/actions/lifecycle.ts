import { LABEL } from '../desk/identity.ts';
import type { Desk, Service } from '../desk/model.ts';
import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import type {
  Action,
  ActionKey,
  ActionSettings,
  Danger,
  Plan,
  PlanInput,
  PlanObject,
  Refusal,
  RunContext,
  Step,
  Target,
} from './action.ts';
import { inOrder } from './schedule.ts';
import { containersOf, planObject, refuse, servicesOf, targetName } from './targets.ts';
import { type Finding, watchAll } from './watch.ts';

/** At most so many containers are acted upon at once. */
const WIDTH = 4;

/** What the plan of a lifecycle action is made of, beyond what all of them share. */
export type LifecycleScope = {
  desk: Desk;
  target: Target;
  services: readonly Service[];
  /** Those it applies to, and those it leaves out. */
  containers: readonly ContainerFacts[];
  others: readonly ContainerFacts[];
  settings: ActionSettings;
};

/** The targets of actions on containers. */
export const ON_CONTAINERS: Action['on'] = ['service', 'container', 'project', 'marked'];

export type Lifecycle<Parameters = unknown> = Pick<
  Action<Parameters>,
  'name' | 'aliases' | 'help' | 'applies' | 'parameters' | 'alternatives'
> & {
  title: string | ((parameters: Parameters) => string);
  danger: Danger;
  key?: ActionKey;
  /** Of a whole project, where it is another. */
  projectDanger?: Danger;
  /** The states that it applies to; containers in others are left out. */
  from: ReadonlySet<ContainerState>;
  /** The refusal when there is none such: what is so, and what would have to change. */
  none: { refused: string; change: string };
  /** Further containers that it leaves out. */
  skips?: (container: ContainerFacts, scope: Pick<LifecycleScope, 'desk' | 'target'>) => boolean;
  note: (container: ContainerFacts, object: PlanObject, parameters: Parameters) => string;
  order: (objects: readonly PlanObject[], desk: Desk) => PlanObject[];
  warnings: (scope: LifecycleScope, parameters: Parameters) => string[];
  options?: (settings: ActionSettings, parameters: Parameters) => Record<string, string | number | boolean>;
  each: (
    object: PlanObject,
    context: RunContext,
    options: Readonly<Record<string, unknown>>,
  ) => Promise<readonly Step[]>;
  /** Looks at one container afterwards. */
  watch: (object: PlanObject, context: RunContext, options: Readonly<Record<string, unknown>>) => Promise<Finding>;
};

/** An action on containers: which of the target's it touches, in which order, and what is awaited afterwards. */
export function lifecycle<Parameters>(kind: Lifecycle<Parameters>): Action<Parameters> {
  return {
    name: kind.name,
    aliases: kind.aliases,
    title: typeof kind.title === 'string' ? kind.title : kind.name,
    help: kind.help,
    danger: kind.danger,
    on: ON_CONTAINERS,
    key: kind.key,
    applies: kind.applies,
    parameters: kind.parameters,
    alternatives: kind.alternatives,
    plan: (input) => planLifecycle(kind, input),
    run: (plan, context) =>
      inOrder(plan.objects, WIDTH, context, (object) => kind.each(object, context, plan.options ?? {})),
    verify: (plan, context) =>
      watchAll(plan.objects, context, (object) => kind.watch(object, context, plan.options ?? {})),
  };
}

function planLifecycle<Parameters>(
  kind: Lifecycle<Parameters>,
  { state, desk, target, settings, parameters }: PlanInput<Parameters>,
): Plan | Refusal {
  const name = targetName(state, desk, target);
  const services = servicesOf(state, desk, target);
  if (services.some((service) => service.kind === 'swarm')) {
    const change = 'scale the service, or leave it to Swarm';
    return refuse(kind.name, name, 'Swarm manages these tasks', change);
  }
  const all = containersOf(state, desk, target);
  if (all.length === 0) {
    return refuse(kind.name, name, 'it has no containers', 'create them first, for example with compose up');
  }
  const applies = (one: ContainerFacts) => kind.from.has(one.state) && !kind.skips?.(one, { desk, target });
  const containers = all.filter(applies);
  if (containers.length === 0) return refuse(kind.name, name, kind.none.refused, kind.none.change);
  const others = all.filter((one) => !applies(one));
  const scope = { desk, target, services, containers, others, settings };
  const objects = containers.map((container) => {
    const object = planObject(container, desk, '', settings);
    return { ...object, note: kind.note(container, object, parameters) };
  });
  const title = typeof kind.title === 'string' ? kind.title : kind.title(parameters);
  return {
    action: kind.name,
    title: `${title} ${name} (${containers.length === 1 ? '1 container' : `${containers.length} containers`})`,
    danger: target.kind === 'project' ? (kind.projectDanger ?? kind.danger) : kind.danger,
    target,
    name,
    objects: kind.order(objects, desk),
    warnings: [...clashes(scope), ...kind.warnings(scope, parameters), ...leftOut(others)],
    options: kind.options?.(settings, parameters),
  };
}

/** Containers of two directories that use one project name are told apart by nothing else: the operator may mean one of them. */
function clashes({ services }: LifecycleScope): string[] {
  return services
    .filter(({ directories }) => directories !== undefined)
    .map(({ name, containers }) => {
      const places = containers.map((one) => `${one.name} (${one.labels[LABEL.directory] ?? 'directory not known'})`);
      return `${name} belongs to several directories that use one project name: ${places.join(', ')}.`;
    });
}

function leftOut(others: readonly ContainerFacts[]): string[] {
  if (others.length === 0) return [];
  const shown = others.slice(0, 5).map(({ name, state }) => `${name} (${state})`);
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  return [`Left as they are: ${shown.join(', ')}${more}.`];
}
