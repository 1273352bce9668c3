import { describe, expect, it } from 'vitest';
import { holes, inspected as INSPECTED, listed as LISTED } from '../../test/builders/answers.ts';
import { compose, container, event, exited, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import { exness } from '../../test/incidents/stacks.ts';
import type { ContainerFacts, EngineEvent } from '../engine/facts.ts';
import { parseInspected, parseList } from '../engine/parse/parse-container.ts';
import { parseEvent } from '../engine/parse/parse-engine.ts';
import { containerId, engineId, serviceId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { initialState, reduce, reduceAll } from './reduce.ts';
import type { DeskMessage, DeskState } from './state.ts';
import { timelineOf } from './timeline.ts';

const redis = compose('exness', 'redis');
const listed = (containers: readonly ContainerFacts[]): DeskMessage => ({ type: 'containers', at: NOON, containers });
const happened = (...events: readonly EngineEvent[]): DeskMessage[] =>
  events.map((one) => ({ type: 'event', event: one }));
const texts = (state: DeskState) => state.timeline.map((entry) => entry.text);

describe('the state', () => {
  it('is never changed in place, and counts its revisions', () => {
    const before = reduce(initialState(NOON, engineId('fake')), listed([redis]));
    const frozen = structuredClone([...before.containers]);
    const after = reduceAll(before, [
      { type: 'container', at: NOON, container: exited(redis, 1) },
      { type: 'container-gone', at: NOON, id: containerId('unknown') },
      { type: 'tick', now: NOON + 1 },
    ]);
    expect([...before.containers]).toEqual(frozen);
    expect(after.containers.get(redis.id)?.state).toBe('exited');
    expect(after.revision).toBeGreaterThan(before.revision);
  });

  it('stays the same object if a message brings nothing new', () => {
    const before = reduceAll(initialState(NOON, engineId('fake')), [listed([redis]), { type: 'swarm', services: [] }]);
    expect(reduce(before, listed([structuredClone(redis)]))).toBe(before);
    expect(reduce(before, { type: 'tick', now: NOON })).toBe(before);
  });

  it('drops containers missing from a newer list, with all their data', () => {
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      listed([redis, compose('exness', 'web')]),
      ...happened(event(redis, 'die', NOON, { exitCode: '1' })),
      { type: 'usage', id: redis.id, usage: { at: NOON, totals: { received: 0, sent: 0, read: 0, written: 0 } } },
      { type: 'lines', id: redis.id, at: NOON, lines: ['bye'] },
      listed([]),
    ]);
    expect([state.containers, state.usage, state.lines, state.memory].map((map) => map.size)).toEqual([0, 0, 0, 0]);
    expect(state.removed.get('exness-redis')?.exits).toHaveLength(1);
  });

  it('keeps only a bounded memory by name of containers that come and go', () => {
    const many = Array.from({ length: 1200 }, (_, n) => container(`run-${n}`));
    const messages = many.flatMap((one) =>
      happened(event(one, 'start'), event(one, 'die', NOON, { exitCode: '0' }), event(one, 'destroy')),
    );
    const state = reduceAll(initialState(NOON, engineId('fake')), messages);
    expect(state.memory.size).toBe(0);
    expect(state.removed.size).toBe(500);
    expect(state.timeline.length).toBeLessThanOrEqual(2000);
  });
});

it('forgets everything about an engine when another one is watched', () => {
  const before = reduceAll(initialState(NOON, engineId('fake')), [
    listed([redis]),
    ...happened(event(redis, 'die', NOON)),
  ]);
  const after = reduce(before, { type: 'forget', at: NOON + SECOND, engine: engineId('other') });
  expect(after).toEqual({ ...initialState(NOON + SECOND, engineId('other')), revision: before.revision + 1 });
});

