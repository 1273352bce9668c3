import { readFileSync } from 'node:fs';
import Docker from 'dockerode';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { IMAGE } from '../stacks/image.ts';
import { gone, runId, runLabels } from '../stacks/run.ts';
import { type RunningStack, startStack } from '../stacks/stack.ts';
import { every } from '../stacks/stand-in.ts';
import { command, openConsole, row } from './console.ts';

/** Trouble on a real engine, as the built program's table and health pane tell it. */

const docker = new Docker();
const prefix = `health-${runId}`;

/** Unwell for three seconds, well for three. */
const FLAPPING = 'test $(( $(date +%s) / 3 % 2 )) = 0';

describeEngine('health on a real engine', () => {
  let trading: RunningStack;
  let exness: RunningStack;
  let maricusco: RunningStack;
  let nanoarb: RunningStack;
  let taken: Docker.Container;
  let terminal: Terminal;

  beforeAll(async () => {
    trading = await startStack(docker, 'trading', {
      prefix,
      healthEvery: 1,
      ports: 'free',
      only: ['api', 'db', 'cache', 'worker'],
      change: {
        api: { restart: 'always', dependsOn: {}, env: {}, script: 'echo "error: missing field symbol" >&2; exit 3' },
        db: { ports: [], health: 'curl -f http://localhost:5432/health' },
        cache: { ports: [], health: FLAPPING },
        worker: { dependsOn: {}, env: {}, script: every(1, ': waits') },
      },
    });
    exness = await startStack(docker, 'exness', {
      prefix,
      healthEvery: 1,
      only: ['postgres', 'db-migrate', 'backend', 'web', 'docs'],
      change: { 'db-migrate': { script: 'echo "Error: P1001 postgres password=hunter2" >&2; exit 1' } },
    });
    maricusco = await startStack(docker, 'maricusco', { prefix, healthEvery: 1 });
    nanoarb = await startStack(docker, 'nanoarb', {
      prefix,
      healthEvery: 1,
      ports: 'free',
      only: ['nanoarb'],
      change: { nanoarb: { health: 'curl -f http://localhost:9090/health' } },
    });
    taken = await portConflict(nanoarb.containers.nanoarb as Docker.Container);
  });
  beforeEach(async () => {
    terminal = openConsole({ env: { DOCKER_HOST: engineHost } });
    await terminal.waitFor(`${prefix}-trading`);
  });
  afterAll(async () => {
    await gone(taken?.remove({ force: true }) ?? Promise.resolve());
    for (const stack of [trading, exness, maricusco, nanoarb]) await stack?.remove();
  });

  /** The health pane of one service on the whole screen, once it says all of this. */
  async function says(stack: RunningStack, service: string, ...words: RegExp[]): Promise<string> {
    command(terminal, `health ${stack.project}/${service}`);
    await terminal.waitFor(`Health(${service})`);
    // What to do first and what then are read as one sentence.
    const joined = (screen: string) => screen.replace(/ *│\n│ THEN +/g, '; ');
    return terminal.waitFor((screen) => words.every((one) => one.test(joined(screen))), { timeoutMs: 30_000 });
  }

  it('reports a process that ran out of memory, with the limit and its last words', async () => {
    const worker = await docker.createContainer({
      name: `${trading.project}-greedy`,
      Image: IMAGE,
      Cmd: ['sh', '-c', 'echo "loading the order book"; sleep 1; tail /dev/zero'],
      Labels: {
        ...runLabels,
        'com.docker.compose.project': trading.project,
        'com.docker.compose.service': 'greedy',
        'com.docker.compose.container-number': '1',
      },
      HostConfig: { Memory: 8 * 2 ** 20, MemorySwap: 8 * 2 ** 20 },
    });
    try {
      await worker.start();
      await terminal.waitFor(`${trading.project}/greedy`);
      await says(
        trading,
        'greedy',
        /✖ down: exit 137, out of memory \(limit 8MiB/,
        /DO +<t> starts greedy; raise its memory and swap limit/,
        /last lines before the end:\s*│\s*│ │ loading the order book/,
        /ended at \d\d:\d\d:\d\d, after \ds, restart policy no/,
        /\d\d:\d\d:\d\d out of memory, 1 in all/,
      );
    } finally {
      await worker.remove({ force: true });
    }
  });

  it('blames a health check that cannot work, with its probes and its definition', async () => {
    await says(
      trading,
      'db',
      /▲ degraded: unhealthy: the probe cannot work, curl is not in the image/,
      /DO +fix the health check of db: .*A restart does not help/,
      /Docker says unhealthy, failing streak \d+ \(unhealthy after 2\), next probe due/,
      /✖ \d\d:\d\d:\d\d exit 127 +\d+ms .*curl: not found/,
      /check: curl -f http:\/\/localhost:5432\/health/,
      /every 1s, timeout 5s, 2 retries, start period 0s/,
    );
  });

  it('recognises a health that flaps, and remembers its changes', async () => {
    await says(
      trading,
      'cache',
      /▲ degraded: health is flapping: \d+ changes in 10m/,
      /earlier, from engine events:/,
      /health: .*\d\d:\d\d:\d\d healthy, \d\d:\d\d:\d\d unhealthy/,
    );
  });

  it('recognises a restart loop, with what it said before it died', async () => {
    await says(
      trading,
      'api',
      /✖ down: restart loop: (\d+ exits in .*back-off|restarted \d+ times).*exit 3/,
      /<p> shows why api ended; <t> stops the restart loop/,
      /│ error: missing field symbol \(\d+ times\)/,
      /restart policy always, restarted \d+ times/,
    );
  });

  it('folds what a failed job kept from starting under it, secrets masked', async () => {
    const screen = await says(
      exness,
      'db-migrate',
      /✖ down: job failed: exit 1/,
      /DO +<l> shows why db-migrate failed; .*then start backend, web/,
      /BLOCKS 2: backend, web/,
      /│ Error: P1001 postgres password=\*+/,
    );
    expect(screen).not.toContain('hunter2');
    await says(
      exness,
      'web',
      /✖ db-migrate down: job failed/,
      /DO +:logs \S+db-migrate shows/,
      /└ ✖ web down: not started/,
    );
    terminal.press('space');
    await terminal.waitFor(/BLOCKS 2:[\s\S]*└ ✖ backend down: [\s\S]*from depends_on db-migrate/);
  });

  it('names the port that is taken', async () => {
    command(terminal, `health ${prefix}-port-taken`);
    await terminal.waitFor(/✖ down: cannot start: port \d+ is already allocated \(on 127\.0\.0\.1\)/);
    await terminal.waitFor(/DO +\S+ holds the port: stop it or publish another port/);
  });

  it('shows the dependency that was killed before the service that suffers from it', async () => {
    await (maricusco.containers.redis as Docker.Container).kill();
    await says(
      maricusco,
      'app',
      /✖ redis down: exit 137, killed on request \(docker kill\)/,
      /DO +:start \S+redis starts redis; .*check app after/,
      /BLOCKS 1: app/,
      /└ ▲ app degraded: unhealthy/,
      /from depends_on redis \(service_healthy\)/,
    );
    await (maricusco.containers.redis as Docker.Container).start();
    await terminal.waitFor(/│ ● healthy/, { timeoutMs: 30_000 });
  });

  it('says what is wrong elsewhere while a well service is selected, and everything on a key', async () => {
    await says(exness, 'docs', /● running, no health check/, /elsewhere: \d+ other problems block \d+: /);
    terminal.press('w');
    await terminal.waitFor((screen) =>
      [/Pulse\(desk\)/, /\d+ causes, \d+ symptoms/, /db-migrate down: job failed/, /BLOCKS 2: backend, web/].every(
        (one) => one.test(screen),
      ),
    );
  });

  it('asks from outside, believes it when Docker’s own probe is at fault, and reports when it fails', async () => {
    const engine = nanoarb.containers.nanoarb as Docker.Container;
    await says(
      nanoarb,
      'nanoarb',
      /Docker says unhealthy, but http:\/\/127\.0\.0\.1:\d+\/health answers 200/,
      /Docker says unhealthy, but it answers from outside/,
      /✓ \d\d:\d\d:\d\d HTTP 200 .*\{"status":"ok","version":"0\.1\.0"\} \(address guessed\)/,
    );
    await inside(engine, 'echo "503 Service Unavailable" > /tmp/www/health.status');
    await terminal.waitFor(/✖ \d\d:\d\d:\d\d HTTP 503/, { timeoutMs: 30_000 });
    await inside(engine, 'rm /tmp/www/health.status');
    await terminal.waitFor(/✓ \d\d:\d\d:\d\d HTTP 200/, { timeoutMs: 30_000 });
    terminal.press('e');
    const events = await terminal.waitFor(/Events\(nanoarb\)[\s\S]*succeeds again[\s\S]*HTTP 503/);
    expect(events).not.toContain('exec_');
  });

  it('shows the story of one service, the newest first, and saves it with dates', async () => {
    await (trading.containers.worker as Docker.Container).restart({ t: 1 });
    command(terminal, 'desk');
    await terminal.waitFor('Services(');
    terminal.type(`/^${trading.project}/worker(?![-\\w])\r`);
    await terminal.waitFor((screen) => row(screen, 'worker') !== '');
    terminal.press('e');
    const screen = await terminal.waitFor(
      /Events\(worker\)[\s\S]*restarted on request[\s\S]*started[\s\S]*ended: stopped/,
    );
    expect(screen).not.toMatch(/exec_|health_status/);
    terminal.press('ctrl-s');
    const saved = (await terminal.waitFor(/Saved to \S+events\S+\.csv/)).match(/Saved to (\S+\.csv)/)?.[1] ?? '';
    const [head, first] = readFileSync(saved, 'utf8').split('\r\n');
    expect(head).toContain('TIME,AGE,KIND,SERVICE,WHAT');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z,.*restarted on request/);
  });
});

/** A container that wants a port that is published already. */
async function portConflict(holder: Docker.Container): Promise<Docker.Container> {
  const { NetworkSettings } = await holder.inspect();
  const [port] = Object.values(NetworkSettings.Ports)[0] ?? [];
  const container = await docker.createContainer({
    name: `${prefix}-port-taken`,
    Image: IMAGE,
    Cmd: ['sleep', '1000'],
    Labels: runLabels,
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: port?.HostPort ?? '' }] } },
  });
  await expect(container.start()).rejects.toThrow('already allocated');
  return container;
}

async function inside(container: Docker.Container, script: string): Promise<void> {
  const exec = await container.exec({ Cmd: ['sh', '-c', script] });
  await exec.start({ Detach: true });
}
