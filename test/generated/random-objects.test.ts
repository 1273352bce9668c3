import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action, LocalTarget, Plan } from '../../source/actions/action.ts';
import type { Answer } from '../../source/actions/audit/record.ts';
import { draft, isRefusal } from '../../source/actions/draft.ts';
import { createExecutor } from '../../source/actions/execute.ts';
import type { ActionTools } from '../../source/actions/host-tools.ts';
import { actionNamed } from '../../source/actions/list.ts';
import { readWords } from '../../source/actions/parameters.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { Engine, EngineChanges } from '../../source/engine/engine.ts';
import type { SwarmService } from '../../source/engine/swarm-facts.ts';
import { remove } from '../../source/simulator/world/lifecycle.ts';
import { memoryAudit, noTools, openGuard } from '../builders/actions.ts';
import { inventoryOf, type Meddling, meddle, type ObjectsSpec, populateObjects } from './desk-objects.ts';
import { openWorld } from './desk-world.ts';

/**
 * Random images, volumes, networks, build caches, Swarm services and compose projects, actions on them, and somebody else who tags,
 * mounts, attaches, starts, recreates and scales meanwhile. What is gone at the end is what the plan has shown, or less.
 */

const WORLDS = 2000;
/** A machine so slow that this is not enough plays fewer; the counts that are printed say so. */
const LIMIT_MS = 60_000;

/** Most things are unused and unprotected: those are the ones that plans are about. */
const rarely = fc.constantFrom(false, false, false, true);
const specs: fc.Arbitrary<ObjectsSpec> = fc.record({
  images: fc.array(fc.record({ tags: fc.nat(2), guarded: rarely, used: rarely }), { maxLength: 4 }),
  volumes: fc.array(fc.record({ named: rarely, guarded: rarely, used: rarely }), { maxLength: 5 }),
  networks: fc.array(fc.record({ used: rarely }), { maxLength: 3 }),
  cache: fc.array(fc.record({ inUse: rarely }), { maxLength: 3 }),
  stopped: fc.array(fc.record({ guarded: rarely }), { maxLength: 3 }),
  members: fc.nat(3),
});
const ACTIONS: readonly (readonly [name: string, target: LocalTarget, ...words: string[]])[] = [
  ...['images', 'containers', 'networks', 'build-cache', 'volumes', 'volumes', 'volumes', 'system'].map(
    (id) => ['prune', { kind: 'unused', id }] as const,
  ),
  ['prune', { kind: 'unused', id: 'images' }, '--all'],
  ['remove-volume', { kind: 'volume', id: 'data0' }],
  ['down', { kind: 'project', id: 'p' }],
  ['down', { kind: 'service', id: 'compose:p/web' as never }],
  ...['0', '1', '2', '5'].map((count) => ['scale', { kind: 'service', id: 'swarm:sw' as never }, count] as const),
];
const WHAT = [
  ...[
    'tag',
    'move-tag',
    'mount',
    'volume-again',
    'volume-again',
    'attach',
    'start',
    'recreate',
    'member',
    'scale',
    'remove',
  ],
] as Meddling['what'][];
const meddling: fc.Arbitrary<Meddling> = fc.record({
  at: fc.constantFrom(0, 1, 1, 1, 2, 3),
  victim: fc.nat(9),
  what: fc.constantFrom(...WHAT),
});
const scenario = fc.record({
  spec: specs,
  action: fc.constantFrom(...ACTIONS),
  answer: fc.constantFrom('typed', 'typed', 'typed', 'typed', 'confirmed', 'wrong', 'none'),
  meddlings: fc.oneof(fc.constant<Meddling[]>([]), fc.array(meddling, { maxLength: 3 })),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

const counts = { worlds: 0, refused: 0, unconfirmed: 0, executed: 0, calls: 0, meddled: 0, removed: 0, leftAlone: 0 };
let place: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  place = await openWorld();
});
afterAll(() => place.close());

type Call = { what: string; targets: readonly string[]; records: number };

