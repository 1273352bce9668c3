import { describe, expect, it } from 'vitest';
import {
  compose,
  container,
  event,
  exited,
  MINUTE,
  NOON,
  neverStarted,
  probed,
  SECOND,
} from '../../test/builders/facts.ts';
import { exness, maricusco, trading } from '../../test/incidents/stacks.ts';
import type { ContainerDetail, ContainerFacts } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import type { Service } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage, HttpProbe } from './state.ts';

const listed = (...containers: readonly ContainerFacts[]): DeskMessage => ({
  type: 'containers',
  at: NOON,
  containers,
});
const tick = (now: number): DeskMessage => ({ type: 'tick', now });

/** The only service of these messages, and of each further batch, seen by one deriver. */
function verdicts(...batches: readonly (readonly DeskMessage[])[]): Service[] {
  const deriver = new Deriver();
  let state = initialState(NOON, engineId('fake'));
  return batches.map((batch) => {
    state = reduceAll(state, batch);
    const [service] = deriver.derive(state).services;
    if (!service) throw new Error('no service');
    return service;
  });
}
const verdictOf = (...messages: readonly DeskMessage[]) => verdicts(messages)[0]?.verdict;
const policy = (name: string, maximumRetries = 0): Partial<ContainerDetail> => ({
  restartPolicy: { name, maximumRetries },
});
const web = compose('p', 'web');

describe('verdicts: each state is distinguished from the others', () => {
  const ok = { exitCode: 0, output: '' };
  const job = { labels: { 'deskhand.job': 'true' } };
  it.each<[string, ContainerFacts, string]>([
    ['no health check', web, 'ok running: running, no health check'],
    ['healthy', probed(web, 'healthy', ok), 'ok healthy: healthy'],
    [
      'starting',
      probed(web, 'starting', { exitCode: 1, output: '' }, 2),
      'starting starting: starting: no healthy probe yet, 2 failed',
    ],
    ['unhealthy', probed(web, 'unhealthy', { exitCode: 1, output: '' }, 3), 'degraded unhealthy: unhealthy'],
    ['created', neverStarted(web), 'down created: created, never started'],
    ['paused', { ...web, state: 'paused' }, 'down paused: paused: its processes are frozen'],
    ['dead', { ...web, state: 'dead' }, 'down dead: dead: the engine could not remove it'],
    ['removing', { ...web, state: 'removing' }, 'unknown removing: is being removed'],
    ['restarting once', { ...exited(web, 1), state: 'restarting' }, 'degraded restarting: restarting after exit 1'],
    [
      'gave up',
      exited(web, 1, { ...policy('on-failure', 5), restartCount: 5 }),
      'down exited: exit 1; gave up after 5 restarts',
    ],
    ['a job that runs', compose('p', 'web', job), 'ok job-running: job is running'],
    ['a job that is done', exited(compose('p', 'web', job), 0), 'done completed: completed (exit 0)'],
    ['a job that failed', exited(compose('p', 'web', job), 2), 'down job-failed: job failed: exit 2'],
    [
      'a job without its code',
      { ...exited(compose('p', 'web', job), 0), exitCode: undefined },
      'unknown unknown: job ended, exited, exit code not known',
    ],
    [
      'a single container that ended well, of which nothing says what it was',
      exited(container('single', { detail: policy('no') }), 0),
      'unknown exited: exit 0: a finished job or a stopped service? (label deskhand.job says)',
    ],
    ['one that should run', exited(container('single'), 0), 'down exited: exited by itself (exit 0)'],
    [
      'healthy, after a process inside was killed (newer engines keep the flag)',
      probed(compose('p', 'web', { detail: { oomKilled: true } }), 'healthy', ok),
      'ok healthy: healthy; a process inside was killed for memory',
    ],
  ])('%s', (_, facts, expected) => {
    const verdict = verdictOf(listed(facts));
    expect(`${verdict?.level} ${verdict?.code}: ${verdict?.reason}`).toBe(expected);
  });

  it('a job that was stopped has not failed', () => {
    const migrate = compose('p', 'db-migrate', { labels: { 'deskhand.job': 'true' } });
    const kill = event(migrate, 'kill', NOON - 100, { signal: '15' });
    const verdict = verdictOf(
      listed(exited(migrate, 143)),
      { type: 'event', event: kill },
      { type: 'event', event: event(migrate, 'die', NOON, { exitCode: '143' }) },
    );
    expect(verdict).toMatchObject({ level: 'down', code: 'stopped', reason: 'job stopped (exit 143, SIGTERM)' });
  });

  it('an exit does not count as a recovery while it is known only from the event', () => {
    const verdict = verdictOf(
      listed(web),
      { type: 'event', event: event(web, 'oom', NOON - 1) },
      { type: 'event', event: event(web, 'die', NOON, { exitCode: '137' }) },
    );
    expect(verdict?.reason).not.toContain('restarted');
  });
});

