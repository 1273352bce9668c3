import { LABEL } from '../desk/identity.ts';
import { dependantsOf } from '../desk/impact.ts';
import type { Desk, Service } from '../desk/model.ts';
import { borrowedBy, isOwner } from '../desk/namespaces.ts';
import type { DeskState } from '../desk/state.ts';
import type { ContainerFacts, ContainerState } from '../engine/facts.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { isUp } from '../lib/container-state.ts';
import { bytes, plural } from '../lib/format.ts';
import { serviceId } from '../lib/ids.ts';
import type {
  Action,
  ActionKey,
  Danger,
  Plan,
  PlanInput,
  PlanObject,
  PrepareInput,
  Refusal,
  RunContext,
  Step,
  Target,
} from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { needOf } from './capacity.ts';
import { marksOfService } from './marks.ts';
import { readLogSizes } from './prune-facts.ts';
import { inOrder } from './schedule.ts';
import { containersOf, isCompleted, planObject, refuse, servicesOf, targetName } from './targets.ts';
import { type Finding, watchAll } from './watch.ts';

/** Concurrent containers. */
const WIDTH = 4;

/** The specific parts of a lifecycle action's plan. */
export type LifecycleScope = {
  state: DeskState;
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
  'name' | 'aliases' | 'help' | 'interrupts' | 'applies' | 'parameters' | 'alternatives'
> & {
  title: string | ((parameters: Parameters) => string);
  danger: Danger;
  key?: ActionKey;
  /** Least danger if it affects several services, or one that several others need. */
  wideDanger?: Danger;
  /** Its targets are down until someone starts them. */
  outlasts?: true;
  /** Containers end by it: those started with --rm are removed by the engine then. */
  ends?: true;
  /** The logs go with their containers: the plan says how large they are. */
  losesLogs?: true;
  /** Done by a command inside this container rather than by the engine. */
  inside?: (container: ContainerFacts, parameters: Parameters) => boolean;
  /** Containers start by it: they need the namespaces that they borrow, and a single service starts once. */
  starts?: true;
  /** The states that it applies to; containers in others are left out. */
  from: ReadonlySet<ContainerState>;
  /** The refusal if there is none: the reason, and what would have to change. */
  none: { refused: string; change: string };
  /** State and start time must be unchanged right before the call; absent: only the identity counts. */
  strict?: true;
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
    interrupts: kind.interrupts,
    applies: kind.applies,
    parameters: kind.parameters,
    alternatives: kind.alternatives,
    prepare: kind.losesLogs ? readLogs : undefined,
    // Only actions that lose logs have facts.
    plan: (input) => planLifecycle(kind, input, input.facts as Logs),
    run: (plan, context) =>
      inOrder(plan.objects, WIDTH, context, (object) => kind.each(object, context, plan.options ?? {})),
    verify: (plan, context) =>
      watchAll(plan.objects, context, (object) => kind.watch(object, context, plan.options ?? {})),
  };
}

type Logs = Awaited<ReturnType<typeof readLogSizes>> | undefined;

async function readLogs(input: PrepareInput): Promise<Logs> {
  const ids = containersOf(input.state, input.desk, input.target).map(({ id }) => id);
  return readLogSizes(ids, input);
}

function planLifecycle<Parameters>(
  kind: Lifecycle<Parameters>,
  { state, desk, target, settings, parameters }: PlanInput<Parameters>,
  logs: Logs,
): Plan | Refusal {
  const name = targetName(state, desk, target);
  const services = servicesOf(state, desk, target);
  const no = (refused: string, change: string) => refuse(kind.name, name, refused, change);
  if (services.some((service) => service.kind === 'swarm')) {
    return no('Swarm manages these tasks', 'scale the service (to 0 to stop it), or leave it to Swarm');
  }
  const all = containersOf(state, desk, target);
  if (all.length === 0) return no('it has no containers', 'create them first, for example with compose up');
  const possible = all.filter((one) => kind.from.has(one.state) && !kind.skips?.(one, { desk, target }));
  if (possible.length === 0) return no(kind.none.refused, kind.none.change);
  const containers = kind.starts ? possible.filter((one) => lostNamespace(one, state) === undefined) : possible;
  const others = all.filter((one) => !containers.includes(one));
  const scope = { state, desk, target, services, containers, others, settings };
  const [first] = possible;
  if (containers.length === 0 && first !== undefined) {
    return no(lostNamespace(first, state) ?? '', 'recreate it, for example with docker compose up -d --force-recreate');
  }
  const twice = kind.starts && startsTwice(scope);
  if (twice) return no(twice, 'stop the one that runs first, or remove the mark if it is wrong');
  const objects = containers.map((container) => {
    const object = planObject(container, desk, '', settings);
    const expect = { ...object.seen, state: container.state, restartCount: container.detail?.restartCount };
    const inside = kind.inside?.(container, parameters) === true;
    const size = logs?.get(container.id);
    const note = kind.note(container, { ...object, ...(inside ? { inside } : {}) }, parameters);
    return {
      ...object,
      ...(inside ? { inside } : {}),
      note: size === undefined ? note : `${note}; its log is lost (${bytes(size)})`,
      expect: kind.strict && expect,
      interrupted: kind.interrupts,
      ...(kind.starts && !isUp(container) ? { need: needOf(container) } : {}),
    };
  });
  const title = typeof kind.title === 'string' ? kind.title : kind.title(parameters);
  const removed = kind.ends ? removedByEngine(containers) : undefined;
  const again = kind.starts ? runsAgain(containers, desk) : undefined;
  return {
    action: kind.name,
    title: `${title} ${name} (${plural(containers.length, 'container')})`,
    danger: highest(kind.danger, isWide(kind, scope) ? kind.wideDanger : undefined, removed?.danger, again?.danger),
    target,
    name,
    objects: kind.order(objects, desk),
    warnings: [
      ...(removed === undefined ? [] : [removed.warning]),
      ...(again === undefined ? [] : [again.warning]),
      ...clashes(scope),
      ...kind.warnings(scope, parameters),
      ...leftOut(others, state),
    ],
    options: kind.options?.(settings, parameters),
  };
}

