import { describe, expect, it } from 'vitest';
import { compose, event, exited, MINUTE, NOON, probed, SECOND } from '../../test/builders/facts.ts';
import type { ContainerDetail, ContainerFacts, EngineEvent } from '../engine/facts.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { adviceFor } from './advice.ts';
import { adviceText } from './advice-words.ts';
import { Deriver } from './derive.ts';
import type { Verdict } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

/** What went wrong is believed while it lasts, and a repair is believed as well. */

function verdictAt(now: number, facts: ContainerFacts, events: readonly EngineEvent[] = []): Verdict | undefined {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: now, containers: [facts] },
    ...events.map((one) => ({ type: 'event' as const, event: one })),
    { type: 'tick', now },
  ]);
  return new Deriver().derive(state).services[0]?.verdict;
}

const web = compose('p', 'web');
const running = (startedAt: number, detail: Partial<ContainerDetail> = {}) =>
  compose('p', 'web', { detail: { startedAt, ...detail } });
const die = (at: number, exitCode = '1') => event(web, 'die', at, { exitCode });
const start = (at: number) => event(web, 'start', at);
/** Ten exits within a minute, each after a run of a second. */
const loop = Array.from({ length: 10 }, (_, n) => [start(NOON + n * 6000), die(NOON + n * 6000 + 1000)]).flat();
const ended = NOON + 55_000;

describe('a restart loop', () => {
  it('continues while the runs are short', () => {
    const verdict = verdictAt(ended + 3 * SECOND, running(ended + SECOND), [...loop, start(ended + SECOND)]);
    expect(verdict).toMatchObject({ level: 'down', code: 'restart-loop' });
    expect(verdict?.reason).toContain('10 exits in 54s');
  });

  it('is over once a run is longer than a minute, is remembered for a while, and then forgotten', () => {
    const facts = running(ended + SECOND);
    const events = [...loop, start(ended + SECOND)];
    const over = verdictAt(ended + 62 * SECOND, facts, events);
    expect(over).toMatchObject({ level: 'degraded', code: 'restarted' });
    expect(over?.reason).toBe('restart loop of 10 exits, last one exit 1; was restarted');
    expect(verdictAt(ended + 6 * MINUTE, facts, events)).toMatchObject({ level: 'ok' });
  });

  it('does not count a planned end after a long run', () => {
    const quick = [0, 1, 2, 3].flatMap((n) => [start(NOON + n * SECOND), die(NOON + n * SECOND + 200)]);
    const nightly = [start(NOON + 5 * SECOND), die(NOON + 80 * SECOND, '0'), start(NOON + 81 * SECOND)];
    const verdict = verdictAt(NOON + 85 * SECOND, running(NOON + 81 * SECOND), [...quick, ...nightly]);
    expect(verdict).toMatchObject({ level: 'ok' });
  });

  it('is not over before its health check passes and its longest run is exceeded', () => {
    const events = [...loop, start(ended + SECOND)];
    const starting = probed(running(ended + SECOND), 'starting', { exitCode: 1, output: '' }, 1);
    expect(verdictAt(ended + 2 * MINUTE, starting, events)?.code).toBe('restart-loop');
    const slow = [0, 2, 4].flatMap((n) => [start(NOON + n * MINUTE), die(NOON + (n + 1.5) * MINUTE)]);
    const again = [...slow, start(NOON + 6 * MINUTE)];
    const facts = running(NOON + 6 * MINUTE);
    expect(verdictAt(NOON + 7.4 * MINUTE, facts, again)?.code).toBe('restart-loop');
    expect(verdictAt(NOON + 7.6 * MINUTE, facts, again)?.code).toBe('restarted');
  });

  const stop = [event(web, 'kill', ended, { signal: '15' }), die(ended + 100, '0'), event(web, 'stop', ended + 100)];
  it.each<[string, EngineEvent[]]>([
    ['stopped and started', stop],
    ['given other limits', [event(web, 'update', ended + 10)]],
  ])('ends at once when it is %s', (_, mend) => {
    const events = [...loop, ...mend, start(ended + SECOND)];
    expect(verdictAt(ended + 2 * SECOND, running(ended + SECOND), events)).toMatchObject({ level: 'ok' });
  });

  it('ends with the container: exits of a replaced container do not count', () => {
    const next = { ...running(ended + SECOND), id: containerId('new'), created: ended };
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      { type: 'containers', at: NOON, containers: [web] },
      ...loop.map((one) => ({ type: 'event' as const, event: one })),
      { type: 'containers', at: ended, containers: [next] },
      { type: 'event', event: { ...die(ended + 2 * SECOND), id: 'new' } },
      { type: 'tick', now: ended + 3 * SECOND },
    ]);
    expect(new Deriver().derive(state).services[0]?.verdict.code).not.toBe('restart-loop');
  });

  it('does not switch to another verdict at the moment of an exit', () => {
    const at = NOON + 9 * 6000 + 1000;
    expect(verdictAt(at + 200, exited(running(at - 1000), 1, { at }), loop)?.code).toBe('restart-loop');
  });

  it('does not count if only an operator restarts it', () => {
    const once = running(ended, { restartPolicy: { name: 'no', maximumRetries: 0 } });
    expect(verdictAt(ended + SECOND, once, [...loop, start(ended)])?.code).toBe('running');
  });
});