describe('verdicts change with time alone', () => {
  it('a restart loop ends when its exits are long ago', () => {
    const loop = [0, 1, 2].map(
      (n): DeskMessage => ({ type: 'event', event: event(web, 'die', NOON + n * SECOND, { exitCode: '1' }) }),
    );
    const [during, after] = verdicts([listed(web), ...loop], [tick(NOON + 11 * MINUTE)]);
    expect(during?.verdict.code).toBe('restart-loop');
    expect(after?.verdict.code).toBe('running');
  });

  it('its back-off doubles with short runs, and resets after a long one', () => {
    const runs = (length: number) =>
      [0, 1, 2, 3].flatMap((n): DeskMessage[] => [
        { type: 'event', event: event(web, 'start', NOON + n * MINUTE) },
        { type: 'event', event: event(web, 'die', NOON + n * MINUTE + length, { exitCode: '1' }) },
      ]);
    expect(verdictOf(listed(web), ...runs(SECOND))?.reason).toContain('back-off 800ms');
    expect(verdictOf(listed(web), ...runs(11 * SECOND))?.reason).toContain('back-off 100ms');
  });

  it('a new container is starting, and was never started if nothing follows', () => {
    const fresh = { ...neverStarted(web), created: NOON };
    const [first, later] = verdicts([listed(fresh)], [tick(NOON + 31 * SECOND)]);
    expect(first?.verdict).toMatchObject({ level: 'starting', code: 'created' });
    expect(later?.verdict).toMatchObject({ level: 'down', code: 'created' });
  });

  it('an old result of a deskhand probe no longer counts', () => {
    const probe = { url: 'http://h/health', at: NOON, status: 503 };
    const [now, later] = verdicts(
      [listed(web), { type: 'probe', serviceId: serviceId('compose:p/web'), probe }],
      [tick(NOON + 6 * MINUTE)],
    );
    expect(now?.verdict).toMatchObject({ code: 'probe-disagrees', reason: 'up, but http://h/health: HTTP 503' });
    expect(later?.verdict.code).toBe('running');
  });

  it('a metric beyond its threshold degrades an otherwise healthy service until it recovers', () => {
    const received = (breaches: Extract<DeskMessage, { type: 'breaches' }>['breaches']): DeskMessage => ({
      type: 'breaches',
      serviceId: serviceId('compose:p/web'),
      breaches,
    });
    const beyond = { level: 'critical', text: 'position -51, more than 50 from zero', since: NOON } as const;
    const [one, two, well, down] = verdicts(
      [listed(web), received([beyond])],
      [received([beyond, { ...beyond, level: 'warn' }])],
      [received([])],
      [received([beyond]), listed({ ...web, state: 'exited', exitCode: 1 })],
    );
    expect(one?.verdict).toEqual({ level: 'degraded', code: 'threshold', reason: beyond.text, since: NOON });
    expect(two?.verdict.reason).toBe('position -51, more than 50 from zero (and 1 more)');
    expect(well?.verdict.level).toBe('ok');
    expect(down?.verdict.code).toBe('exited');
  });

  it('silence counts only after steady input in an unbroken series of readings', () => {
    const reading = (at: number, received: number): DeskMessage => ({
      type: 'usage',
      id: web.id,
      usage: {
        at: NOON + at,
        rates: { received, sent: 0, read: 0, written: 0 },
        totals: { received: 0, sent: 0, read: 0, written: 0 },
      },
    });
    const code = (...readings: DeskMessage[]) =>
      verdicts([listed(web), ...readings], [tick(NOON + 10 * MINUTE)])[1]?.verdict.code;
    const steady = [0, 20, 40].map((s) => reading(s * SECOND, 5000));
    expect(code(...steady, reading(50 * SECOND, 0))).toBe('stalled');
    expect(code(...steady, reading(50 * SECOND, 0), reading(60 * SECOND, 5000))).toBe('running');
    expect(code(reading(0, 5000), reading(10 * SECOND, 0))).toBe('running');
    expect(code(...steady, reading(5 * MINUTE, 0))).toBe('running');
  });
});

