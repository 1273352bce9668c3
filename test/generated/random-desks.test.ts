import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action, LocalTarget, Plan } from '../../source/actions/action.ts';
import type { Answer } from '../../source/actions/audit/record.ts';
import { draft, isRefusal } from '../../source/actions/draft.ts';
import { createExecutor } from '../../source/actions/execute.ts';
import { actionNamed } from '../../source/actions/list.ts';
import { readWords } from '../../source/actions/parameters.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import { memoryAudit, noTools, openGuard } from '../builders/actions.ts';
import { type Disturbance, openWorld, type SeenCall, type ServiceSpec } from './desk-world.ts';

/**
 * Random desks, actions and disturbances: containers are recreated, renamed, stopped and started by someone else after the plan
 * was made and between its calls. What must hold in all of them is in `check`.
 */

const WORLDS = 2300;
/** The rest is left out on a machine so slow that this is not enough; the counts that are printed say so. */
const LIMIT_MS = 90_000;

const member = fc.record({
  state: fc.constantFrom('running', 'running', 'running', 'exited', 'created', 'paused'),
  labels: fc.constantFrom<Record<string, string>>(
    {},
    {},
    { 'deskhand.protected': 'true' },
    { 'deskhand.single': 'yes' },
  ),
  policy: fc.constantFrom('no', 'always', 'unless-stopped'),
  autoRemove: fc.constantFrom(false, false, false, true),
});
const services: fc.Arbitrary<ServiceSpec[]> = fc
  .array(
    fc.record({
      project: fc.constantFrom('a', 'a', 'b', undefined),
      members: fc.array(member, { minLength: 1, maxLength: 3 }),
      needs: fc.option(fc.nat(3)),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.map(({ project, members, needs }, index) => ({
      name: `s${index}`,
      project,
      members,
      dependsOn: needs !== null && needs < index ? `s${needs}` : undefined,
    })),
  );
const ACTIONS: readonly (readonly [name: string, ...words: string[]])[] = [
  ['restart'],
  ['rolling-restart'],
  ['restart-with-dependants'],
  ['start'],
  ['stop'],
  ['kill'],
  ['signal', 'HUP'],
  ['pause'],
  ['unpause'],
  ['remove'],
  ['scale', '0'],
  ['scale', '1'],
  ['scale', '2'],
  ['scale', '4'],
];
const disturbances: fc.Arbitrary<Disturbance[]> = fc.array(
  fc.record({
    at: fc.nat(4),
    victim: fc.nat(11),
    what: fc.constantFrom('recreate', 'recreate', 'start', 'stop', 'restart', 'remove', 'rename'),
  }),
  { maxLength: 3 },
);
const scenario = fc.record({
  services,
  action: fc.constantFrom(...ACTIONS),
  target: fc.record({ kind: fc.constantFrom('service', 'container', 'project', 'marked'), index: fc.nat(11) }),
  answer: fc.constantFrom('typed', 'typed', 'typed', 'typed', 'confirmed', 'wrong', 'none'),
  disturbances: fc.oneof(fc.constant([]), disturbances),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

/** The verbs of the engine's API that an action may use on what it has shown. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  restart: ['restart'],
  'rolling-restart': ['restart'],
  'restart-with-dependants': ['restart'],
  start: ['start'],
  stop: ['stop'],
  kill: ['kill'],
  signal: ['kill', 'exec'],
  pause: ['pause'],
  unpause: ['unpause'],
  remove: ['stop', 'remove'],
  scale: ['stop', 'remove', 'create', 'start'],
};

const counts = { worlds: 0, refused: 0, unconfirmed: 0, executed: 0, calls: 0, disturbed: 0, stoppedByChange: 0 };
let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function targetOf({ kind, index }: Scenario['target'], state: DeskState): LocalTarget | undefined {
  const desk = deriveDesk(state);
  const service = desk.services[index % Math.max(1, desk.services.length)];
  const container = [...state.containers.values()][index % Math.max(1, state.containers.size)];
  const project = desk.projects[index % Math.max(1, desk.projects.length)];
  if (kind === 'service') return service && { kind, id: service.id };
  if (kind === 'container') return container && { kind, id: container.id };
  if (kind === 'project') return project && { kind, id: project.name };
  return { kind: 'marked', id: 'marked', ids: desk.services.slice(0, 1 + (index % 3)).map(({ id }) => id) };
}

function answerOf(given: Scenario['answer'], { name }: Plan): Answer {
  if (given === 'typed') return { kind: 'typed', text: name };
  if (given === 'wrong') return { kind: 'typed', text: `${name}x` };
  return { kind: given };
}

function verbOf({ method, path }: SeenCall): string {
  if (method === 'DELETE') return 'remove';
  if (path.startsWith('/containers/create')) return 'create';
  if (path.startsWith('/exec/')) return 'exec';
  return path.split('/')[3]?.split('?')[0] ?? '';
}

async function stateNow(): Promise<DeskState> {
  const containers = await world.engine.containers();
  const info = await world.engine.info();
  return {
    ...initialState(world.now(), world.engine.id),
    engine: info,
    containers: new Map(containers.map((one) => [one.id, one])),
  };
}

async function play({ services: specs, action: [name, ...words], target, answer, disturbances: all }: Scenario) {
  const action = actionNamed(name) as Action;
  const calls: SeenCall[] = [];
  /** What someone else changed, and whether it was read after that. */
  const touched = new Map<string, boolean>();
  const audit = memoryAudit();
  const disturb = (at: number) => {
    for (const one of all) {
      if (one.at !== at) continue;
      const id = world.disturb(one);
      if (id !== undefined && one.what !== 'rename') touched.set(id, false);
    }
  };
  const made = new Set<string>();
  const reads = new Map<string, number>();
  world.reset(specs, {
    change(call) {
      disturb(calls.length + 1);
      const readBefore = (reads.get(call.id) ?? 0) > 1;
      calls.push({ ...call, records: audit.records.length, readSince: touched.get(call.id) === true, readBefore });
      reads.set(call.id, 1);
    },
    created: (id) => void made.add(id),
    read(id) {
      if (touched.has(id)) touched.set(id, true);
      reads.set(id, (reads.get(id) ?? 0) + 1);
    },
  });
  const state = await stateNow();
  const local = targetOf(target, state);
  const read = readWords(action, words);
  if (local === undefined || 'error' in read) return undefined;
  const request = { action, target: { ...local, engine: world.engine.id }, parameters: read.parameters };
  const source = { engine: world.engine, tools: noTools, state, buildDesk: deriveDesk };
  const settings = { stableMs: 0, verifyMs: 1000 };
  const plan = await draft(request, source, settings);
  expect(calls, 'a plan changes nothing').toEqual([]);
  if (isRefusal(plan)) return { plan };
  reads.clear();
  disturb(0);
  const executor = createExecutor({
    engine: world.engine,
    tools: noTools,
    audit,
    state: () => state,
    now: world.now,
    wait: async (ms) => world.pass(ms),
    guard: () => openGuard,
  });
  const given = answerOf(answer, plan);
  const signal = new AbortController().signal;
  const result = await executor.execute({ action, plan, answer: given, signal, progress: () => undefined });
  return { plan, result, calls, made, records: audit.records, given };
}

type Played = NonNullable<Awaited<ReturnType<typeof play>>>;
type Executed = Required<Pick<Played, 'result' | 'calls' | 'made' | 'records' | 'given'>> & { plan: Plan };

function check(scene: Scenario, played: Played): void {
  const { plan, result, calls, made, records, given } = played;
  if (isRefusal(plan) || !result || !calls || !made || !records || !given) return;
  const executed: Executed = { plan, result, calls, made, records, given };
  checkShown(scene, executed);
  checkConsent(executed);
  checkRead(executed);
  checkUnchanged(executed);
  if (scene.disturbances.length > 0) return;
  checkComplete(executed);
  checkSingle(scene);
}

const keyOf = ({ fresh, name, id }: Plan['objects'][number]) => (fresh ? name : id);

/** Never anything but what was shown, by its id, with the verbs of the action, and with a record before it. */
function checkShown({ action: [action] }: Scenario, { plan, calls, made, records }: Executed): void {
  const shown = plan.objects.map(keyOf);
  for (const call of calls) {
    const verb = verbOf(call);
    expect(VERBS[action], `${verb} is no part of ${action}`).toContain(verb);
    const name = createdName(call) ?? call.name;
    const known = verb === 'create' ? shown.includes(name) : shown.includes(call.id) || made.has(call.id);
    expect(known, `${verb} of ${name} (${call.id.slice(0, 12)}) was not shown`).toBe(true);
    const before = records.slice(0, call.records);
    expect(before.map(({ kind }) => kind)).toContain('begin');
    const recorded = before.some((one) => one.kind === 'call' && (one.id === call.id || one.id === name));
    expect(recorded, `${verb} of ${name} has no record`).toBe(true);
  }
}

function createdName({ path }: SeenCall): string | undefined {
  return path.startsWith('/containers/create')
    ? (new URLSearchParams(path.split('?')[1]).get('name') ?? '')
    : undefined;
}

/** Without the consent that its danger asks for, nothing at all; whatever was begun has an end. */
function checkConsent({ plan, result, calls, records, given }: Executed): void {
  const isTyped = given.kind === 'typed' && given.text === plan.name;
  const consents = plan.danger >= 3 ? isTyped : plan.danger < 2 || given.kind !== 'none';
  if (!consents || result.kind === 'refused') expect(calls).toEqual([]);
  else expect(records.at(-1)).toMatchObject({ kind: 'end' });
}

/** Every object is read right before each call to it. */
function checkRead({ calls, made }: Executed): void {
  const unread = calls.filter(
    (call) => call.id !== 'create' && !made.has(call.id) && !call.path.startsWith('/exec/') && !call.readBefore,
  );
  expect(unread.map((call) => `${verbOf(call)} ${call.name}`)).toEqual([]);
}

/** What someone else has stopped or started, and deskhand has seen so, is not started or restarted any more. */
function checkUnchanged({ plan, calls }: Executed): void {
  const strict = new Set(plan.objects.filter(({ expect: wanted }) => wanted !== undefined).map(({ id }) => id));
  for (const call of calls) {
    const noticed = call.readSince && strict.has(call.id);
    expect(noticed, `${verbOf(call)} of ${call.name}, which someone else has changed since it was shown`).toBe(false);
  }
}

/** Undisturbed, the calls are the plan: every object, and no call twice. */
function checkComplete({ plan, result, calls }: Executed): void {
  if (result.kind === 'refused' || !result.outcome.ok) return;
  const reached = new Set(calls.flatMap((call) => [call.id, createdName(call) ?? '']));
  expect(plan.objects.filter((object) => !reached.has(keyOf(object))).map(({ name }) => name)).toEqual([]);
  const all = calls.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(all).size).toBe(all.length);
}

/** What must stay single is not started twice. */
function checkSingle({ services: specs }: Scenario): void {
  for (const { name, project, members } of specs) {
    if (project === undefined || !members.some(({ labels }) => labels['deskhand.single'])) continue;
    const up = (state: string) => ['running', 'paused', 'restarting'].includes(state);
    const before = members.filter(({ state }) => up(state)).length;
    const own = world.containers().filter(({ config: { Labels: l } }) => {
      return l['com.docker.compose.service'] === name && l['com.docker.compose.project'] === project;
    });
    const after = own.filter(({ state }) => up(state.status)).length;
    expect(after, `${project}/${name} must stay single`).toBeLessThanOrEqual(Math.max(1, before));
  }
}

function count(scene: Scenario, played: Played): void {
  counts.worlds += 1;
  if (isRefusal(played.plan)) counts.refused += 1;
  else if (played.result?.kind === 'refused') counts.unconfirmed += 1;
  else counts.executed += 1;
  counts.calls += played.calls?.length ?? 0;
  if (scene.disturbances.length > 0) counts.disturbed += 1;
  if (played.result?.kind === 'done' && /since the plan was shown/.test(played.result.outcome.verification))
    counts.stoppedByChange += 1;
}

/** Beyond the random ones: what else changes containers by itself. */
const OTHERS: typeof ACTIONS = [
  ['limits', '--memory', '64m'],
  ['rename', 'another'],
  ['exec', 'true'],
];

it.each([...ACTIONS.filter(([, count]) => count !== '4'), ...OTHERS].map((words) => ({ words })))(
  'does nothing to what is gone since its plan was shown: $words',
  async ({ words }) => {
    const [name] = words;
    const state = name === 'start' ? 'exited' : name === 'unpause' ? 'paused' : 'running';
    const one = { state, labels: {}, policy: 'no', autoRemove: false } as const;
    const members = words[0] === 'scale' ? [one, one, one] : [one];
    const needing = { name: 's1', project: 'a', members: [one], dependsOn: 's0' };
    const services = [
      { name: 's0', project: 'a', members, dependsOn: undefined },
      ...(name === 'restart-with-dependants' ? [needing] : []),
    ];
    const gone = services.flatMap((service) =>
      service.members.map(() => ({ at: 0, victim: 0, what: 'remove' }) as const),
    );
    const played = await play({
      services,
      action: words,
      target: { kind: 'service', index: 0 },
      answer: 'typed',
      disturbances: gone,
    });
    expect(played?.calls).toEqual([]);
    const text = JSON.stringify(played?.result);
    expect(text, JSON.stringify(played?.plan)).toMatch(
      /has been removed since the plan was shown|there are 0 replicas/,
    );
  },
);

it(
  'makes the calls of its plan and no other, on every desk and whatever others do meanwhile',
  async () => {
    const seed = Number(process.env.DESKHAND_SEED ?? Date.now() % 2 ** 31);
    const result = await fc.check(
      fc.asyncProperty(scenario, async (scene) => {
        const played = await play(scene);
        if (played === undefined) return;
        count(scene, played);
        check(scene, played);
      }),
      { seed, numRuns: WORLDS, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false },
    );
    console.info(`random desks: seed ${seed} ${JSON.stringify(counts)}`);
    if (result.failed) throw new Error(fc.defaultReportMessage(result));
    expect(counts.calls).toBeGreaterThan(0);
  },
  LIMIT_MS + 30_000,
);
