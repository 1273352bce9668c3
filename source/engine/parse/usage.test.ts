import { describe, expect, it } from 'vitest';
import { readingFrom, usageFrom } from './usage.ts';

/** As Engine 20.10 on cgroup v1 answers, shortened; numbers as a real one gave them. */
function v1({
  cpu = 2_000_000_000,
  host = 100_000_000_000,
  seconds = 0,
  ...more
}: Record<string, unknown> & { cpu?: number; host?: number; seconds?: number } = {}) {
  return {
    read: new Date(Date.UTC(2026, 10, 20, 18, 37, seconds)).toISOString().replace('Z', '123456Z'),
    pids_stats: { current: 3 },
    blkio_stats: {
      io_service_bytes_recursive: [
        { major: 8, minor: 0, op: 'Read', value: 4096 },
        { major: 8, minor: 0, op: 'Write', value: 8192 },
        { major: 8, minor: 0, op: 'Sync', value: 1 },
        { major: 8, minor: 16, op: 'Read', value: 1000 },
        { major: 8, minor: 0, op: 'Total', value: 12_288 },
      ],
    },
    cpu_stats: {
      cpu_usage: { total_usage: cpu, percpu_usage: [cpu / 2, cpu / 2] },
      system_cpu_usage: host,
      online_cpus: 2,
      throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
    },
    precpu_stats: { cpu_usage: { total_usage: 0 } },
    memory_stats: {
      usage: 10_000_000,
      stats: { total_inactive_file: 4_000_000, inactive_file: 1_000_000 },
      limit: 25_276_502_016,
    },
    networks: { eth0: { rx_bytes: 500, tx_bytes: 50 }, eth1: { rx_bytes: 5, tx_bytes: 1 } },
    ...more,
  };
}

const STOPPED = {
  read: '0001-01-01T00:00:00Z',
  pids_stats: {},
  blkio_stats: { io_service_bytes_recursive: null },
  cpu_stats: {
    cpu_usage: { total_usage: 0 },
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  },
  memory_stats: {},
};

const use = (stats: unknown, before?: unknown) =>
  usageFrom(readingFrom(stats, 9000), before === undefined ? undefined : readingFrom(before, 7000));

const none = /NaN|Infinity|null/;

describe('CPU, as computed by docker stats', () => {
  it('is the share of the host’s time multiplied by its CPUs', () => {
    expect(use(v1({ cpu: 3_000_000_000, host: 104_000_000_000 }), v1()).cpuPercent).toBe(50);
    expect(use(v1({ cpu: 6_000_000_000, host: 104_000_000_000 }), v1()).cpuPercent).toBe(200);
  });

  it('is 0 for an idle container and undefined before the second reading', () => {
    expect(use(v1({ host: 104_000_000_000 }), v1()).cpuPercent).toBe(0);
    expect(use(v1()).cpuPercent).toBeUndefined();
  });

  it('uses the length of percpu_usage if online_cpus is missing, as in old engines', () => {
    const without = (host: number, cpu: number) => {
      const stats = v1({ cpu, host });
      return { ...stats, cpu_stats: { ...stats.cpu_stats, online_cpus: undefined } };
    };
    expect(use(without(104e9, 3e9), without(100e9, 2e9)).cpuPercent).toBe(50);
  });

  it('is undefined if a counter decreased: the container or the host was restarted', () => {
    for (const after of [v1({ cpu: 1, host: 104e9 }), v1({ cpu: 3e9, host: 1e9 })]) {
      const usage = use(after, v1());
      expect(usage.cpuPercent).toBeUndefined();
      expect(usage.rates).toBeUndefined();
      expect(usage.memory).toBe(6_000_000);
    }
  });

  it('is undefined if no time has passed', () => {
    expect(use(v1(), v1()).cpuPercent).toBeUndefined();
  });
});

describe('memory, as computed by docker stats', () => {
  const memory = (memory_stats: unknown) => use(v1({ memory_stats }));

  it('excludes the inactive file cache: of the whole tree on cgroup v1, its own on v2', () => {
    expect(use(v1()).memory).toBe(6_000_000);
    expect(memory({ usage: 100, stats: { inactive_file: 30 }, limit: 1000 })).toMatchObject({
      memory: 70,
      memoryLimit: 1000,
    });
  });

  it('includes the cache if it is reported larger than the usage', () => {
    expect(memory({ usage: 100, stats: { total_inactive_file: 200, inactive_file: 10 } }).memory).toBe(90);
    expect(memory({ usage: 100, stats: { inactive_file: 200 } }).memory).toBe(100);
    expect(memory({ usage: 100 }).memory).toBe(100);
  });

  it('has no limit if the engine reports none', () => {
    expect(memory({ usage: 100, limit: 0 }).memoryLimit).toBeUndefined();
  });
});

describe('network and block I/O', () => {
  it('is summed over interfaces and devices, with reads and writes in any case', () => {
    expect(use(v1()).totals).toEqual({ received: 505, sent: 51, read: 5096, written: 8192 });
    const lower = [
      { op: 'read', value: 7 },
      { op: 'write', value: 8 },
    ];
    expect(use(v1({ blkio_stats: { io_service_bytes_recursive: lower } })).totals).toMatchObject({
      read: 7,
      written: 8,
    });
  });

  it('has rates based on the engine’s clock', () => {
    const later = v1({ host: 104e9, cpu: 3e9, seconds: 4, networks: { eth0: { rx_bytes: 2505, tx_bytes: 251 } } });
    expect(use(later, v1()).rates).toEqual({ received: 500, sent: 50, read: 0, written: 0 });
  });

  it('has no rates if a counter decreased or no time has passed', () => {
    const back = v1({ host: 104e9, cpu: 3e9, seconds: 4, networks: { eth0: { rx_bytes: 1, tx_bytes: 1 } } });
    expect(use(back, v1()).rates).toBeUndefined();
    expect(use(v1({ host: 104e9, cpu: 3e9 }), v1()).rates).toBeUndefined();
  });

  it('counts as zero with the host’s network, as in docker stats', () => {
    const host = (seconds: number) => v1({ host: 100e9 + seconds * 1e9, seconds, networks: undefined });
    expect(use(host(2), host(0))).toMatchObject({ totals: { received: 0, sent: 0 }, rates: { received: 0, read: 0 } });
  });
});

describe('incomplete answers', () => {
  it('give nothing for a stopped container', () => {
    expect(use(STOPPED, v1())).toEqual({ at: 9000, totals: { received: 0, sent: 0, read: 0, written: 0 } });
    expect(use(v1(), STOPPED).cpuPercent).toBeUndefined();
    expect(use(STOPPED, STOPPED).rates).toBeUndefined();
  });

  it('give undefined, never NaN', () => {
    const junk = [
      undefined,
      null,
      'text',
      [],
      {},
      {
        cpu_stats: null,
        memory_stats: 'x',
        networks: [null],
        blkio_stats: { io_service_bytes_recursive: [null, { op: null, value: 'x' }] },
      },
      v1({
        networks: { eth0: { rx_bytes: 'many', tx_bytes: Number.NaN } },
        read: 'never',
        pids_stats: { current: -1 },
      }),
      { ...v1(), cpu_stats: { cpu_usage: { total_usage: 1e30 }, system_cpu_usage: 'x', online_cpus: 0 } },
    ];
    for (const now of junk)
      for (const before of [undefined, ...junk]) expect(JSON.stringify(use(now, before))).not.toMatch(none);
  });

  it('count pids', () => {
    expect(use(v1()).pids).toBe(3);
    expect(use({}).pids).toBeUndefined();
  });
});