describe('own probes', () => {
  const probe = (at: number, status: number | undefined, guessed: boolean): DeskMessage => ({
    type: 'probe',
    serviceId: serviceId('compose:p/web'),
    probe: {
      url: 'http://h/health',
      at: NOON + at,
      guessed,
      ...(status === undefined ? { error: 'connection refused' } : { status }),
    },
  });
  it('count only after a success if they were guessed', () => {
    expect(verdictOf(listed(web), probe(0, undefined, true))?.code).toBe('running');
    expect(verdictOf(listed(web), probe(0, 200, true), probe(1, undefined, true))).toMatchObject({
      code: 'probe-disagrees',
      since: NOON + 1,
    });
    expect(verdictOf(listed(web), probe(0, undefined, false))?.code).toBe('probe-disagrees');
  });
});

describe("results of deskhand's own probes", () => {
  const answer = (probe: HttpProbe): DeskMessage => ({ type: 'probe', serviceId: serviceId('compose:p/web'), probe });
  const unhealthy = probed(web, 'unhealthy', { exitCode: 22, output: 'curl: (22) returned error: 503' }, 3);

  it('contradict a health check only if the program itself answers, not if a port merely accepts', () => {
    const socket = { url: 'ws://h:8765', at: NOON, guessed: true };
    expect(verdictOf(listed(unhealthy), answer(socket))?.reason).toBe('unhealthy: probe HTTP 503');
    const health = { url: 'http://h/health', at: NOON, guessed: true, status: 200 };
    expect(verdictOf(listed(unhealthy), answer(health))?.reason).toBe(
      'Docker says unhealthy, but http://h/health answers 200',
    );
    expect(verdictOf(listed(unhealthy), answer({ ...socket, guessed: false }))?.code).toBe('probe-disagrees');
  });

  it('no longer count for an address that is not probed any more, such as after a restart with another port', () => {
    const refused = { url: 'ws://h:32805', at: NOON, guessed: true, error: 'refused', nothingListens: true } as const;
    const id = serviceId('compose:p/web');
    const probedNow = (...urls: string[]): DeskMessage => ({ type: 'probed', urls: new Map([[id, urls]]) });
    expect(verdictOf(listed(web), answer(refused), probedNow('ws://h:32805'))?.code).toBe('probe-disagrees');
    expect(verdictOf(listed(web), answer(refused), probedNow('ws://h:32829'))?.code).toBe('running');
    expect(verdictOf(listed(web), answer(refused), { type: 'probed', urls: new Map() })?.code).toBe('probe-disagrees');
  });
});

describe('replicas', () => {
  const three = [1, 2, 3].map((number) => compose('p', 'web', { number }));
  it('that are being removed are not reported missing', () => {
    const [a, b, c] = three as [ContainerFacts, ContainerFacts, ContainerFacts];
    const [service] = verdicts([listed(a, b, { ...c, state: 'removing' })]);
    expect(service).toMatchObject({ running: 2, wanted: 2, verdict: { level: 'ok' } });
  });
  it('that all have the same problem are counted', () => {
    const ill = three.map((one) => probed(one, 'unhealthy', { exitCode: 1, output: '' }, 3));
    expect(verdictOf(listed(...ill))?.reason).toMatch(/^3 of 3 replicas: unhealthy/);
  });
});