/** The engine with a Swarm service beside it, which the simulator does not have. */
function withSwarm(swarm: SwarmService[], called: (what: string, id: string) => void): Engine & EngineChanges {
  const own: Partial<Engine & EngineChanges> = {
    swarmServices: async () => [...swarm],
    tasks: async () => [],
    async scaleService(id, version, wanted) {
      called('scale', id);
      const [service] = swarm;
      if (service?.version !== version) throw new Error('update out of sequence');
      swarm[0] = { ...service, wanted, running: wanted, version: version + 1 };
    },
  };
  return new Proxy(place.engine, {
    get(engine, name) {
      const inspect = async (kind: string, id: string) =>
        kind === 'service' ? { ID: id } : engine.inspect(kind as never, id);
      if (name === 'inspect') return inspect;
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value: unknown = Reflect.get(engine, name);
      return typeof value === 'function' ? value.bind(engine) : value;
    },
  });
}

/** A compose CLI that knows the project and takes down what it finds by labels, as the real one does. */
function composeTools(called: (what: string, id: string) => void): ActionTools {
  const done = (stdout: string) => ({ code: 0, stdout, output: stdout, cancelled: false }) as never;
  return {
    ...noTools,
    compose: {
      find: async () => ({
        program: ['compose'],
        version: '1.29',
        dryRun: false,
        progress: false,
        ansi: true,
        modern: false,
      }),
      async run({ project }, command) {
        if (command[0] === 'config') return done(command[1] ? 'web abc\n' : 'name: p\nservices:\n  web: {}\n');
        called('compose', project.name);
        for (const container of [...place.world().containers.values()])
          if (container.config.Labels['com.docker.compose.project'] === project.name)
            remove(place.world(), container, true);
        return done('');
      },
    },
  };
}

const SERVICE: SwarmService = {
  ...{ id: 'sw-id', name: 'sw', image: 'desk:1', labels: {}, mode: 'replicated', wanted: 2, running: 2 },
  ...{ ports: [], created: 0, version: 1 },
};

async function play({ spec, action: [name, target, ...words], answer, meddlings }: Scenario) {
  const action = actionNamed(name) as Action;
  const audit = memoryAudit();
  const calls: Call[] = [];
  /** What was there before or came meanwhile, and what somebody else took away. */
  const known = new Set<string>();
  const excused = new Set<string>();
  const swarm = [{ ...SERVICE }];
  const disturb = (at: number, isOurs: (fresh: string) => boolean = () => true) => {
    for (const one of meddlings.filter((each) => each.at === at)) {
      const { gone, fresh } = changesOf(() => meddle(place.world(), swarm, one));
      for (const thing of gone) excused.add(thing);
      for (const thing of fresh) (isOurs(thing) ? known : excused).add(thing);
    }
  };
  const called = (what: string, ...targets: string[]) => {
    // What comes up while compose is at work is for compose to find; a name that is given away during the call to it, for the engine.
    const named = (fresh: string) =>
      targets.some(
        (target) => fresh.startsWith(`volume ${target} `) || (fresh.startsWith('image') && target.startsWith('image')),
      );
    disturb(calls.length + 1, (fresh) => what !== 'compose' && !named(fresh));
    calls.push({ what, targets, records: audit.records.length });
  };
  place.reset([], {
    change: ({ method, path, id }) => called(`${method} ${path.split('/')[1]}`, id, ...idsIn(path)),
    created: () => undefined,
    read: () => undefined,
  });
  populateObjects(place.world(), spec);
  const engine = withSwarm(swarm, called);
  const containers = await engine.containers();
  const state = {
    ...initialState(place.now(), engine.id),
    engine: await engine.info(),
    containers: new Map(containers.map((one) => [one.id, one])),
    swarm: [...swarm],
  };
  const read = readWords(action, words);
  if ('error' in read) throw new Error(read.error);
  const source = { engine, tools: composeTools(called), state, buildDesk: deriveDesk };
  const request = { action, target: { ...target, engine: engine.id }, parameters: read.parameters };
  const plan = await draft(request, source, { stableMs: 0, verifyMs: 1000 });
  expect(calls, 'a plan changes nothing').toEqual([]);
  if (isRefusal(plan)) return { plan };
  disturb(0);
  for (const thing of inventoryOf(place.world())) known.add(thing);
  const executor = createExecutor({
    ...{ engine, tools: source.tools, audit, state: () => state, now: place.now, guard: () => openGuard },
    wait: async (ms) => place.pass(ms),
  });
  const given = answerOf(answer, plan);
  const signal = new AbortController().signal;
  const result = await executor.execute({ action, plan, answer: given, signal, progress: () => undefined });
  const after = inventoryOf(place.world());
  const gone = [...known].filter((thing) => !after.has(thing) && !excused.has(thing));
  return { plan, result, calls, records: audit.records, given, gone, after };
}

