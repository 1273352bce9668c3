import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningStack, startStack } from '../stacks/stack.ts';
import { describeEngine } from './require-engine.ts';

const docker = new Docker();

/** The stand-ins themselves: what the other tests build on must be what compose would have made. */

describeEngine('exness on a real engine', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await startStack(docker, 'exness', { healthEvery: 1 });
  });
  afterAll(() => stack?.remove());

  it('runs fifteen services, of which the migration has done its work', async () => {
    const states = await Promise.all(
      Object.entries(stack.containers).map(
        async ([name, container]) => [name, (await container.inspect()).State] as const,
      ),
    );
    expect(states).toHaveLength(15);
    for (const [name, state] of states)
      expect([name, state.Status, state.ExitCode]).toEqual([name, name === 'db-migrate' ? 'exited' : 'running', 0]);
  });

  it('labels them as compose does', async () => {
    const { Config } = await (stack.containers.web as (typeof stack.containers)[string]).inspect();
    expect(Config.Labels).toMatchObject({
      'com.docker.compose.project': stack.project,
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': '1',
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.depends_on': 'backend:service_started:false,db-migrate:service_completed_successfully:false',
    });
  });
});

describeEngine('a failed migration on a real engine', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    const failing = { 'db-migrate': { script: 'echo "Error: P1001 cannot reach database" >&2; exit 1' } };
    stack = await startStack(docker, 'exness', { healthEvery: 1, change: failing });
  });
  afterAll(() => stack?.remove());

  it('leaves the six services behind it created', async () => {
    const all = await docker.listContainers({
      all: true,
      filters: { label: [`com.docker.compose.project=${stack.project}`] },
    });
    const created = all.filter((one) => one.State === 'created').map((one) => one.Labels['com.docker.compose.service']);
    expect(created.sort()).toEqual(['backend', 'dbstorage', 'engine', 'prisma-studio', 'snap-shotting', 'web']);
  });
});
