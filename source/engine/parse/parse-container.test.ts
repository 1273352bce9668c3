import { describe, expect, it } from 'vitest';
import { holes, inspected, listed } from '../../../test/builders/answers.ts';
import { parseInspected, parseListed } from './parse-container.ts';

describe('an entry of the list', () => {
  it('becomes facts', () => {
    expect(parseListed(listed)).toEqual({
      id: 'c0ffee',
      name: 'exness-postgres',
      image: 'postgres:15',
      imageId: 'sha256:beef',
      command: 'docker-entrypoint.sh postgres',
      labels: { 'com.docker.compose.service': 'postgres' },
      created: 1_700_000_000_000,
      state: 'running',
      health: 'healthy',
      status: 'Up 3 hours (healthy)',
      exitCode: undefined,
      ports: [
        { container: 5432, protocol: 'tcp', host: 5434, address: '0.0.0.0' },
        { container: 5432, protocol: 'tcp', host: 5434, address: '::' },
        { container: 9000, protocol: 'udp' },
      ],
      mounts: [
        {
          type: 'volume',
          name: 'exness_pg',
          source: '/var/lib/docker/volumes/exness_pg/_data',
          target: '/data',
          writable: true,
        },
      ],
      attachments: [{ network: 'exness-network', address: '172.18.0.2', aliases: [] }],
    });
  });

  it.each([
    ['running', 'Up 3 hours', 'running', 'none', undefined],
    ['running', 'Up 2 seconds (health: starting)', 'running', 'starting', undefined],
    ['running', 'Up 1 minute (unhealthy)', 'running', 'unhealthy', undefined],
    ['paused', 'Up 3 hours (Paused)', 'paused', 'unknown', undefined],
    ['exited', 'Exited (137) 2 minutes ago', 'exited', 'unknown', 137],
    ['exited', 'Exited (0) About a minute ago', 'exited', 'unknown', 0],
    ['restarting', 'Restarting (1) 5 seconds ago', 'restarting', 'unknown', 1],
    ['created', 'Created', 'created', 'unknown', undefined],
    ['removing', 'Removal In Progress', 'removing', 'unknown', undefined],
    ['dead', 'Dead', 'dead', 'unknown', undefined],
    // Without State, as old engines; podman's words; what nobody knows yet.
    [undefined, 'Up 3 hours (Paused)', 'paused', 'unknown', undefined],
    [undefined, 'Exited (3) 1 second ago', 'exited', 'unknown', 3],
    ['configured', '', 'created', 'unknown', undefined],
    ['stopped', '', 'exited', 'unknown', undefined],
    ['hibernating', 'Asleep', 'unknown', 'unknown', undefined],
  ])('%s %j', (State, Status, state, health, exitCode) => {
    expect(parseListed({ State, Status })).toMatchObject({ state, health, exitCode });
  });

  it('uses the Health field of newer engines', () => {
    expect(parseListed({ State: 'running', Status: 'Up 1 hour', Health: { Status: 'unhealthy' } }).health).toBe(
      'unhealthy',
    );
  });
});

describe('an inspect', () => {
  it('becomes facts with their detail', () => {
    const facts = parseInspected(inspected);
    expect(facts).toMatchObject({
      name: 'exness-postgres',
      image: 'postgres:15',
      imageId: 'sha256:beef',
      command: 'docker-entrypoint.sh postgres',
      created: Date.UTC(2026, 0, 15, 9, 15, 2, 123),
      state: 'running',
      health: 'unhealthy',
      exitCode: undefined,
      ports: [
        { container: 5432, protocol: 'tcp', host: 5434, address: '0.0.0.0' },
        { container: 9000, protocol: 'udp' },
      ],
    });
    expect(facts.detail).toEqual({
      startedAt: Date.UTC(2026, 0, 15, 9, 15, 3),
      finishedAt: undefined,
      error: '',
      oomKilled: false,
      pid: 4711,
      restartCount: 4,
      restartPolicy: { name: 'on-failure', maximumRetries: 3 },
      limits: { memory: 2 ** 31, memorySwap: -1, cpus: 1.5, pids: undefined },
      publishes: [],
      stopTimeoutSeconds: 30,
      stopSignal: 'SIGINT',
      tty: false,
      entrypoint: ['docker-entrypoint.sh'],
      command: ['postgres'],
      env: ['POSTGRES_PASSWORD=secret'],
      user: 'postgres',
      networkMode: 'exness-network',
      logDriver: 'json-file',
      logOptions: { 'max-size': '10m' },
      healthCheck: { test: ['CMD-SHELL', 'pg_isready'], interval: 10_000, timeout: 5_000, startPeriod: 0, retries: 3 },
      failingStreak: 7,
      probes: [
        {
          start: Date.UTC(2026, 0, 15, 9, 16, 0),
          end: Date.UTC(2026, 0, 15, 9, 16, 1, 500),
          exitCode: 1,
          output: 'no response',
        },
      ],
    });
  });

  const health = (State: object, Healthcheck?: object) => parseInspected({ State, Config: { Healthcheck } }).health;

  it('distinguishes a missing health check from one without a result', () => {
    expect(health({ Status: 'running' })).toBe('none');
    expect(health({ Status: 'running', Health: { Status: 'none' } }, { Test: ['NONE'] })).toBe('none');
    expect(health({ Status: 'created' }, { Test: ['CMD', 'true'] })).toBe('unknown');
    expect(health({ Status: 'running', Healthcheck: { Status: 'healthy' } })).toBe('healthy');
  });

  it('has only the exit code of the last run', () => {
    const code = (Status: string, ExitCode: number) => parseInspected({ State: { Status, ExitCode } }).exitCode;
    expect([code('exited', 0), code('exited', 137), code('restarting', 1)]).toEqual([0, 137, 1]);
    expect([code('running', 0), code('created', 0)]).toEqual([undefined, undefined]);
    // A start that failed: port is already allocated.
    expect(code('created', 128)).toBe(128);
  });

  it('counts a quota of CPU time as CPUs', () => {
    const cpus = (HostConfig: object) => parseInspected({ HostConfig }).detail?.limits.cpus;
    expect(cpus({ CpuQuota: 50_000, CpuPeriod: 100_000 })).toBe(0.5);
    expect(cpus({ CpuQuota: 200_000 })).toBe(2);
    expect(cpus({ CpuQuota: -1 })).toBeUndefined();
  });
});

it.each([
  null,
  undefined,
  'text',
  7,
  [],
  {},
  { Names: null, State: null, Ports: {}, Mounts: [null], Labels: [], NetworkSettings: 'x' },
])('reads %j without a crash and guesses nothing', (value) => {
  expect(parseListed(value)).toMatchObject({ id: '', name: '', state: 'unknown', health: 'unknown', ports: [] });
  const facts = parseInspected(value);
  expect(facts).toMatchObject({ state: 'unknown', exitCode: undefined });
  expect(facts.detail?.restartPolicy.name).toBe('no');
});

it('tolerates null or another type in any field of an inspect', () => {
  for (const variant of holes(inspected)) expect(() => parseInspected(variant)).not.toThrow();
  for (const variant of holes(listed)) expect(() => parseListed(variant)).not.toThrow();
});

it("reads podman's variants: a starting health check, and a numeric stop signal", () => {
  expect(parseListed({ Id: 'c1', State: 'running', Status: 'Up 3 minutes (starting)' }).health).toBe('starting');
  expect(parseInspected({ Id: 'c1', Config: { StopSignal: '15' } }).detail?.stopSignal).toBe('SIGTERM');
});
