import { describe, expect, it } from 'vitest';
import { compose, event, exited, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts, EngineEvent } from '../engine/facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { adviceBehind, incidentAdvice } from './advice.ts';
import { adviceText } from './advice-words.ts';
import { Deriver } from './derive.ts';
import type { Desk } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

function deskOf(
  containers: readonly ContainerFacts[],
  events: readonly EngineEvent[] = [],
  more: readonly DeskMessage[] = [],
): Desk {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers },
    ...events.map((one) => ({ type: 'event' as const, event: one })),
    ...more,
  ]);
  return new Deriver().derive(state);
}

const STOP = NOON - 3 * MINUTE;
const no = { restartPolicy: { name: 'no', maximumRetries: 0 } };
const stayed = (service: string, exitCode: number, at = STOP, project = 'exness') =>
  exited(compose(project, service, { detail: no }), exitCode, { at });
const back = (service: string, finishedAt = STOP) =>
  compose('exness', service, { detail: { startedAt: STOP + MINUTE, finishedAt } });

describe('a restart of the engine or the host', () => {
  const rebooted = [
    stayed('redis', 0, STOP - 2 * SECOND),
    stayed('postgres', 137),
    stayed('db', 0, STOP, 'trading'),
    back('backend'),
    back('engine', STOP - 5 * SECOND),
  ];

  it('is one incident, with one remedy for each project', () => {
    const desk = deskOf(rebooted);
    expect(desk.incidents).toEqual([
      {
        kind: 'engine-restart',
        reason: 'the engine or the host was restarted: 3 services did not come back',
        since: STOP,
        services: ['compose:exness/postgres', 'compose:exness/redis', 'compose:trading/db'],
      },
    ]);
    expect(desk.verdict.reason).toBe('3 down: the engine or the host was restarted: 3 services did not come back');
    const advice = incidentAdvice(desk.incidents[0] as (typeof desk.incidents)[0], desk);
    expect(advice.map((one) => adviceText(one.advice, (step) => `<${step} ${one.about.project}>`))).toEqual([
      '<start-project exness> starts exness, databases first',
      '<start-project trading> starts trading, databases first',
    ]);
  });

  it('is recognised if the engine stopped its containers with the same signals as an operator', () => {
    const stopped = (facts: ContainerFacts, at: number): DeskMessage[] =>
      [event(facts, 'kill', at - 100, { signal: '15' }), event(facts, 'die', at, { exitCode: '0' })].map((one) => ({
        type: 'event',
        event: one,
      }));
    const why = new EngineError('closed', 'The engine closed the connection', '');
    const messages = (lostAt: number): DeskMessage[] => [
      ...rebooted.flatMap((facts) => stopped(facts, facts.detail?.finishedAt ?? STOP)),
      { type: 'connection', connection: { state: 'lost', since: lostAt, why, attempt: 1, nextTry: lostAt } },
      { type: 'connection', connection: { state: 'ready', since: lostAt + MINUTE } },
    ];
    const desk = deskOf(rebooted, [], messages(STOP + SECOND));
    expect(desk.incidents.map(({ kind }) => kind)).toEqual(['engine-restart']);
    expect(desk.byId.get(serviceId('compose:exness/redis'))?.verdict.reason).toBe('ended with the engine or the host');
    expect(deskOf(rebooted, [], messages(STOP + 10 * MINUTE)).incidents).toEqual([]);
  });

  it('is not inferred from a service without a restart policy that an operator restarted', () => {
    const restarted = compose('exness', 'feed', { detail: { ...no, startedAt: STOP + MINUTE, finishedAt: STOP } });
    expect(deskOf([stayed('died', 4), restarted]).incidents).toEqual([]);
  });

  it('is not inferred from a new project in which one service fails at once and another in a loop', () => {
    const failed = compose('exness', 'keys', { detail: { ...no, startedAt: STOP - SECOND } });
    const looping = compose('exness', 'feed', {
      detail: { startedAt: STOP + 2 * SECOND, finishedAt: STOP + SECOND, restartCount: 5 },
    });
    expect(deskOf([exited(failed, 5, { startedAt: STOP - SECOND, at: STOP }), back('web')]).incidents).toEqual([]);
    expect(deskOf([stayed('died', 4), looping]).incidents).toEqual([]);
  });

  it('corrects the verdicts of the services', () => {
    const { byId } = deskOf(rebooted);
    expect(byId.get(serviceId('compose:exness/redis'))).toMatchObject({
      incident: 'engine-restart',
      verdict: { level: 'down', reason: 'ended with the engine or the host (exit 0)' },
    });
    expect(byId.get(serviceId('compose:exness/postgres'))?.verdict.reason).toBe(
      'exit 137, ended with the engine or the host',
    );
    expect(byId.get(serviceId('compose:exness/backend'))?.incident).toBeUndefined();
  });

  it('is recognised by the exit codes if nothing came back', () => {
    expect(deskOf([stayed('redis', 255), stayed('postgres', 255)]).incidents).toHaveLength(1);
  });

  it.each<[string, readonly ContainerFacts[], readonly EngineEvent[]]>([
    ['something has run since before', [...rebooted, compose('exness', 'web')], []],
    ['two services ended, nothing was restarted', [stayed('redis', 0), stayed('postgres', 1)], []],
    ['one service ended by itself', [stayed('redis', 0), back('backend', STOP - 40 * MINUTE)], []],
    [
      'somebody stopped them',
      rebooted,
      rebooted.flatMap((one) => {
        const at = one.detail?.finishedAt ?? 0;
        return [event(one, 'kill', at - 100, { signal: '15' }), event(one, 'die', at, { exitCode: '0' })];
      }),
    ],
  ])('is none where %s', (_, containers, events) => {
    expect(deskOf(containers, events).incidents).toEqual([]);
  });
});