describe('the restart count of a month', () => {
  const count = (detail: Partial<ContainerDetail>) => running(NOON - 20 * SECOND, { restartCount: 30, ...detail });

  it('is not a loop if one long run ended and the next began at once', () => {
    const facts = count({ finishedAt: NOON - 20_100 });
    const events = [die(NOON - 20_100, '0'), start(NOON - 20_000)];
    for (const known of [events, []]) expect(verdictAt(NOON, facts, known)).toMatchObject({ level: 'ok' });
  });

  it('is not a loop for a container that was only just started', () => {
    expect(verdictAt(NOON, count({ finishedAt: undefined }), [start(NOON - 20 * SECOND)])?.code).toBe('running');
  });

  it('is a loop if the engine waited long before the last start', () => {
    expect(verdictAt(NOON, count({ finishedAt: NOON - 80_000 }))?.code).toBe('restart-loop');
  });
});

describe('a crash', () => {
  const facts = running(NOON, { finishedAt: NOON - 100 });
  const events = (exitCode: string) => [die(NOON - 100, exitCode), start(NOON)];

  it('is reported for five minutes after the service runs again', () => {
    expect(verdictAt(NOON + MINUTE, facts, events('139'))).toMatchObject({
      level: 'degraded',
      code: 'restarted',
      reason: 'crashed: exit 139, SIGSEGV, segmentation fault; was restarted',
      since: NOON - 100,
    });
    expect(verdictAt(NOON + 5 * MINUTE, facts, events('139'))).toMatchObject({ level: 'ok' });
  });

  it('is not assumed for an exit that was successful or requested', () => {
    expect(verdictAt(NOON + MINUTE, facts, events('0'))).toMatchObject({ level: 'ok' });
    const asked = [event(web, 'kill', NOON - 200, { signal: '15' }), ...events('143')];
    expect(verdictAt(NOON + MINUTE, facts, asked)).toMatchObject({ level: 'ok' });
  });
});

describe('an OOM kill', () => {
  const limits = (memory: number) => ({ limits: { memory } });
  const events = [event(web, 'oom', NOON - 200), die(NOON - 100, '137')];
  const before = { type: 'containers' as const, at: NOON, containers: [running(NOON - MINUTE, limits(64 * 2 ** 20))] };
  const judged = (memory: number, more: readonly EngineEvent[] = []) => {
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      before,
      ...events.map((one) => ({ type: 'event' as const, event: one })),
      ...more.map((one) => ({ type: 'event' as const, event: one })),
      { type: 'containers', at: NOON, containers: [running(NOON, limits(memory))] },
      { type: 'tick', now: NOON + MINUTE },
    ]);
    return new Deriver().derive(state).services[0]?.verdict;
  };

  it('is reported while the limit is unchanged', () => {
    expect(judged(64 * 2 ** 20)).toMatchObject({ code: 'oom-killed', level: 'degraded' });
  });

  it('is over when the limit has changed', () => {
    expect(judged(2 ** 30)).toMatchObject({ level: 'ok' });
    expect(judged(64 * 2 ** 20, [event(web, 'update', NOON - 50)])).toMatchObject({ level: 'ok' });
  });
});

describe('flapping health', () => {
  const ok = { exitCode: 0, output: '' };
  const changes = ['unhealthy', 'healthy', 'unhealthy', 'healthy'].map((health, n) =>
    event(web, `health_status: ${health}`, NOON + n * 30_000),
  );
  const last = NOON + 90_000;

  it('has settled once it lasts longer than between two changes', () => {
    const facts = probed(running(NOON - MINUTE), 'healthy', ok);
    expect(verdictAt(last + MINUTE, facts, changes)?.code).toBe('flapping');
    expect(verdictAt(last + 2 * MINUTE, facts, changes)?.code).toBe('healthy');
  });
});