describe('the memory of events', () => {
  const remembered = (...events: readonly EngineEvent[]) =>
    reduceAll(initialState(NOON, engineId('fake')), [listed([redis]), ...happened(...events)]).memory.get(redis.id);

  it('distinguishes an OOM kill, a stop that timed out and a kill', () => {
    const die = event(redis, 'die', NOON, { exitCode: '137' });
    const kill = (signal: string, ms: number) => event(redis, 'kill', NOON + ms, { signal });
    expect(remembered(event(redis, 'oom', NOON - 40), die)?.exits).toMatchObject([
      { oom: true, wanted: false, exitCode: 137 },
    ]);
    expect(remembered(die, event(redis, 'oom', NOON + 40))?.exits).toMatchObject([{ oom: true }]);
    expect(remembered(kill('15', -10_000), kill('9', -30), die)?.exits).toMatchObject([
      { oom: false, wanted: true, killedAfterStop: true, signal: '9' },
    ]);
    const killed = remembered(kill('9', -30), die)?.exits[0];
    expect(killed).toMatchObject({ wanted: true, signal: '9' });
    expect(killed?.killedAfterStop).toBeUndefined();
    expect(remembered(die)?.exits).toMatchObject([{ oom: false, wanted: false }]);
  });

  it('does not mistake a reload signal, or one to an earlier run, for a stop request', () => {
    const hangUp = event(redis, 'kill', NOON - SECOND, { signal: '1' });
    const die = event(redis, 'die', NOON, { exitCode: '1' });
    expect(remembered(hangUp, die)?.exits).toMatchObject([{ wanted: false }]);
    const stop = event(redis, 'kill', NOON - 2 * SECOND, { signal: '15' });
    expect(remembered(stop, event(redis, 'start', NOON - SECOND), die)?.exits).toMatchObject([{ wanted: false }]);
  });

  it.each([[['die', 'stop']], [['stop', 'die']]])('treats an exit close to a stop as requested: %s', (order) => {
    // A stop signal that asks other programs to reload.
    const events = order.map((action) => event(redis, action, NOON + SECOND, { exitCode: '129' }));
    const memory = remembered(event(redis, 'start'), event(redis, 'kill', NOON, { signal: '1' }), ...events);
    expect(memory?.exits).toMatchObject([{ wanted: true }]);
    const crashed = remembered(
      event(redis, 'start'),
      ...events,
      event(redis, 'start', NOON + 2 * SECOND),
      event(redis, 'die', NOON + 2 * SECOND + 1, { exitCode: '1' }),
    );
    expect(crashed?.exits.at(-1)).toMatchObject({ wanted: false });
  });

  it('reads health events of Docker and podman, and counts only changes', () => {
    const changes = remembered(
      event(redis, 'health_status: unhealthy'),
      event(redis, 'health_status: unhealthy', NOON + 1),
      event(redis, 'health_status', NOON + 2, { health_status: 'healthy' }),
    )?.healthChanges;
    expect(changes).toEqual([
      { at: NOON, health: 'unhealthy' },
      { at: NOON + 2, health: 'healthy' },
    ]);
  });
});

