import { describe, expect, it } from 'vitest';
import { compose, event, exited, MINUTE, NOON, probed, SECOND } from '../../test/builders/facts.ts';
import type { ContainerFacts, EngineEvent, HealthCheck } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { checkTimes, definition, nextProbe, probedHealth, unhealthySince } from './health.ts';
import { NOTHING } from './memory.ts';
import { probeFault } from './probe-faults.ts';
import { initialState, reduceAll } from './reduce.ts';

const failed = { exitCode: 1, output: '' };

describe('faults of probes', () => {
  it.each([
    [127, '/bin/sh: curl: not found\n', 'command-not-found', 'curl is not in the image', true],
    [127, '/bin/sh: 1: pg_isready: not found', 'command-not-found', 'pg_isready is not in the image', true],
    [127, 'bash: line 1: wget: command not found', 'command-not-found', 'wget is not in the image', true],
    [
      -1,
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      'command-not-found',
      'curl is not in the image',
      true,
    ],
    [126, '', 'not-executable', 'its command is not executable', true],
    [-1, 'Health check exceeded timeout (10s)', 'timeout', 'timed out after 10s', false],
    [-1, 'Health check exceeded timeout (2s): connecting...', 'timeout', 'timed out after 2s', false],
    [
      7,
      'curl: (7) Failed to connect to localhost port 9090: Connection refused',
      'refused',
      'connection refused',
      false,
    ],
    [1, "wget: can't connect to remote host (127.0.0.1): Connection refused", 'refused', 'connection refused', false],
    [22, 'curl: (22) The requested URL returned error: 503', 'http-status', 'HTTP 503', false],
    [1, 'wget: server returned error: HTTP/1.1 404 Not Found', 'http-status', 'HTTP 404', false],
    [1, 'urllib.error.HTTPError: HTTP Error 503: Service Unavailable', 'http-status', 'HTTP 503', false],
    [1, 'Error: Request failed with status code 502', 'http-status', 'HTTP 502', false],
    [1, '<html><head><title>504 Gateway Time-out</title>', 'http-status', 'HTTP 504', false],
    [1, '{"status":"fail","redis":"timeout"}', 'timeout', 'timed out', false],
    [1, 'checking…\nERROR: queue has 4711 entries\n', 'output', 'exit 1: queue has 4711 entries', false],
    [6, 'curl: (6) Could not resolve host: redis', 'unresolved', 'host name not resolved', false],
    [1, "wget: bad address 'redis'", 'unresolved', 'host name not resolved', false],
    [2, '/var/run/postgresql:5432 - no response', 'refused', 'no response', false],
    [1, '/var/run/postgresql:5432 - rejecting connections', 'loading', 'still loading', false],
    [1, 'NOAUTH Authentication required.', 'auth', 'the probe is not authorised', false],
  ])('exit %i, %s', (exitCode, output, kind, words, probeItself) => {
    expect(probeFault({ exitCode, output })).toEqual({ kind, words, probeItself });
  });
  it('are undefined if the probe passed or nothing is known', () => {
    expect(probeFault({ exitCode: 0, output: 'curl: not found' })).toBeUndefined();
    expect(probeFault({ exitCode: 1, output: '' })).toBeUndefined();
  });
});

describe('health checks', () => {
  it("fill in Docker's defaults and show the command on one line", () => {
    const bare = {
      test: ['CMD-SHELL', 'curl -f localhost || exit 1'],
      interval: 0,
      timeout: 0,
      startPeriod: 0,
      retries: 0,
    };
    expect(definition(bare)).toMatchObject({
      interval: 30_000,
      timeout: 30_000,
      retries: 3,
      command: 'curl -f localhost || exit 1',
    });
  });

  it('are due an interval after the last one ended while the container is running', () => {
    const facts = probed(compose('p', 'api'), 'unhealthy', failed);
    expect(nextProbe(facts)).toBe(NOON + 30 * SECOND);
    expect(nextProbe({ ...facts, state: 'exited' })).toBeUndefined();
    expect(nextProbe(compose('p', 'api'))).toBeUndefined();
  });

  it('show since when it is unhealthy: by the event, the stored probes, or extrapolated from their interval', () => {
    const facts = probed(compose('p', 'api'), 'unhealthy', failed, 5, 5);
    // Three retries: the third of the five failed probes made it unhealthy.
    expect(unhealthySince(facts, NOTHING)).toBe(NOON - 2 * 30 * SECOND);
    const long = probed(compose('p', 'api'), 'unhealthy', failed, 5, 13);
    expect(unhealthySince(long, NOTHING)).toBe(NOON - 10 * 30 * SECOND);
    const evidence = { ...NOTHING, healthChanges: [{ at: NOON - 1, health: 'unhealthy' as const }] };
    expect(unhealthySince(long, evidence)).toBe(NOON - 1);
    expect(unhealthySince(compose('p', 'api'), NOTHING)).toBeUndefined();
  });
});