/** What a change takes away from the engine, and what it adds. */
function changesOf(change: () => void): { gone: string[]; fresh: string[] } {
  const before = inventoryOf(place.world());
  change();
  const after = inventoryOf(place.world());
  return {
    gone: [...before].filter((thing) => !after.has(thing)),
    fresh: [...after].filter((thing) => !before.has(thing)),
  };
}

/** The ids that a query names, as the build cache's does. */
function idsIn(path: string): string[] {
  return [...decodeURIComponent(path).matchAll(/"id":\{"([^"]+)"/g)].flatMap(([, id]) => id ?? []);
}

function answerOf(given: Scenario['answer'], { name }: Plan): Answer {
  if (given === 'typed') return { kind: 'typed', text: name };
  return given === 'wrong' ? { kind: 'typed', text: `${name}x` } : { kind: given };
}

type Played = Awaited<ReturnType<typeof play>>;

function check({ spec, meddlings }: Scenario, { plan, result, calls, records, given, gone, after }: Played): void {
  if (isRefusal(plan) || !result || !calls || !records || !given || !gone || !after) return;
  const shown = new Set(plan.objects.map((object) => thingOf(object)));
  const named = new Set(plan.objects.flatMap(({ id, tags = [] }) => [id, ...tags]));
  const compose = plan.compose !== undefined;
  for (const { what, targets, records: count } of calls) {
    const before = records.slice(0, count);
    expect(before[0]?.kind).toBe('begin');
    const ids = before.flatMap((one) => (one.kind === 'call' ? [one.id] : []));
    expect(
      targets.some((id) => ids.includes(id)),
      `${what} ${targets.join()} has no record`,
    ).toBe(true);
    if (!compose)
      expect(
        targets.some((id) => named.has(id)),
        `${what} ${targets.join()} was not shown`,
      ).toBe(true);
  }
  expect(gone.filter((thing) => !shown.has(thing))).toEqual([]);
  const isTyped = given.kind === 'typed' && given.text === plan.name;
  const consents = plan.danger >= 3 ? isTyped : plan.danger < 2 || given.kind !== 'none';
  if (!consents || result.kind === 'refused') expect(calls.map(({ what }) => what)).toEqual([]);
  else expect(records.at(-1)?.kind).toBe('end');
  for (const [index, { guarded, used }] of spec.volumes.entries())
    if (plan.action === 'prune' && (guarded || used || spec.volumes[index]?.named))
      expect(plan.objects.some(({ kind, name }) => kind === 'volume' && name.startsWith(`data${index}`))).toBe(false);
  expect(plan.objects.filter(({ protectedBy }) => protectedBy !== undefined)).toEqual(
    plan.action === 'remove-volume' ? expect.anything() : [],
  );
  if (meddlings.length > 0 || result.kind === 'refused') return;
  expect(result.outcome.ok, result.outcome.verification).toBe(true);
  if (plan.action !== 'scale') expect(new Set(gone)).toEqual(shown);
}

/** As the inventory has it. */
function thingOf({ kind, id, stamp = '' }: Plan['objects'][number]): string {
  return kind === 'volume' ? `volume ${id} ${Date.parse(stamp)}` : `${kind} ${id}`;
}

it(
  'removes and scales what its plan has shown and nothing else, whatever others do meanwhile',
  async () => {
    const seed = Number(process.env.DESKHAND_SEED ?? Date.now() % 2 ** 31);
    const result = await fc.check(
      fc.asyncProperty(scenario, async (scene) => {
        const played = await play(scene);
        counts.worlds += 1;
        if (scene.meddlings.length > 0) counts.meddled += 1;
        counts.calls += played.calls?.length ?? 0;
        counts.removed += played.gone?.length ?? 0;
        if (isRefusal(played.plan)) counts.refused += 1;
        else if (played.result?.kind === 'refused') counts.unconfirmed += 1;
        else counts.executed += 1;
        if (
          played.result?.kind === 'done' &&
          /since the plan was shown|out of sequence/.test(played.result.outcome.verification)
        )
          counts.leftAlone += 1;
        check(scene, played);
      }),
      { seed, numRuns: WORLDS, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false },
    );
    console.info(`random objects: seed ${seed} ${JSON.stringify(counts)}`);
    if (result.failed) throw new Error(fc.defaultReportMessage(result));
    expect(counts.removed).toBeGreaterThan(0);
  },
  LIMIT_MS + 30_000,
);
