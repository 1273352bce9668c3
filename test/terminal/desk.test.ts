import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { type RunningStack, startStack } from '../stacks/stack.ts';
import { auditLines, command, openConsole, row, selectService } from './console.ts';

/** The console on a real engine with three of the five stacks: what an operator sees and does. */

const docker = new Docker();

describeEngine('the desk on a real engine', () => {
  let exness: RunningStack;
  let trading: RunningStack;
  let nanoarb: RunningStack;

  beforeAll(async () => {
    exness = await startStack(docker, 'exness', { healthEvery: 1 });
    trading = await startStack(docker, 'trading', { change: { worker: { replicas: 2 } } });
    nanoarb = await startStack(docker, 'nanoarb', { healthEvery: 1 });
  });
  afterAll(async () => {
    for (const stack of [exness, trading, nanoarb]) await stack?.remove();
  });

  const openDesk = (args: readonly string[] = []): Terminal => openConsole({ args, env: { DOCKER_HOST: engineHost } });

  it('shows the services of every project, live', async () => {
    const terminal = openDesk();
    for (const [stack, services] of [
      [exness, ['postgres', 'backend', 'snap-shotting', 'web']],
      [trading, ['api', 'db', 'cache', 'worker']],
      [nanoarb, ['nanoarb', 'prometheus', 'grafana']],
    ] as const) {
      await terminal.waitFor('Services(');
      command(terminal, `project ${stack.project}`);
      await terminal.waitFor((screen) => services.every((service) => /running|healthy/.test(row(screen, service))));
    }
  });

  it('tells a healthy service, a completed job and one without a health check apart', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    command(terminal, `project ${exness.project}`);
    await terminal.waitFor((screen) => /● healthy/.test(row(screen, 'postgres')));
    await terminal.waitFor((screen) => /✓ completed/.test(row(screen, 'db-migrate')));
    await terminal.waitFor((screen) => /● running/.test(row(screen, 'engine')));
  });

  it('changes the row of a container that dies, and back when it is started', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    await selectService(terminal, exness.project, 'mongodb');
    await terminal.waitFor((screen) => /● healthy/.test(row(screen, 'mongodb')));
    const container = exness.containers.mongodb as Docker.Container;
    await container.kill();
    await terminal.waitFor((screen) => /✖ .*137/.test(row(screen, 'mongodb')));
    await container.start();
    await terminal.waitFor((screen) => /● healthy/.test(row(screen, 'mongodb')));
  });

  it('follows the logs of the selected service through a restart', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    await selectService(terminal, trading.project, 'worker');
    await terminal.waitFor(/\[worker\] task \d+ done/);
    const worker = trading.containers.worker as Docker.Container;
    await say(worker, 'before the restart');
    await terminal.waitFor('before the restart');
    await worker.restart({ t: 1 });
    await say(worker, 'after the restart');
    await terminal.waitFor('after the restart');
  });

  it('drives all panes by the cursor', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    command(terminal, `project ${nanoarb.project}`);
    await terminal.waitFor(`Logs(${nanoarb.project}/grafana)`);
    terminal.press('j');
    await terminal.waitFor(/Health\(nanoarb\)[\s\S]*Logs\(\S*nanoarb\)/);
    await terminal.waitFor(/Tick \d+ \| Orders/);
  });

  it('merges the logs of all replicas', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    await selectService(terminal, trading.project, 'worker');
    await terminal.waitFor((screen) => row(screen, 'worker').includes('2/2'));
    await say(trading.containers.worker as Docker.Container, 'this is the first');
    await say(trading.containers['worker-2'] as Docker.Container, 'this is the second');
    await terminal.waitFor((screen) => screen.includes('this is the first') && screen.includes('this is the second'));
  });

  it('restarts a service only after it was confirmed, sees it healthy again and keeps a record', async () => {
    const terminal = openDesk();
    await terminal.waitFor('Services(');
    await selectService(terminal, exness.project, 'redis');
    await terminal.waitFor((screen) => /● healthy/.test(row(screen, 'redis')));
    const redis = exness.containers.redis as Docker.Container;
    const startedAt = async () => (await redis.inspect()).State.StartedAt;
    const before = await startedAt();

    terminal.press('r');
    const dialog = await terminal.waitFor('> Cancel <');
    expect(dialog).toMatch(/Restart .*redis/);
    expect(dialog).toContain('backend');
    terminal.press('enter');
    await terminal.waitFor((screen) => !screen.includes('> Cancel <'));
    expect(await startedAt()).toBe(before);

    terminal.press('r');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab');
    await terminal.waitFor('> Restart <');
    terminal.press('enter');
    await terminal.waitFor(/healthy again after \d/);
    expect(await startedAt()).not.toBe(before);

    const record = JSON.stringify(auditLines(terminal));
    expect(record).toContain('restart');
    expect(record).toContain(`${exness.project}/redis`);
    expect(record).toMatch(/healthy again after/);
  });

  it('does not restart when it is read-only', async () => {
    const terminal = openDesk(['--readonly']);
    await terminal.waitFor('READ-ONLY');
    await selectService(terminal, trading.project, 'cache');
    const cache = trading.containers.cache as Docker.Container;
    const before = (await cache.inspect()).State.StartedAt;
    terminal.press('r');
    terminal.press('tab');
    terminal.press('enter');
    command(terminal, 'help');
    expect(await terminal.waitFor(/help/i)).not.toContain('> Restart <');
    expect((await cache.inspect()).State.StartedAt).toBe(before);
  });
});

/** A line in the container's own log. */
async function say(container: Docker.Container, text: string): Promise<void> {
  const exec = await container.exec({ Cmd: ['sh', '-c', `echo '${text}' >/proc/1/fd/1`] });
  await exec.start({ Detach: true });
}
