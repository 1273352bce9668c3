import * as v from 'valibot';
import type { LimitChange } from '../engine/engine.ts';
import type { ContainerFacts, EngineInfo } from '../engine/facts.ts';
import { readingFrom } from '../engine/parse/usage.ts';
import { byteCount, bytes, plural } from '../lib/format.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { type Need, needOf } from './capacity.ts';
import { change } from './change.ts';
import { ON_CONTAINERS } from './lifecycle.ts';
import { inOrder } from './schedule.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';
import { watch, watchAll } from './watch.ts';

const NAME = 'limits';
/** Bytes, processes: what a container uses now, by its id. */
type Use = { memory?: number; pids?: number; cpus?: number };
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

/** `unlimited` as the engine writes it. */
const UNLIMITED = -1;

const swapSize = v.pipe(
  v.string(),
  v.transform((text: string) => (text === 'unlimited' ? UNLIMITED : NO_SIZE.test(text) ? 0 : byteCount(text))),
  v.number('must be a size such as 512m, 0 or unlimited'),
);
const NO_SIZE = /^0+[kmgt]?i?b?$/i;

const processCount = v.pipe(
  v.string(),
  v.transform((text: string) => (text === 'unlimited' ? UNLIMITED : Number(text))),
  v.integer('must be a whole number, or unlimited'),
  v.check((value) => value === UNLIMITED || (value > 0 && value <= 4_194_304), 'must be above 0'),
);

const Limits = v.strictObject({
  memory: v.optional(v.pipe(memorySize, v.description('memory: 512m, 2g'))),
  swap: v.optional(v.pipe(swapSize, v.description('swap beyond the memory: 0, 512m, unlimited'))),
  cpus: v.optional(v.pipe(positiveNumber(1024), v.description('CPUs: 0.5, 2'))),
  pids: v.optional(v.pipe(processCount, v.description('processes and threads: 200, unlimited'))),
  'shm-size': v.optional(v.pipe(v.string(), v.description('refused: /dev/shm keeps its size until a recreate'))),
});
type Limits = v.InferOutput<typeof Limits>;

/** Changes memory, CPU and process limits of containers without restarting them. */
export const limits: Action<Limits, Facts> = {
  name: NAME,
  title: 'Change the limits of',
  help: 'change memory, swap, CPU and process limits without a restart',
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
    const percent = state.usage.get(id)?.cpuPercent;
    use.set(id, { memory, pids, cpus: percent === undefined ? undefined : percent / 100 });
  });
  return use;
}

function planLimits({ state, desk, target, settings, parameters, facts }: PlanInput<Limits, Facts>): Plan | Refusal {
  const name = targetName(state, desk, target);
  const no = (refused: string, change: string) => refuse(NAME, name, refused, change);
  if (Object.values(parameters).every((value) => value === undefined))
    return no('no limit was given', 'give --memory 512m, --swap 0, --cpus 0.5 or --pids 200');
  if (parameters['shm-size'] !== undefined)
    return no(
      'the engine cannot change the size of /dev/shm while a container exists, and says nothing when asked to',
      'set shm_size in the compose file and recreate it',
    );
  const containers = containersOf(state, desk, target);
  if (containers.length === 0) return no('it has no containers', 'bring it up first');
  const tooMuch = overHost(parameters, state.engine);
  if (tooMuch) return no(tooMuch, 'choose a smaller limit');
  for (const container of containers) {
    const { memory = container.detail?.limits.memory, swap } = parameters;
    if (swap !== undefined && memory === undefined)
      return no(`${container.name} has no memory limit, and swap is counted beyond it`, 'give --memory, too');
    const below = belowUse(parameters, facts.get(container.id));
    if (below) return no(`${container.name} ${below}`, 'choose a larger limit, or restart it first');
  }
  const changed = containers.filter((one) => differences(one, parameters).length > 0);
  if (changed.length === 0) return no('it has these limits already', 'nothing to do');
  return {
    action: NAME,
    title: `Change the limits of ${name} (${plural(changed.length, 'container')})`,
    danger: 1,
    target,
    name,
    objects: changed.map((one) => ({
      ...planObject(one, desk, note(one, parameters, facts.get(one.id)), settings),
      need: needAfter(one, parameters),
    })),
    warnings: warnings(containers),
    options: Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
  };
}

/** What it may take of the host afterwards. */
function needAfter(container: ContainerFacts, { memory, cpus }: Limits): Need {
  const now = needOf(container);
  return { ...now, memory: memory ?? now.memory, cpus: cpus ?? now.cpus, ports: [] };
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
  if (pids !== undefined && pids !== UNLIMITED && use?.pids !== undefined && pids < use.pids)
    return `has ${plural(use.pids, 'process', 'processes')} now, more than ${pids}`;
  return undefined;
}