describe('the timeline', () => {
  it('lists events without probes, signals and network plumbing', () => {
    const noise = ['exec_create: /bin/sh -c curl', 'exec_start: curl', 'exec_die', 'attach', 'resize', 'top', 'kill'];
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      listed([redis]),
      ...happened(
        ...noise.map((action) => event(redis, action, NOON, { signal: '15' })),
        event(redis, 'die', NOON, { exitCode: '143' }),
        event(redis, 'stop', NOON),
        event(redis, 'start', NOON + SECOND),
        event(redis, 'health_status: unhealthy', NOON + MINUTE),
        { at: NOON + MINUTE, type: 'network', action: 'connect', id: 'n', name: 'n', attributes: {} },
        { at: NOON + MINUTE, type: 'image', action: 'prune', id: '', name: '', attributes: {} },
      ),
    ]);
    expect(texts(state)).toEqual([
      'exness-redis ended: stopped (exit 143, SIGTERM)',
      'exness-redis started',
      'exness-redis is unhealthy',
      'images pruned',
    ]);
    expect(state.timeline[0]).toMatchObject({ serviceId: 'compose:exness/redis', kind: 'exit', level: 'info' });
    expect(state.timeline[3]?.serviceId).toBeUndefined();
  });

  it('assigns a container that is not yet listed to its service, by the labels of the event', () => {
    const state = reduceAll(initialState(NOON, engineId('fake')), happened(event(redis, 'create')));
    expect(state.timeline[0]?.serviceId).toBe('compose:exness/redis');
  });

  it('selects the entries of a service and of the whole desk', () => {
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      ...happened(event(redis, 'start'), event(compose('exness', 'web'), 'start')),
      { type: 'note', entry: { at: NOON + 1, kind: 'connection', level: 'bad', text: 'engine lost' } },
    ]);
    expect(timelineOf(state.timeline, serviceId('compose:exness/redis'))).toMatchObject([
      { at: NOON, level: 'good', serviceId: 'compose:exness/redis', text: 'exness-redis started' },
      { at: NOON + 1, level: 'bad', text: 'engine lost' },
    ]);
  });

  it('inserts late notes in order of time', () => {
    const note = (at: number, text: string): DeskMessage => ({
      type: 'note',
      entry: { at, kind: 'action', level: 'info', text },
    });
    expect(
      texts(reduceAll(initialState(NOON, engineId('fake')), [note(NOON, 'b'), note(NOON - 1, 'a'), note(NOON, 'c')])),
    ).toEqual(['a', 'b', 'c']);
  });

  it('notes once when memory nears its limit and when it recovers', () => {
    const limit = 1000;
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      listed([redis]),
      ...[800, 910, 950, 880, 920, 700].map(
        (memory, n): DeskMessage => ({
          type: 'usage',
          id: redis.id,
          usage: {
            at: NOON + n * SECOND,
            memory,
            memoryLimit: limit,
            totals: { received: 0, sent: 0, read: 0, written: 0 },
          },
        }),
      ),
    ]);
    expect(texts(state)).toEqual([
      'exness-redis memory over 90% of its limit: 910B of 1000B (91%)',
      'exness-redis memory back under 80%: 700B of 1000B (70%)',
    ]);
  });
});

describe('incomplete answers (podman, old engines)', () => {
  it('lead to readable reasons, never to a crash', () => {
    const answers = [
      ...[...holes(LISTED)].flatMap((answer) => parseList([answer])),
      ...[...holes(INSPECTED)].map(parseInspected).filter(({ id }) => id !== ''),
    ];
    for (const facts of answers) {
      const state = reduceAll(initialState(NOON, engineId('fake')), [
        listed([redis]),
        { type: 'container', at: NOON, container: facts },
      ]);
      for (const { verdict, name } of new Deriver().derive(state).services) {
        expect(name).not.toBe('');
        expect(verdict.reason).toEqual(expect.stringMatching(/./));
        expect(verdict.reason).not.toMatch(/undefined|null|NaN|\[object/);
      }
    }
    expect(answers.length).toBeGreaterThan(300);
  });

  it('are unknown if the state or health is missing', () => {
    const containers = parseList([{ Id: 'a' }, { Id: 'b', State: 'running', Status: '' }]);
    const desk = new Deriver().derive(reduce(initialState(NOON, engineId('fake')), listed(containers)));
    expect(desk.services.map((one) => one.verdict.level)).toEqual(['unknown', 'unknown']);
  });

  it('are tolerated in events too', () => {
    const die = {
      Type: 'container',
      Action: 'die',
      Actor: { ID: redis.id, Attributes: { exitCode: '1' } },
      timeNano: 1.7e18,
    };
    const events = [...holes(die), null, undefined, 7].flatMap((answer) => parseEvent(answer) ?? []);
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      listed(Object.values(exness())),
      ...happened(...events),
    ]);
    expect(events.length).toBeGreaterThan(20);
    expect(new Deriver().derive(state).services).toHaveLength(15);
  });
});
