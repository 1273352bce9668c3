import { describe, expect, it } from 'vitest';
import { compose, container, exited, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { adviceFor } from './advice.ts';
import { adviceText } from './advice-words.ts';
import { Deriver } from './derive.ts';
import { findingIn } from './findings.ts';
import { initialState, reduceAll } from './reduce.ts';

const finding = (line: string) => findingIn({ at: NOON, lines: [line], times: [NOON] });

describe('the problem that a log line names', () => {
  it.each([
    ["OSError: [Errno 28] No space left on device: '/dev/shm/psm_1'", 'shm-full'],
    ['could not resize shared memory segment "/PostgreSQL.1" to 16777216 bytes: No space left on device', 'shm-full'],
    ['PANIC: could not write to file "pg_wal/xlogtemp.56": No space left on device', 'disk-full'],
    ["ReplyError: OOM command not allowed when used memory > 'maxmemory'.", 'store-refuses'],
    ['FATAL:  sorry, too many clients already', 'store-refuses'],
    ['FATAL:  remaining connection slots are reserved for non-replication superuser connections', 'store-refuses'],
    ['Failed to connect to redis:6379', 'connection'],
    ['error while connecting to redis://redis:6379', 'connection'],
    ['dial tcp: lookup redis: connect ECONNREFUSED redis:6379', 'connection'],
  ])('%s: %s', (line, kind) => {
    expect(finding(line)?.kind).toBe(kind);
  });

  it.each(['Connecting to redis:6379', 'INFO connected to feed.exchange:443', 'reconnect to redis:6379 succeeded'])(
    '%s: no problem',
    (line) => {
      expect(finding(line)).toBeUndefined();
    },
  );
});

function verdictOf(containers: ContainerFacts[], lines: string[], times: number[]) {
  const id = containers[0]?.id ?? '';
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'containers', at: NOON, containers },
    { type: 'lines', id: containerId(id), at: NOON, lines, times },
  ]);
  const desk = new Deriver().derive(state);
  const service = desk.services.find((one) => one.containers[0]?.id === id);
  const advice = service && adviceFor(service, desk, state);
  return { verdict: service?.verdict, advice: advice && adviceText(advice, (step) => `<${step}>`) };
}

it('names a store that refuses writes, with the remedy', () => {
  const full = "ReplyError: OOM command not allowed when used memory > 'maxmemory'.";
  const redis = verdictOf([container('api')], [full], [NOON]);
  expect(redis.verdict?.reason).toBe('up, but redis refuses writes: its maxmemory is reached (see its log)');
  expect(redis.advice).toContain('free or raise the memory of redis');
  const crowded = verdictOf([container('api')], ['FATAL:  sorry, too many clients already'], [NOON]);
  expect(crowded.verdict?.reason).toBe('up, but its database has no connections left (see its log)');
  expect(crowded.advice).toContain('<restart> restarts api');
});

describe('a refused connection', () => {
  const refused = 'Error: connect ECONNREFUSED gateway:4001';
  it('that continues for minutes is a problem, whichever host refuses', () => {
    const times = [NOON - 3 * MINUTE, NOON - 2 * MINUTE, NOON - SECOND];
    expect(verdictOf([container('poller')], [refused, refused, refused], times).verdict).toMatchObject({
      level: 'degraded',
      code: 'log-errors',
      reason: 'up, but cannot reach gateway',
      since: NOON - 3 * MINUTE,
    });
  });

  it('that continues keeps its cause', () => {
    const redis = exited(compose('p', 'redis'), 137, { at: NOON - 3 * MINUTE });
    const line = 'Error: connect ECONNREFUSED redis:6379';
    const { verdict, advice } = verdictOf(
      [compose('p', 'api', { dependsOn: 'redis:service_started:false' }), redis],
      [line, line, line],
      [NOON - 3 * MINUTE, NOON - 2 * MINUTE, NOON - SECOND],
    );
    expect(verdict?.reason).toBe('up, but cannot reach redis');
    expect(advice).toBe('fix redis first; api only depends on it');
  });

  it('that lasted is over if its host has been restarted since', () => {
    const redis = compose('p', 'redis', { detail: { startedAt: NOON } });
    const line = 'Error: connect ECONNREFUSED redis:6379';
    const { verdict } = verdictOf(
      [compose('p', 'api', { dependsOn: 'redis:service_started:false' }), redis],
      [line, line, line],
      [NOON - 3 * MINUTE, NOON - 2 * MINUTE, NOON - SECOND],
    );
    expect(verdict).toMatchObject({
      level: 'ok',
      reason: expect.stringMatching(/^running; could not reach redis until/),
    });
  });

  it('that occurs at two separate times is no problem', () => {
    const times = [NOON - 5 * MINUTE, NOON - 4 * MINUTE, NOON - SECOND];
    expect(verdictOf([container('poller')], [refused, refused, refused], times).verdict?.level).toBe('ok');
  });

  it('that is momentary is no problem while nothing else is wrong', () => {
    expect(verdictOf([container('poller')], [refused], [NOON - SECOND]).verdict?.level).toBe('ok');
  });
});

it("distinguishes a container's shared memory from the host's disk", () => {
  const full = "OSError: [Errno 28] No space left on device: '/dev/shm/psm_1'";
  const { verdict, advice } = verdictOf([compose('o', 'algo')], [full], [NOON - SECOND]);
  expect(verdict?.reason).toBe('up, but its shared memory is full (/dev/shm, see its log)');
  expect(advice).toBe('raise shm_size of algo where it is defined, then apply it with <up>; <logs> shows its log');
});

it('names the container that uses a port', () => {
  const taken = exited(container('web'), 128, {
    error: 'driver failed: Bind for 0.0.0.0:3000 failed: port is already allocated',
  });
  const holder = container('holder', { ports: [{ container: 3000, protocol: 'tcp', host: 3000, address: '0.0.0.0' }] });
  expect(verdictOf([taken, holder], [], []).advice).toBe(
    'holder holds the port: stop it or publish another port, then <start> starts web',
  );
  expect(verdictOf([taken], [], []).advice).toMatch(
    /^<ports> shows who holds the port .* then <start> starts web: the engine does not try again$/,
  );
});