describe('health that is not probed', () => {
  const serviceAt = (now: number, facts: ContainerFacts, events: readonly EngineEvent[] = []) => {
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      { type: 'containers', at: NOON, containers: [facts] },
      ...events.map((one) => ({ type: 'event' as const, event: one })),
      { type: 'tick', now },
    ]);
    return new Deriver().derive(state).services[0];
  };
  const passed = { exitCode: 0, output: '' };
  const unpaused = probed(compose('p', 'web'), 'unhealthy', passed, 1, 0);

  it('is no alarm after a pause, although the engine reports unhealthy', () => {
    expect(probedHealth(unpaused)).toBe('unknown');
    expect(serviceAt(NOON, unpaused)).toMatchObject({
      health: 'unknown',
      verdict: { level: 'ok', reason: 'running; not probed since it was paused (last probe passed)' },
    });
    const never = probed(compose('p', 'web'), 'unhealthy', passed, 0, 0);
    expect(serviceAt(NOON, never)?.verdict.level).toBe('starting');
  });

  it('counts again from the first failed probe', () => {
    expect(serviceAt(NOON, probed(unpaused, 'unhealthy', failed, 3))?.verdict.code).toBe('unhealthy');
  });

  it.each(['exited', 'paused', 'restarting'] as const)('is none for a container that is %s', (state) => {
    expect(probedHealth({ ...probed(compose('p', 'web'), 'unhealthy', failed, 3), state })).toBe('none');
  });

  it('means nothing while the container is being stopped', () => {
    const facts = probed(compose('p', 'slow', { detail: { stopTimeoutSeconds: 40 } }), 'unhealthy', failed, 3);
    const asked = [event(facts, 'kill', NOON, { signal: '15' })];
    const stopping = serviceAt(NOON + 8 * SECOND, facts, asked);
    expect(stopping?.verdict).toMatchObject({
      code: 'stopping',
      reason: 'is stopping: asked to end, killed after 40s',
      since: NOON,
    });
    expect(serviceAt(NOON + MINUTE, facts, asked)?.verdict.code).toBe('unhealthy');
    const reloaded = [event(facts, 'kill', NOON, { signal: '1' })];
    expect(serviceAt(NOON + SECOND, facts, reloaded)?.verdict.code).toBe('unhealthy');
  });
});

describe('the start interval of a health check', () => {
  const si = (check: Partial<HealthCheck>, startedAgo: number, probes: readonly number[] = []) => {
    const base = probed(compose('p', 'si'), 'starting', failed);
    const test = ['CMD', 'true'];
    const healthCheck = { test, interval: MINUTE, timeout: SECOND, retries: 3, startPeriod: 2 * MINUTE, ...check };
    if (!base.detail) throw new Error('no detail');
    const detail = {
      ...base.detail,
      healthCheck,
      startedAt: NOON - startedAgo,
      probes: probes.map((ago) => ({ start: NOON - ago, end: NOON - ago, ...failed })),
    };
    return { ...base, detail };
  };

  it('applies only to probes in the start period', () => {
    const early = si({ startInterval: 2 * SECOND }, 10 * SECOND, [SECOND]);
    expect(nextProbe(early)).toBe(NOON + SECOND);
    expect(nextProbe({ ...early, health: 'healthy' })).toBe(NOON + 59 * SECOND);
    const late = si({ startInterval: 2 * SECOND }, 3 * MINUTE, [SECOND]);
    expect(nextProbe(late)).toBe(NOON + 59 * SECOND);
  });

  it('is the engine’s five seconds since API 1.44, and none before', () => {
    expect(nextProbe(si({}, 10 * SECOND, [SECOND]), '1.45')).toBe(NOON + 4 * SECOND);
    expect(nextProbe(si({}, 10 * SECOND, [SECOND]), '1.43')).toBe(NOON + 59 * SECOND);
  });

  it('has no effect without a start period', () => {
    const none = si({ startInterval: 2 * SECOND, startPeriod: 0 }, 10 * SECOND);
    expect(nextProbe(none)).toBe(NOON + 50 * SECOND);
    expect(checkTimes(none.detail.healthCheck, '1.45')).toContain('has no effect without a start period');
  });

  it('is reported next to the interval', () => {
    const check = si({ startInterval: 2 * SECOND }, 0).detail.healthCheck;
    expect(checkTimes(check, '1.45')).toBe('every 2s for the first 2m, then every 1m, timeout 1s, 3 retries');
  });

  it('ignores probes of an earlier run', () => {
    expect(nextProbe(si({ startInterval: 2 * SECOND }, SECOND, [MINUTE]))).toBe(NOON + SECOND);
  });
});

it('says that the restart policy does not retry a failed start', () => {
  const port = exited(compose('p', 'gw'), 128, {
    error: 'listen tcp 127.0.0.1:7777: bind: address already in use',
    restartPolicy: { name: 'always', maximumRetries: 0 },
  });
  const state = reduceAll(initialState(NOON, engineId('fake')), [{ type: 'containers', at: NOON, containers: [port] }]);
  expect(new Deriver().derive(state).services[0]?.verdict.reason).toBe(
    'port 7777 is in use on the host (127.0.0.1); its restart policy (always) does not try this again',
  );
});
