import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../engine/require-engine.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { broken, command, openConsole } from './console.ts';

/** A Swarm of one node, on an engine of the test's own, as an operator sees it. */

describeEngine('the tables of a Swarm', () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-swarm-'));
  const config = join(directory, 'config.yaml');
  let own: TestEngine;
  beforeAll(async () => {
    writeFileSync(config, 'engine: { poll: 1 }\n');
    own = await startEngine(join(directory, 'engine'));
    await buildImage(own.docker);
    await own.docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
    await create('web', IMAGE, 3);
    await create('bad', 'nosuch/image:9');
    await create('pinned', IMAGE, 1, ['node.labels.gpu==yes']);
  });
  afterAll(async () => {
    await own.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  function create(name: string, image: string, replicas = 1, constraints: readonly string[] = []): Promise<unknown> {
    const command = ['sh', '-c', 'echo hello; exec sleep 3600'];
    const Labels = { 'com.docker.stack.namespace': 'shop' };
    return own.docker.createService({
      Name: `shop_${name}`,
      Labels,
      TaskTemplate: {
        ContainerSpec: { Image: image, Command: command, Env: ['API_TOKEN=hunter2'], Labels, StopGracePeriod: 1 },
        Placement: { Constraints: [...constraints] },
        RestartPolicy: { Delay: 1e9 },
      },
      Mode: { Replicated: { Replicas: replicas } },
    });
  }

  async function open(columns: number, rows: number): Promise<Terminal> {
    const terminal = openConsole({ columns, rows, args: ['--host', own.host, '--config', config] });
    await terminal.waitFor(/shop\/web/);
    return terminal;
  }

  it('report what runs and where, and above it why what should run does not', async () => {
    const terminal = await open(80, 24);
    command(terminal, 'tasks');
    const screen = await terminal.waitFor(
      /bad\.1 +rejected.*No such image: nosuch.*pinned\.1 +pending.*no node fits: constr.*web\.1 +running.*web\.2 +running.*web\.3 +running/s,
    );
    expect(broken(screen)).toEqual([]);
    terminal.press('ctrl-z');
    await terminal.waitFor((text) => text.includes('faults only') && !text.includes('web.1'));
    command(terminal, 'tasks shop/pinned');
    await terminal.waitFor(/Tasks\(pinned\)\[1\]/);
  });

  it('lead from a service to its tasks, and from a task to its container, its YAML and its logs', async () => {
    const terminal = await open(120, 40);
    terminal.type('/shop.web\r');
    await terminal.waitFor('Services(all)[1/3]');
    terminal.press('enter');
    await terminal.waitFor(/Tasks\(web\)\[3\].*web\.3 +running/s);
    terminal.press('enter');
    await terminal.waitFor(/Describe\(shop_web\.1\.\w+\).*Command: +sh -c echo hello/s);
    terminal.press('esc');
    await terminal.waitFor('Tasks(web)[3]');
    terminal.press('y');
    const yaml = await terminal.waitFor(/YAML\(shop_web\.1\).*API_TOKEN=\*+/s);
    expect(yaml).not.toContain('hunter2');
    terminal.press('esc');
    await terminal.waitFor('Tasks(web)[3]');
    terminal.press('l');
    await terminal.waitFor(/Logs\(shop\/web\).*hello/s);
  });

  it('report the nodes, and that the engine manages no Swarm once it has left it', async () => {
    const terminal = await open(120, 40);
    command(terminal, 'nodes');
    await terminal.waitFor(/Nodes\(all\)\[1\].*ready +active +leader +3 +\d+\.\d+/s);
    terminal.press('enter');
    await terminal.waitFor(/YAML\(.*Role: manager/s);
    terminal.press('esc');
    await own.docker.swarmLeave({ force: true });
    await terminal.waitFor(/Nodes\(all\)\[0\].*This engine is not a Swarm manager\./s);
  });
});
