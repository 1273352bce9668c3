import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { describeWithPrometheus } from '../prometheus/prometheus-process.ts';
import { IMAGE } from '../stacks/image.ts';
import { runLabels } from '../stacks/run.ts';
import { type RunningStack, startStack } from '../stacks/stack.ts';
import { broken, command, openConsole } from './console.ts';

/** A real Prometheus server in the stack of a real engine, read from the screen of the built program. */

/** What it scrapes: the engine by its service's name, itself, and what is no container of the desk. */
const CONFIGURATION = JSON.stringify({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ['/tmp/rules.yml'],
  scrape_configs: [
    { job_name: 'engine', static_configs: [{ targets: ['market:9090'] }] },
    { job_name: 'self', static_configs: [{ targets: ['localhost:9090'] }] },
    { job_name: 'node', static_configs: [{ targets: ['192.0.2.1:9100'] }] },
  ],
});
const RULES = JSON.stringify({
  groups: [
    {
      name: 'desk',
      rules: [
        { alert: 'Trading', expr: 'nanoarb_events_total_total > 0', annotations: { summary: 'the engine trades' } },
        { alert: 'Gone', expr: 'up == 0', for: '1h', annotations: { summary: '{{ $labels.instance }} is gone' } },
      ],
    },
  ],
});

describeEngine('a Prometheus server in the stack', () => {
  describeWithPrometheus('of a real engine', () => {
    const docker = new Docker();
    let stack: RunningStack;
    let server: Docker.Container;

    beforeAll(async () => {
      stack = await startStack(docker, 'nanoarb', { only: ['nanoarb'], change: { nanoarb: { name: 'market' } } });
      server = await startServer(docker, stack);
    });
    afterAll(async () => {
      await server?.remove({ force: true });
      await stack?.remove();
    });

    const open = async (service: string): Promise<Terminal> => {
      const terminal = openConsole({ env: { DOCKER_HOST: engineHost }, columns: 160, rows: 50 });
      await terminal.waitFor(/● \d+ ok/);
      command(terminal, `project ${stack.project}`);
      await terminal.waitFor((screen) => screen.includes(`[${stack.project}]`) && screen.includes(' market '));
      command(terminal, `metrics ${stack.project}/${service}`);
      return terminal;
    };

    it('shows its alerts and targets, and what of those is not scraped here', async () => {
      const terminal = await open('prometheus');
      await terminal.waitFor('alerts: 1 firing, 1 pending · targets: 2 of 3 up', { timeoutMs: 40_000 });
      const screen = await terminal.waitFor(/▲ firing for \d+s: Trading: the engine trades/);
      expect(screen).toMatch(/▲ pending for \d+s: Gone: 192\.0\.2\.1:9100 is gone/);
      expect(screen).toMatch(/✖ target node http:\/\/192\.0\.2\.1:9100\/metrics: /);
      expect(screen).toMatch(/▸ Samples\/s/);
      terminal.press('e');
      const list = await terminal.waitFor(/-engine +up .*target engine\)/);
      expect(list).toMatch(/-prometheus +up .*target self\)/);
      expect(list).toMatch(/node +skipped .*no container of this desk is 192\.0\.2\.1:9100/);
      // Each of them once.
      expect(list.match(/ {2}http:\/\/\S+\/metrics \(/g)?.length).toBe(
        new Set(list.match(/http:\/\/\S+\/metrics \(/g)).size,
      );
      expect(broken(list)).toEqual([]);
    });

    it('gives the engine its past, its alert and an answer to PromQL', async () => {
      const terminal = await open('market');
      await terminal.waitFor(/● p50 \d+ns/, { timeoutMs: 30_000 });
      terminal.press('x');
      await terminal.waitFor('PromQL>');
      terminal.type('nanoarb_position +\r');
      await terminal.waitFor(/parse error/);
      terminal.press('x');
      await terminal.waitFor('PromQL>');
      terminal.type('sum by (job) (up)\r');
      await terminal.waitFor(/VALUE +SERIES[\s\S]*1 +\{job="engine"\}/);
      terminal.press('p');
      await terminal.waitFor(/▸ sum by \(job\) \(up\) pinned[^\n]*\n[^\n]*● engine 1 {2}◆ node 0 {2}▲ self 1/);
      command(terminal, `events ${stack.project}`);
      await terminal.waitFor(/metric .*alert Trading: the engine trades/);
    });
  });
});

/** The host's own prometheus in a container of the stack, on its network. */
async function startServer(docker: Docker, { project, containers }: RunningStack): Promise<Docker.Container> {
  const { Config, NetworkSettings } = (await containers.market?.inspect()) ?? {};
  const [network = ''] = Object.keys(NetworkSettings?.Networks ?? {});
  const script = `echo '${CONFIGURATION}' > /tmp/prometheus.yml; echo '${RULES}' > /tmp/rules.yml
exec /usr/bin/prometheus --config.file=/tmp/prometheus.yml --storage.tsdb.path=/tmp/data --web.listen-address=0.0.0.0:9090`;
  const server = await docker.createContainer({
    name: `${project}-prometheus`,
    Image: IMAGE,
    Cmd: ['sh', '-c', script],
    User: 'root',
    ExposedPorts: { '9090/tcp': {} },
    Labels: { ...Config?.Labels, 'com.docker.compose.service': 'prometheus', ...runLabels },
    HostConfig: {
      NetworkMode: network,
      Binds: ['/usr', '/lib', '/lib64'].map((path) => `${path}:${path}:ro`),
      PortBindings: { '9090/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
    },
  });
  await server.start();
  return server;
}