describe('a full disk', () => {
  const full = (id: string): DeskMessage => ({
    type: 'lines',
    id: containerId(id),
    at: NOON,
    lines: ['PANIC: could not write: No space left on device'],
    times: [NOON - 5 * SECOND],
  });
  const [db, cache] = [compose('p', 'db'), compose('p', 'cache')];

  it("of two services is the host's disk, one incident", () => {
    const desk = deskOf([db, cache], [], [full(db.id), full(cache.id)]);
    expect(desk.incidents).toMatchObject([
      { kind: 'disk-full', reason: 'the disk of the host is full: 2 services cannot write' },
    ]);
  });

  it('of one service may be its volume', () => {
    expect(deskOf([db, cache], [], [full(db.id)]).incidents).toEqual([]);
  });
});

describe('a problem in a log', () => {
  const db = compose('p', 'db');
  const lines = (
    at: number,
    times: readonly number[],
    text = 'write failed: No space left on device',
  ): DeskMessage => ({
    type: 'lines',
    id: db.id,
    at,
    lines: times.map(() => text),
    times,
  });
  const verdictAt = (now: number, ...messages: readonly DeskMessage[]) =>
    deskOf([db], [], [...messages, { type: 'tick', now }]).byId.get(serviceId('compose:p/db'))?.verdict;

  it('starts with its first line, however often it is read', () => {
    const first = lines(NOON, [NOON - 20 * SECOND]);
    const again = lines(NOON + 30 * SECOND, [NOON + 25 * SECOND]);
    expect(verdictAt(NOON, first)).toMatchObject({ level: 'degraded', since: NOON - 20 * SECOND });
    expect(verdictAt(NOON + 30 * SECOND, first, again)).toMatchObject({ level: 'degraded', since: NOON - 20 * SECOND });
  });

  it('is over a minute after its last line, and then forgotten', () => {
    const said = lines(NOON, [NOON]);
    expect(verdictAt(NOON + 59 * SECOND, said)?.level).toBe('degraded');
    const past = verdictAt(NOON + 61 * SECOND, said);
    expect(past).toMatchObject({ level: 'ok', code: 'running' });
    expect(past?.reason).toMatch(/^running, no health check; the disk was full until \d\d:\d\d:\d\d, by its log$/);
    expect(verdictAt(NOON + 12 * MINUTE, said)?.reason).toBe('running, no health check');
  });

  it('lasts longer if its lines are rare', () => {
    const seldom = lines(NOON, [NOON - 4 * MINUTE, NOON - 2 * MINUTE, NOON]);
    expect(verdictAt(NOON + 5 * MINUTE, seldom)?.level).toBe('degraded');
    expect(verdictAt(NOON + 7 * MINUTE, seldom)?.level).toBe('ok');
  });

  it('stays for exhausted threads', () => {
    const threads = lines(NOON, [NOON - 5 * MINUTE], "RuntimeError: can't start new thread");
    expect(verdictAt(NOON, threads)?.code).toBe('log-errors');
  });
});

describe('clients of a dependency that is down', () => {
  const redis = compose('p', 'redis');
  const web = compose('p', 'web', { dependsOn: 'redis:service_started:false' });
  const refused = (text: string, at: number): DeskMessage => ({
    type: 'lines',
    id: web.id,
    at,
    lines: [text],
    times: [at],
  });

  it('are not shown as entirely healthy', () => {
    expect(deskOf([exited(redis, 137), web]).byId.get(serviceId('compose:p/web'))).toMatchObject({
      needs: ['redis'],
      verdict: { level: 'ok' },
    });
    expect(deskOf([redis, web]).byId.get(serviceId('compose:p/web'))?.needs).toBeUndefined();
  });

  it('have the same reason whatever their logs say, until it is back', () => {
    const reasons = ['getaddrinfo EAI_AGAIN redis', 'connect ECONNREFUSED redis:6379', 'Connection is closed'].map(
      (text) =>
        deskOf([exited(redis, 137, { at: NOON - MINUTE }), web], [], [refused(text, NOON)]).byId.get(
          serviceId('compose:p/web'),
        )?.verdict.reason,
    );
    expect(new Set(reasons)).toEqual(new Set(['up, but cannot reach redis']));
    const restarted = compose('p', 'redis', { health: 'unhealthy', detail: { startedAt: NOON + SECOND } });
    const later = deskOf([restarted, web], [], [refused('connect ECONNREFUSED redis:6379', NOON)]);
    expect(later.byId.get(serviceId('compose:p/web'))?.verdict.level).toBe('ok');
  });
});

it('remain visible if they are still down after it was repaired', () => {
  const job = compose('p', 'migrate', { labels: { 'deskhand.job': 'true' } });
  const waits = (name: string) => ({
    ...compose('p', name, {
      dependsOn: 'migrate:service_completed_successfully:false',
      detail: { startedAt: undefined },
    }),
    state: 'created' as const,
    created: NOON - MINUTE,
  });
  const desk = deskOf([exited(job, 0), waits('backend'), waits('engine')]);
  const migrate = desk.byId.get(serviceId('compose:p/migrate'));
  const advice = migrate && adviceBehind(migrate, desk);
  expect(advice && adviceText(advice, (step) => `<${step}>`)).toBe(
    '<start-project> starts the 2 still down behind it: backend, engine',
  );
  const running = deskOf([
    exited(job, 0),
    compose('p', 'backend', { dependsOn: 'migrate:service_completed_successfully:false' }),
  ]);
  const done = running.byId.get(serviceId('compose:p/migrate'));
  expect(done && adviceBehind(done, running)).toBeUndefined();
});
