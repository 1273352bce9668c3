import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { until } from '../harness/until.ts';

/** A real Prometheus server of a test's own, on loopback, with its own data. Debian: apt-get install prometheus. */

export type PrometheusProcess = { url: string; stop(): Promise<void> };

export type PrometheusSetup = {
  /** OpenMetrics text with timestamps, which the server then has as its past. */
  past?: string;
  /** Scraped every second: job name and host:port/path. */
  scrape?: { job: string; target: string; path: string }[];
  /** Alert rules, as a rules file has them. */
  rules?: string;
};

/** As `describe`, where Prometheus is installed; else skipped with a word, or a failure when DESKHAND_REQUIRE_PROMETHEUS=1. */
export function describeWithPrometheus(name: string, tests: () => void): void {
  const missing = ['prometheus', 'promtool'].filter((command) => !isInstalled(command));
  if (missing.length === 0) {
    describe(name, tests);
    return;
  }
  const why = `${missing.join(' and ')} not installed (apt-get install prometheus)`;
  if (process.env.DESKHAND_REQUIRE_PROMETHEUS !== '1') {
    console.warn(`skipped: ${name}: ${why}`);
    describe.skip(`${name}: ${why}`, tests);
    return;
  }
  describe(name, () => {
    it('has a Prometheus', () => {
      throw new Error(`${why}, and DESKHAND_REQUIRE_PROMETHEUS=1 forbids to skip`);
    });
  });
}

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server and waits until it is ready. */
export async function startPrometheus(setup: PrometheusSetup): Promise<PrometheusProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-prometheus-'));
  const data = join(directory, 'data');
  mkdirSync(data);
  if (setup.past !== undefined) {
    writeFileSync(join(directory, 'past.om'), setup.past);
    await promisify(execFile)('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      join(directory, 'past.om'),
      data,
    ]);
  }
  writeFileSync(join(directory, 'rules.yml'), setup.rules ?? 'groups: []\n');
  writeFileSync(join(directory, 'prometheus.yml'), configuration(setup));
  const port = await freePort();
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=20y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-4000);
  });
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  await until(async () => {
    if (server.exitCode !== null) throw new Error(`prometheus ended: ${said}`);
    return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

function configuration({ scrape = [] }: PrometheusSetup): string {
  const jobs = scrape.map(({ job, target, path }) => ({
    job_name: job,
    metrics_path: path,
    static_configs: [{ targets: [target] }],
  }));
  // YAML has room for JSON.
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: jobs,
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
