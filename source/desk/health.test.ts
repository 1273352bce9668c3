import { describe, expect, it } from 'vitest';
import { compose, NOON, probed, SECOND } from '../../test/builders/facts.ts';
import { definition, nextProbe, unhealthySince } from './health.ts';
import { NOTHING } from './memory.ts';
import { probeFault } from './probe-faults.ts';

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
    [6, 'curl: (6) Could not resolve host: redis', 'unresolved', 'host name not resolved', false],
    [1, "wget: bad address 'redis'", 'unresolved', 'host name not resolved', false],
    [2, '/var/run/postgresql:5432 - no response', 'refused', 'no response', false],
    [1, '/var/run/postgresql:5432 - rejecting connections', 'loading', 'still loading', false],
    [1, 'NOAUTH Authentication required.', 'auth', 'the probe is not authorised', false],
  ])('exit %i, %s', (exitCode, output, kind, words, probeItself) => {
    expect(probeFault({ exitCode, output })).toEqual({ kind, words, probeItself });
  });
  it('are none where it passed or nothing is known', () => {
    expect(probeFault({ exitCode: 0, output: 'curl: not found' })).toBeUndefined();
    expect(probeFault({ exitCode: 1, output: 'hm' })).toBeUndefined();
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

  it('are due an interval after the last one ended, while the container runs', () => {
    const facts = probed(compose('p', 'api'), 'unhealthy', failed);
    expect(nextProbe(facts)).toBe(NOON + 30 * SECOND);
    expect(nextProbe({ ...facts, state: 'exited' })).toBeUndefined();
    expect(nextProbe(compose('p', 'api'))).toBeUndefined();
  });

  it('say since when it is unhealthy: by the event, by the kept probes, or counted back by their spacing', () => {
    const facts = probed(compose('p', 'api'), 'unhealthy', failed, 5, 5);
    // Three retries: the third of the five failed probes made it unhealthy.
    expect(unhealthySince(facts, NOTHING)).toBe(NOON - 2 * 30 * SECOND);
    const long = probed(compose('p', 'api'), 'unhealthy', failed, 5, 13);
    expect(unhealthySince(long, NOTHING)).toBe(NOON - 10 * 30 * SECOND);
    const told = { ...NOTHING, healthChanges: [{ at: NOON - 1, health: 'unhealthy' as const }] };
    expect(unhealthySince(long, told)).toBe(NOON - 1);
    expect(unhealthySince(compose('p', 'api'), NOTHING)).toBeUndefined();
  });
});
