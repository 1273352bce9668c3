import * as v from 'valibot';
import { byteCount } from '../compose/config.ts';
import type { LimitChange } from '../engine/engine.ts';
import type { ContainerFacts, EngineInfo } from '../engine/facts.ts';
import { readingFrom } from '../engine/parse/usage.ts';
import { bytes } from '../lib/format.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { change } from './change.ts';
import { ON_CONTAINERS } from './lifecycle.ts';
import { inOrder } from './schedule.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';
import { watch, watchAll } from './watch.ts';

const NAME = 'limits';
/** Bytes, processes: what a container uses now, by its id. */
type Use = { memory?: number; pids?: number };
type Facts = ReadonlyMap<string, Use>;

/** The smallest memory limit that the engine takes (moby: linuxMinMemory). */
const LEAST_MEMORY = 6 * 1024 ** 2;
const READ_WIDTH = 8;

const memorySize = v.pipe(
  v.string(),
  v.transform((text: string) => byteCount(text)),
  v.number('must be a size such as 512m or 2g'),
  v.minValue(LEAST_MEMORY, 'must be at least 6m'),
);
const positiveNumber = (most: number) =>
  v.pipe(
    v.string(),
    v.transform(Number),
    v.number('must be a number'),
    v.check((value) => value > 0 && value <= most, 'must be above 0'),
  );

const Limits = v.strictObject({
  memory: v.optional(v.pipe(memorySize, v.description('memory, swap included: 512m, 2g'))),
  cpus: v.optional(v.pipe(positiveNumber(1024), v.description('CPUs: 0.5, 2'))),
  pids: v.optional(
    v.pipe(positiveNumber(4_194_304), v.integer('must be a whole number'), v.description('processes and threads')),
  ),
});
type Limits = v.InferOutput<typeof Limits>;

/** Changes memory, CPU and process limits of containers without restarting them. */
export const limits: Action<Limits, Facts> = {
  name: NAME,
  title: 'Change the limits of',
  help: 'change memory, CPU and process limits without a restart',
  danger: 1,
  on: ON_CONTAINERS,
  parameters: Limits,
  prepare: readUse,
  plan: planLimits,
  run: (plan, context) => inOrder(plan.objects, 1, context, (object) => apply(object, plan, context)),
  verify: (plan, context) =>
    watchAll(plan.objects, context, (object) =>
      watch(object, context, {
        since: context.begun,
        judge: (container) => {
          if (container === undefined) return { ok: false, text: 'was removed meanwhile' };
          const wrong = differences(container, wantedOf(plan));
          return wrong.length === 0
            ? { ok: true, text: limitText(wantedOf(plan)) }
            : { ok: false, text: `still ${wrong.join(', ')}` };
        },
        waiting: (container) => container.state,
      }),
    ),
};

async function readUse({ state, desk, target, engine, signal }: PrepareInput<Limits>): Promise<Facts> {
  const use = new Map<string, Use>();
  const running = containersOf(state, desk, target).filter((one) => one.state === 'running');
  await forEachLimited(running, READ_WIDTH, async ({ id }) => {
    const stats = await engine.stats(id, { signal }).catch(() => undefined);
    if (stats === undefined) return;
    const { memory, pids } = readingFrom(stats, state.now);
    use.set(id, { memory, pids });
  });
  return use;
}

function planLimits({ state, desk, target, settings, parameters, facts }: PlanInput<Limits, Facts>): Plan | Refusal {
  const name = targetName(state, desk, target);
  const no = (refused: string, change: string) => refuse(NAME, name, refused, change);
  if (Object.values(parameters).every((value) => value === undefined))
    return no('no limit was given', 'give --memory 512m, --cpus 0.5 or --pids 200');
  const containers = containersOf(state, desk, target);
  if (containers.length === 0) return no('it has no containers', 'bring it up first');
  const tooMuch = overHost(parameters, state.engine);
  if (tooMuch) return no(tooMuch, 'choose a smaller limit');
  for (const container of containers) {
    const below = belowUse(parameters, facts.get(container.id));
    if (below) return no(`${container.name} ${below}`, 'choose a larger limit, or restart it first');
  }
  const changed = containers.filter((one) => differences(one, parameters).length > 0);
  if (changed.length === 0) return no('its limits are that already', 'nothing has to be done');
  return {
    action: NAME,
    title: `Change the limits of ${name} (${changed.length === 1 ? '1 container' : `${changed.length} containers`})`,
    danger: 1,
    target,
    name,
    objects: changed.map((one) => planObject(one, desk, note(one, parameters, facts.get(one.id)), settings)),
    warnings: warnings(containers, parameters),
    options: Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
  };
}