function highest(...dangers: (Danger | undefined)[]): Danger {
  return Math.max(...dangers.map((danger) => danger ?? 0)) as Danger;
}

/** Number of dependent services from which an outage counts as wide. */
const MANY_DEPENDANTS = 3;

/** The affected services decide, not how they were selected: marks, a project and one service that others need are judged alike. */
function isWide({ outlasts }: Pick<Lifecycle, 'outlasts'>, { desk, containers }: LifecycleScope): boolean {
  const hit = new Set(containers.map((one) => desk.ownerOf.get(one.id) ?? serviceId(`container:${one.name}`)));
  if (hit.size > 1) return true;
  if (!outlasts) return false;
  const needing = [...hit].flatMap((id) => dependantsOf(desk, id)).filter(({ running, job }) => running > 0 && !job);
  return needing.length >= MANY_DEPENDANTS;
}

/** A job that has completed is done again, with everything that it writes: a migration, a payment run. */
function runsAgain(containers: readonly ContainerFacts[], desk: Desk): { danger: Danger; warning: string } | undefined {
  const done = containers.filter((one) => isCompleted(one, desk)).map(({ name }) => name);
  if (done.length === 0) return undefined;
  const [has, it, they] = done.length === 1 ? ['has', 'it', 'it'] : ['have', 'them', 'they'];
  return {
    danger: 2,
    warning: `${done.join(', ')} ${has} completed: this runs ${it} again, and what ${they} did is done again.`,
  };
}

/** What was started with --rm is gone as soon as it ends, with its log and its anonymous volumes. */
function removedByEngine(containers: readonly ContainerFacts[]): { danger: Danger; warning: string } | undefined {
  const doomed = containers.filter((one) => one.detail?.autoRemove === true);
  if (doomed.length === 0) return undefined;
  const volumes = doomed.flatMap(({ mounts }) => mounts).filter(({ name }) => name && isAnonymousVolume(name)).length;
  const data = volumes === 0 ? '' : ` and ${volumes === 1 ? 'its anonymous volume' : `${volumes} anonymous volumes`}`;
  const names = doomed.map(({ name }) => name).join(', ');
  return {
    danger: volumes > 0 ? 4 : 3,
    warning: `Started with --rm: the engine removes ${names} when it ends, with its log${data}.`,
  };
}

/** A borrowed namespace whose owner was removed: the engine cannot start it again. */
function lostNamespace(container: ContainerFacts, { containers }: DeskState): string | undefined {
  const lost = borrowedBy(container).find((one) => ![...containers.values()].some((other) => isOwner(one, other)));
  if (lost === undefined) return undefined;
  return `${container.name} uses the ${lost.namespace} namespace of container ${lost.owner.slice(0, 12)}, which is gone: it cannot start again`;
}

/** A service that must stay single would run twice. */
function startsTwice({ services, containers, settings }: LifecycleScope): string | undefined {
  for (const service of services) {
    const { singleBy } = marksOfService(service, settings);
    const after = service.containers.filter((one) => isUp(one) || containers.includes(one));
    if (singleBy === undefined || after.length < 2) continue;
    if (after.every((one) => isUp(one))) continue;
    return `${service.name} must stay single (${singleBy}), and ${after.map(({ name }) => name).join(' and ')} would run`;
  }
  return undefined;
}

/** Nothing else distinguishes containers of two directories with the same project name, and the operator may mean one of them. */
function clashes({ services }: LifecycleScope): string[] {
  return services
    .filter(({ directories }) => directories !== undefined)
    .map(({ name, containers }) => {
      const places = containers.map((one) => `${one.name} (${one.labels[LABEL.directory] ?? 'directory not known'})`);
      return `${name} belongs to several directories that use one project name: ${places.join(', ')}.`;
    });
}

function leftOut(others: readonly ContainerFacts[], state: DeskState): string[] {
  if (others.length === 0) return [];
  const lost = others.flatMap((one) => lostNamespace(one, state) ?? []).map((text) => `${text}.`);
  const shown = others.slice(0, 5).map((one) => `${one.name} (${one.state})`);
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  return [...lost, `Left as they are: ${shown.join(', ')}${more}.`];
}