describe('Swarm services', () => {
  const swarm = (over: Partial<SwarmService>): DeskMessage => {
    const base = { id: 's', name: 'web', image: 'w', labels: {}, ports: [], created: NOON, version: 1 };
    return { type: 'swarm', services: [{ ...base, mode: 'replicated', wanted: 2, running: 2, ...over }] };
  };
  it.each<[Partial<SwarmService>, string]>([
    [{}, 'ok running: 2 of 2 tasks run'],
    [{ wanted: 0, running: 0 }, 'ok stopped: scaled to 0'],
    [{ running: 1 }, 'degraded replicas-missing: 1 of 2 tasks run'],
    [{ running: 0 }, 'down replicas-missing: 0 of 2 tasks run'],
    [{ mode: 'global', wanted: undefined, running: 3 }, 'ok running: 3 of 3 tasks run'],
    [{ updateState: 'rollback_paused' }, 'degraded replicas-missing: 2 of 2 tasks run; its rollback is paused'],
    [{ mode: 'job', running: 0 }, 'unknown unknown: the result of this job is not known here'],
  ])('%j', (over, expected) => {
    const verdict = verdictOf(swarm(over));
    expect(`${verdict?.level} ${verdict?.code}: ${verdict?.reason}`).toBe(expected);
  });
});

describe('step by step', () => {
  it('a service becomes a job when the first service that waits for it appears', () => {
    const migrate = exited(compose('p', 'a-step', { detail: policy('no') }), 0);
    const waits = compose('p', 'b', { dependsOn: 'a-step:service_completed_successfully:false' });
    const [alone, awaited, again] = verdicts([listed(migrate)], [listed(migrate, waits)], [listed(migrate)]);
    expect([alone?.verdict.level, awaited?.verdict.level, again?.verdict.level]).toEqual(['down', 'done', 'down']);
  });

  it('any sequence of messages leads to the same desk as its last state alone', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const pool = [exness(), maricusco(), trading()].flatMap((stack) => Object.values(stack));
    const pick = () => pool[random(pool.length)] ?? web;
    const change = (now: number): DeskMessage => {
      const facts = pick();
      const id = facts.id;
      const owner = serviceId(
        `compose:${facts.labels['com.docker.compose.project']}/${facts.labels['com.docker.compose.service']}`,
      );
      const messages: DeskMessage[] = [
        { type: 'container', at: now, container: exited(facts, random(3), { at: now }) },
        { type: 'container', at: now, container: facts },
        { type: 'container', at: now, container: neverStarted(facts) },
        { type: 'container', at: now, container: probed(facts, 'unhealthy', { exitCode: 1, output: 'refused' }, 3) },
        { type: 'container-gone', at: now, id },
        { type: 'event', event: event(facts, 'die', now, { exitCode: '1' }) },
        { type: 'event', event: event(facts, 'oom', now) },
        { type: 'event', event: event(facts, 'start', now) },
        { type: 'lines', id, at: now, lines: ['connect ECONNREFUSED redis:6379'] },
        {
          type: 'probe',
          serviceId: owner,
          probe: { url: 'u', at: now, ...(random(2) ? { status: 200 } : { error: 'refused' }) },
        },
        { type: 'activity', serviceId: owner, at: now, metric: 'events', perSecond: random(2) },
        tick(now),
      ];
      return messages[random(messages.length)] ?? tick(now);
    };
    const deriver = new Deriver();
    let state = reduceAll(initialState(NOON, engineId('fake')), [listed(...pool)]);
    for (let step = 0; step < 1500; step += 1) {
      const now = NOON + step * SECOND;
      state = reduceAll(
        state,
        Array.from({ length: 1 + random(3) }, () => change(now)),
      );
      if (step % 7 === 0) state = reduceAll(state, [tick(now)]);
      const grown = deriver.derive(state);
      if (step % 5 !== 0) continue;
      const fresh = new Deriver().derive(state);
      expect(grown.services, `step ${step}`).toEqual(fresh.services);
      expect(grown.projects).toEqual(fresh.projects);
      expect(grown.verdict).toEqual(fresh.verdict);
      expect(new Map(grown.ownerOf)).toEqual(new Map(fresh.ownerOf));
    }
  });
});