function overHost({ memory, cpus }: Limits, host: EngineInfo | undefined): string | undefined {
  if (!host) return undefined;
  if (memory !== undefined && host.memory > 0 && memory > host.memory)
    return `${bytes(memory)} is more than the host has (${bytes(host.memory)})`;
  if (cpus !== undefined && host.cpus > 0 && cpus > host.cpus)
    return `${cpus} CPUs are more than the host has (${host.cpus})`;
  return undefined;
}

/** Below what it uses the kernel would kill it, or refuse. */
function belowUse({ memory, pids }: Limits, use: Use | undefined): string | undefined {
  if (memory !== undefined && use?.memory !== undefined && memory < use.memory)
    return `uses ${bytes(use.memory)} now, more than ${bytes(memory)}`;
  if (pids !== undefined && use?.pids !== undefined && pids < use.pids)
    return `has ${use.pids} processes now, more than ${pids}`;
  return undefined;
}

function note({ detail }: ContainerFacts, wanted: Limits, use: Use | undefined): string {
  const now = detail?.limits ?? {};
  const parts = [
    ...(wanted.memory === undefined
      ? []
      : [
          `memory ${now.memory ? bytes(now.memory) : 'unlimited'} -> ${bytes(wanted.memory)}${use?.memory ? ` (uses ${bytes(use.memory)})` : ''}`,
        ]),
    ...(wanted.cpus === undefined ? [] : [`CPUs ${now.cpus ?? 'unlimited'} -> ${wanted.cpus}`]),
    ...(wanted.pids === undefined
      ? []
      : [`processes ${now.pids ?? 'unlimited'} -> ${wanted.pids}${use?.pids ? ` (has ${use.pids})` : ''}`]),
  ];
  return parts.join('; ');
}

function warnings(containers: readonly ContainerFacts[], { memory }: Limits): string[] {
  const managed = containers.some(({ labels }) => labels['com.docker.compose.project'] !== undefined);
  return [
    managed
      ? 'The compose file keeps its old limits: the next recreate brings them back. Change the file too.'
      : 'They last until the container is recreated.',
    ...(memory === undefined ? [] : ['Swap is not allowed beyond the memory limit.']),
    'The size of /dev/shm cannot be changed while a container exists.',
  ];
}

/** The limits of a plan, from its options. */
function wantedOf({ options = {} }: Plan): Limits {
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  return { memory: number(options.memory), cpus: number(options.cpus), pids: number(options.pids) };
}

async function apply(object: PlanObject, plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const wanted = wantedOf(plan);
  const changes: LimitChange = { ...wanted, memorySwap: wanted.memory };
  const landed = (container: ContainerFacts | undefined) =>
    container !== undefined && differences(container, wanted).length === 0;
  return [
    await change(
      object,
      `update (${limitText(wanted)})`,
      context,
      () => context.engine.updateLimits(object.id, changes),
      landed,
    ),
  ];
}

/** Limits that a container has otherwise than wanted, in words. */
function differences({ detail }: ContainerFacts, { memory, cpus, pids }: Limits): string[] {
  const now = detail?.limits ?? {};
  return [
    ...(memory !== undefined && now.memory !== memory
      ? [`memory ${now.memory ? bytes(now.memory) : 'unlimited'}`]
      : []),
    ...(cpus !== undefined && Math.abs((now.cpus ?? 0) - cpus) > 1e-6 ? [`CPUs ${now.cpus ?? 'unlimited'}`] : []),
    ...(pids !== undefined && now.pids !== pids ? [`processes ${now.pids ?? 'unlimited'}`] : []),
  ];
}

function limitText({ memory, cpus, pids }: Limits): string {
  return [
    ...(memory === undefined ? [] : [`memory ${bytes(memory)}`]),
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(pids === undefined ? [] : [`${pids} processes`]),
  ].join(', ');
}
