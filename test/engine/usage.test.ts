import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Usage } from '../../source/engine/facts.ts';
import { Sampler } from '../../source/engine/watch/sampler.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { containerId } from '../../source/lib/ids.ts';
import { describeEngine, engineHost } from './require-engine.ts';
import { openRoom, type Room } from './watch.ts';

const run = promisify(execFile);
const UNITS = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** Bytes as the docker CLI writes them: "548KiB", "1.2kB". */
function bytes(text: string): number {
  const [, number, unit] = /^([\d.]+)(\w+)$/.exec(text.trim()) ?? [];
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** What `docker stats --no-stream` says of a container. */
async function dockerStats(id: string) {
  const { stdout } = await run('docker', ['-H', engineHost, 'stats', '--no-stream', '--format', '{{json .}}', id]);
  const { CPUPerc, MemUsage, NetIO, BlockIO, PIDs } = JSON.parse(stdout) as Record<string, string>;
  const pair = (text = '') => text.split('/').map(bytes);
  const [memory = 0, limit = 0] = pair(MemUsage);
  const [received = 0, sent = 0] = pair(NetIO);
  const [read = 0, written = 0] = pair(BlockIO);
  return { cpu: Number.parseFloat(CPUPerc ?? ''), memory, limit, received, sent, read, written, pids: Number(PIDs) };
}

/** The kernel counts a cgroup's memory in batches of 32 pages for each CPU: two readings of a quiet container differ by some. */
const BATCH = 2 * 32 * 4096 * cpus().length;

/** About as much, as far as the CLI's four digits tell. */
function expectAbout(ours: number | undefined, docker: number, slack = 0): void {
  expect(Math.abs((ours ?? Number.NaN) - docker)).toBeLessThanOrEqual(docker * 0.01 + slack);
}

describeEngine('usage on the real engine', () => {
  let room: Room;
  let sampler: Sampler;
  let received: { id: string; usage: Usage }[];
  let wake = () => {};
  beforeAll(async () => {
    room = await openRoom('usage');
    received = [];
    const emit = (message: { id: string; usage: Usage }) => {
      received.push(message);
      wake();
    };
    sampler = new Sampler({ engine: room.engine, clock: systemClock, emit, seconds: 1 });
  });
  afterAll(async () => {
    sampler.stop();
    await room.end();
  });

  /** The next usage of a container that is as asked for. */
  async function usageOf(id: string, check: (usage: Usage) => boolean): Promise<Usage> {
    for (;;) {
      const found = received.findLast((message) => message.id === id && check(message.usage));
      if (found) return found.usage;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  it('counts the CPU of a busy container held to half a CPU as docker does', async () => {
    const limits = { NanoCpus: 500_000_000, Memory: 64 * 1024 ** 2 };
    const id = await room.run('busy', 'while :; do :; done', { HostConfig: limits });
    sampler.watch([containerId(id)]);
    const first = await usageOf(id, ({ cpuPercent }) => cpuPercent !== undefined);
    received.length = 0;
    const docker = await dockerStats(id);
    const usage = await usageOf(id, ({ cpuPercent }) => cpuPercent !== undefined);
    // The CLI looked at another second than we did, on a machine that others use, too.
    for (const percent of [first.cpuPercent, usage.cpuPercent]) {
      expect(percent).toBeGreaterThan(5);
      expect(percent).toBeLessThan(75);
      expect(Math.abs((percent ?? 0) - docker.cpu)).toBeLessThan(35);
    }
    expectAbout(usage.memoryLimit, docker.limit);
    expect(usage.memoryLimit).toBe(64 * 1024 ** 2);
  });

  it('counts memory, pids and totals of a quiet container as docker does', async () => {
    // File cache that can go at once: what docker leaves out.
    const id = await room.run('quiet', 'dd if=/dev/zero of=/tmp/cache bs=1M count=8; sync; sleep 3600');
    sampler.watch([containerId(id)]);
    await usageOf(id, ({ memory }) => memory !== undefined);
    let docker = await dockerStats(id);
    // Until it has come to rest: the same twice.
    for (let before = -1; docker.memory !== before; docker = await dockerStats(id)) before = docker.memory;
    received.length = 0;
    const usage = await usageOf(id, ({ rates }) => rates !== undefined);
    expectAbout(usage.memory, docker.memory, BATCH);
    expectAbout(usage.memoryLimit, docker.limit);
    expectAbout(usage.totals.received, docker.received, 1000);
    expectAbout(usage.totals.sent, docker.sent, 1000);
    expectAbout(usage.totals.read, docker.read, 1000);
    expectAbout(usage.totals.written, docker.written, 1000);
    expect(usage.pids).toBe(docker.pids);
    const raw = (await room.engine.stats(id)) as { memory_stats: { usage: number; stats: Record<string, number> } };
    const { stats, usage: whole } = raw.memory_stats;
    expectAbout(usage.memory, whole - (stats.total_inactive_file ?? stats.inactive_file ?? 0), BATCH);
  });

  it('sees bytes come in over the network, at a rate', async () => {
    const server = await room.run('server', 'while :; do head -c 200000 /dev/zero | nc -l -p 9000 -w 1; done');
    const { attachments } = await room.engine.container(server);
    const client = await room.run(
      'client',
      `while :; do nc ${attachments[0]?.address} 9000 > /dev/null; sleep 0.1; done`,
    );
    sampler.watch([containerId(client)]);
    const usage = await usageOf(client, ({ rates }) => (rates?.received ?? 0) > 10_000);
    expect(usage.totals.received).toBeGreaterThan(10_000);
  });

  it('says nothing of a stopped container, and drops a removed one', async () => {
    const id = await room.run('short', 'sleep 3600');
    sampler.watch([containerId(id)]);
    await usageOf(id, ({ memory }) => memory !== undefined);
    await room.engine.kill(id, 'SIGKILL');
    const { at: _, ...stopped } = await usageOf(id, ({ memory }) => memory === undefined);
    expect(stopped).toEqual({ totals: { received: 0, sent: 0, read: 0, written: 0 } });
    await room.engine.remove(id, { force: true, volumes: true });
    const quiet = await room.run('other', 'sleep 3600');
    sampler.watch([containerId(id), containerId(quiet)]);
    await usageOf(quiet, ({ cpuPercent }) => cpuPercent !== undefined);
    const asked = received.filter((message) => message.id === id).length;
    const last = received.at(-1)?.usage.at ?? 0;
    await usageOf(quiet, ({ at }) => at > last);
    expect(received.filter((message) => message.id === id).length).toBe(asked);
  });
});
