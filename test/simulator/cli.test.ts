import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';

/** The docker CLI, every version of it that is on this machine, against the simulated engine. */

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const clients = ['/usr/bin/docker', '/usr/local/bin/docker'].filter(existsSync);

describe.skipIf(clients.length === 0)('the docker CLI on the simulated engine', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  describe.each(clients)('%s', (client) => {
    const docker = async (...args: string[]): Promise<string> => {
      const { stdout } = await run(client, ['-H', `unix://${simulator.socketPath}`, ...args], { timeout: 20_000 });
      return stdout;
    };
    const refused = (...args: string[]): Promise<string> =>
      docker(...args).then(
        () => 'done',
        (error: { stderr?: string }) => error.stderr ?? String(error),
      );

    it('shows version and info, and that it is a simulation', async () => {
      expect(await docker('version')).toContain('Server: deskhand simulator');
      expect(await docker('info')).toMatch(
        /Containers: \d+[\s\S]*Running: \d+[\s\S]*deskhand simulator \(no real containers\)/,
      );
    });

    it('lists the five stacks with states, health and ports', async () => {
      const lines = (await docker('ps', '-a', '--format', '{{.Names}}|{{.Status}}|{{.Ports}}')).split('\n');
      expect(lines).toContainEqual(
        expect.stringMatching(/^nanoarb-engine\|Up 3 days \(healthy\)\|.*:9090->9090\/tcp$/),
      );
      expect(lines).toContainEqual(expect.stringMatching(/^exness-db-migrate\|Exited \(0\) 2 days ago\|$/));
      expect(lines).toContainEqual(
        expect.stringMatching(/^openalgo\|Up 11 days \(healthy\)\|0\.0\.0\.0:5000->5000\/tcp/),
      );
      expect(lines.filter((line) => line.startsWith('maricusco-'))).toHaveLength(6);
      expect(lines.filter((line) => line.startsWith('trading-'))).toHaveLength(5);
      const exness = await docker('ps', '-aq', '--filter', 'label=com.docker.compose.project=exness');
      expect(exness.trim().split('\n')).toHaveLength(15);
    });

    it('inspects', async () => {
      expect(
        (await docker('inspect', '-f', '{{.HostConfig.Memory}} {{.State.Health.Status}}', 'nanoarb-engine')).trim(),
      ).toBe('4294967296 healthy');
      expect(await refused('inspect', 'nothing-of-the-kind')).toContain('No such object');
    });

    it('reads logs with times, since, tail, and follows', async () => {
      const tail = (await docker('logs', '-t', '--tail', '3', 'exness-price-poller')).trim().split('\n');
      expect(tail).toHaveLength(3);
      for (const line of tail) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z (BTC|ETH|SOL)USDT bid/);
      expect(await docker('logs', '--since', '10s', 'exness-price-poller')).toContain('USDT bid');
      const following = spawn(client, [
        '-H',
        `unix://${simulator.socketPath}`,
        'logs',
        '-f',
        '--tail',
        '0',
        'exness-price-poller',
      ]);
      const line = await new Promise<string>((resolve) =>
        following.stdout.once('data', (data) => resolve(String(data))),
      );
      following.kill();
      expect(line).toContain('USDT bid');
    });

    it('shows stats and processes', async () => {
      const stats = await docker(
        'stats',
        '--no-stream',
        '--format',
        '{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}',
        'nanoarb-engine',
      );
      expect(stats).toMatch(/^nanoarb-engine [1-9]\d*\.\d+% 1(\.\d+)?GiB \/ 4GiB 14$/m);
      expect(await docker('top', 'openalgo')).toContain('python -m websocket_proxy.server');
    });

    it('stops, starts and restarts, and events tell it', async () => {
      const since = String(Math.floor(Date.now() / 1000));
      await docker('restart', 'exness-web');
      await docker('stop', 'exness-docs');
      expect(await docker('ps', '-a', '--filter', 'name=exness-docs', '--format', '{{.Status}}')).toMatch(
        /^Exited \(143\)/,
      );
      await docker('start', 'exness-docs');
      const filters = ['--filter', 'container=exness-web', '--filter', 'type=container'];
      const until = (Date.now() / 1000).toFixed(3);
      const events = await docker('events', '--since', since, '--until', until, ...filters, '--format', '{{.Action}}');
      expect(events.trim().split('\n').slice(-5)).toEqual(['kill', 'die', 'stop', 'start', 'restart']);
    });

    it('lists images, volumes and networks, and reckons the disk', async () => {
      expect(await docker('images')).toMatch(/docker-nanoarb\s+latest\s+[0-9a-f]{12}\s+\w.*MB/);
      expect(await docker('volume', 'ls', '-q')).toContain('exness_timescale_data');
      expect(await docker('network', 'ls')).toContain('maricusco_maricusco-network');
      const df = await docker('system', 'df');
      for (const kind of ['Images', 'Containers', 'Local Volumes', 'Build Cache']) expect(df).toContain(kind);
      expect(df).toMatch(/Images\s+\d+\s+\d+\s+[\d.]+GB\s+[\d.]+MB/);
    });

    it('runs commands in a container and small one-off containers', async () => {
      expect(await docker('exec', 'exness-redis', 'redis-cli', 'ping')).toBe('PONG\n');
      expect(await docker('exec', 'nanoarb-engine', 'sh', '-c', 'curl -s http://localhost:9090/health')).toBe(
        '{"status":"ok","version":"0.1.0"}',
      );
      expect(await docker('run', '--rm', 'deskhand/busybox:1', 'sh', '-c', 'echo hello')).toBe('hello\n');
    });

    it('is not a Swarm manager', async () => {
      expect(await refused('service', 'ls')).toContain('This node is not a swarm manager');
    });
  });
});