function note({ detail }: ContainerFacts, wanted: Limits, use: Use | undefined): string {
  const now = detail?.limits ?? {};
  const { memory, cpus, pids } = wanted;
  const before = swapText(now.memory, now.memorySwap);
  const after = swapText(memory ?? now.memory, swapTotal(now, wanted) ?? now.memorySwap);
  return [
    ...(memory === undefined ? [] : [`memory ${size(now.memory)} -> ${bytes(memory)}${uses(use?.memory, bytes)}`]),
    ...(before === after ? [] : [`swap ${before} -> ${after}`]),
    ...(cpus === undefined ? [] : [`CPUs ${count(now.cpus)} -> ${cpus}${uses(use?.cpus, (one) => one.toFixed(2))}`]),
    ...(pids === undefined ? [] : [`processes ${count(now.pids)} -> ${count(pids)}${uses(use?.pids, String)}`]),
  ].join('; ');
}

const size = (value: number | undefined) => (value === undefined ? 'unlimited' : bytes(value));
const count = (value: number | undefined) => (value === undefined || value === UNLIMITED ? 'unlimited' : String(value));
const uses = (value: number | undefined, text: (value: number) => string) =>
  value === undefined ? '' : ` (uses ${text(value)})`;

/** The engine counts memory and swap together; without a memory limit there is none on swap either. */
function swapText(memory: number | undefined, total: number | undefined): string {
  if (total === UNLIMITED || memory === undefined) return 'unlimited';
  return total === undefined || total <= memory ? 'none' : bytes(total - memory);
}

/** Memory and swap together as the engine is told: the swap that was asked for, else as much as it has. Undefined: it stays. */
function swapTotal(now: LimitChange, { memory = now.memory, swap, memory: given }: Limits): number | undefined {
  if (swap === UNLIMITED) return UNLIMITED;
  if (swap !== undefined) return (memory ?? 0) + swap;
  if (given === undefined) return undefined;
  if (now.memorySwap === UNLIMITED) return UNLIMITED;
  return given + Math.max(0, (now.memorySwap ?? 0) - (now.memory ?? Number.POSITIVE_INFINITY));
}

function warnings(containers: readonly ContainerFacts[]): string[] {
  const managed = containers.some(({ labels }) => labels['com.docker.compose.project'] !== undefined);
  return [
    managed
      ? 'The compose file keeps its old limits: the next recreate brings them back. Change the file too.'
      : 'They last until the container is recreated.',
  ];
}

/** The limits of a plan, from its options. */
function wantedOf({ options = {} }: Plan): Limits {
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const [memory, swap, cpus, pids] = [options.memory, options.swap, options.cpus, options.pids].map(number);
  return { memory, swap, cpus, pids };
}

async function apply(object: PlanObject, plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const wanted = wantedOf(plan);
  const landed = (container: ContainerFacts | undefined) =>
    container !== undefined && differences(container, wanted).length === 0;
  let said: readonly string[] = [];
  const work = async () => {
    const { detail } = await context.engine.container(object.id);
    const { memory, cpus, pids } = wanted;
    const limits = { memory, cpus, pids, memorySwap: swapTotal(detail?.limits ?? {}, wanted) };
    said = (await context.engine.updateLimits(object.id, limits)).warnings;
  };
  const done = await change(object, `update (${limitText(wanted)})`, context, work, landed);
  return [said.length > 0 ? { ...done, result: said.join(' ') } : done];
}

/** Limits that a container has otherwise than wanted, in words. */
function differences({ detail }: ContainerFacts, { memory, swap, cpus, pids }: Limits): string[] {
  const now = detail?.limits ?? {};
  const total = swap === UNLIMITED ? UNLIMITED : (memory ?? now.memory ?? 0) + (swap ?? 0);
  // An unlimited number of processes is read as none set.
  const processes = pids === UNLIMITED ? undefined : pids;
  return [
    ...(memory !== undefined && now.memory !== memory ? [`memory ${size(now.memory)}`] : []),
    ...(swap !== undefined && now.memorySwap !== total ? [`swap ${swapText(now.memory, now.memorySwap)}`] : []),
    ...(cpus !== undefined && Math.abs((now.cpus ?? 0) - cpus) > 1e-6 ? [`CPUs ${count(now.cpus)}`] : []),
    ...(pids !== undefined && now.pids !== processes ? [`processes ${count(now.pids)}`] : []),
  ];
}

function limitText({ memory, swap, cpus, pids }: Limits): string {
  return [
    ...(memory === undefined ? [] : [`memory ${bytes(memory)}`]),
    ...(swap === undefined ? [] : [`swap ${swap === UNLIMITED ? 'unlimited' : bytes(swap)}`]),
    ...(cpus === undefined ? [] : [`${cpus} CPUs`]),
    ...(pids === undefined ? [] : [`${count(pids)} processes`]),
  ].join(', ');
}