it('the timeline distinguishes requested restarts from those by policy, and shows the progress of Swarm updates', () => {
  const texts = (...events: readonly EngineEvent[]) =>
    reduceAll(
      initialState(NOON, engineId('fake')),
      events.map((one) => ({ type: 'event' as const, event: one })),
    ).timeline.map(({ text, level }) => `${level} ${text}`);
  const kill = event(web, 'kill', NOON - 100, { signal: '15' });
  expect(texts(kill, die(NOON), event(web, 'restart', NOON + 1))).toContain('info p-web restarted on request');
  expect(texts(die(NOON), event(web, 'restart', NOON + 1))).toContain('info p-web restarted by its policy');
  const update = {
    ...event(web, 'update', NOON, { 'updatestate.old': 'updating', 'updatestate.new': 'rollback_started' }),
    type: 'service',
    name: 'shop_api',
  };
  expect(texts(update)).toEqual(['bad update of shop_api: rollback started']);
});

describe('a past problem', () => {
  const crashed = [die(NOON - MINUTE, '139'), start(NOON - MINUTE + SECOND)];
  const facts = running(NOON - MINUTE + SECOND, { restartCount: 1 });
  const deskOf = (...more: DeskMessage[]) =>
    new Deriver().derive(
      reduceAll(initialState(NOON, engineId('fake')), [
        { type: 'containers', at: NOON, containers: [facts] },
        ...crashed.map((one) => ({ type: 'event' as const, event: one })),
        ...more,
      ]),
    ).services[0]?.verdict;

  it('yields to a current problem, and is appended to it', () => {
    const serviceId = new Deriver().derive(
      reduceAll(initialState(NOON, engineId('fake')), [{ type: 'containers', at: NOON, containers: [facts] }]),
    ).services[0]?.id;
    if (!serviceId) throw new Error('no service');
    expect(deskOf()?.code).toBe('restarted');
    const alert = { type: 'alerts', alerts: [{ level: 'critical', text: 'alert EngineDown', serviceId }] } as const;
    expect(deskOf(alert)).toMatchObject({
      code: 'alert',
      reason: expect.stringMatching(/^alert EngineDown; before that: crashed: exit 139/),
    });
    const lines = { type: 'lines', id: facts.id, at: NOON, lines: ["can't start new thread"], times: [NOON] } as const;
    expect(deskOf(lines)?.code).toBe('log-errors');
  });
});

describe('a service whose dependency has just come back', () => {
  const at = (now: number) => {
    const redis = compose('p', 'redis', { detail: { startedAt: NOON - 10 * SECOND } });
    const app = probed(
      compose('p', 'app', { dependsOn: 'redis:service_healthy:false' }),
      'unhealthy',
      { exitCode: 1, output: '' },
      3,
    );
    const state = reduceAll(initialState(NOON - MINUTE, engineId('fake')), [
      { type: 'containers', at: NOON, containers: [redis, app] },
      { type: 'event', event: event(app, 'health_status: unhealthy', NOON - MINUTE) },
      { type: 'tick', now },
    ]);
    const desk = new Deriver().derive(state);
    const service = desk.byId.get(serviceId('compose:p/app'));
    const advice = service && adviceFor(service, desk, state);
    return advice && adviceText(advice, (step) => `<${step}>`);
  };

  it('gets time to recover before a restart is advised', () => {
    expect(at(NOON)).toBe('redis is back: app should recover by itself in a moment; <logs> shows its log');
    expect(at(NOON + 2 * MINUTE)).toContain('<restart> restarts app');
  });
});

describe('a health check that requests something missing', () => {
  const adviceFor404 = (output: string) => {
    const facts = probed(web, 'unhealthy', { exitCode: 22, output }, 3);
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      { type: 'containers', at: NOON, containers: [facts] },
    ]);
    const desk = new Deriver().derive(state);
    const [service] = desk.services;
    const advice = service && adviceFor(service, desk, state);
    return advice && adviceText(advice, (step) => `<${step}>`);
  };

  it('leads to advice to correct it, not to restart', () => {
    expect(adviceFor404('curl: (22) The requested URL returned error: 404')).toBe(
      'its health check asks what web does not answer (HTTP 404), as after an update: correct the check; a restart does not help. <describe> shows the check',
    );
    expect(adviceFor404('NOAUTH Authentication required.')).toContain('(the probe is not authorised)');
    expect(adviceFor404('curl: (22) The requested URL returned error: 503')).toContain('<restart> restarts web');
  });
});
