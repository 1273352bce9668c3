import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { runId, runLabels } from '../stacks/run.ts';
import { broken, command, openConsole, selectService } from './console.ts';

/** What containers say is never obeyed: no control sequence of theirs reaches the operator's terminal. */

const docker = new Docker();
const project = `${runId}-evil`;
const SEQUENCES = {
  title: '\u001b]0;pwned-title\u0007',
  clipboard: '\u001b]52;c;cHduZWQ=\u0007',
  clear: '\u001b[2J\u001b[1;1Hpwned-top',
  report: '\u001b[6n\u001bP$q"p\u001b\\',
  c1: '\u009b31mred\u009d0;pwned\u009c',
  bidi: '\u202epwned\u202c',
};

describeEngine('hostile text on a real engine', () => {
  let container: Docker.Container;
  beforeAll(async () => {
    await buildImage(docker);
    const hostile = Object.values(SEQUENCES).join('');
    container = await docker.createContainer({
      name: `${project}-box-1`,
      Image: IMAGE,
      Cmd: ['sh', '-c', `trap "exit 0" TERM; while :; do printf '%s\\n' "$HOSTILE"; sleep 1 & wait; done`],
      Env: [`HOSTILE=log ${hostile} end`],
      Healthcheck: { Test: ['CMD-SHELL', 'printf "probe %s\\n" "$HOSTILE"; exit 1'], Interval: 1e9, Retries: 1 },
      Labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': 'box',
        'com.docker.compose.container-number': '1',
        'com.docker.compose.depends_on': `${SEQUENCES.title}db:service_started:false`,
        'evil.label': `label ${hostile} end`,
        [`evil.${SEQUENCES.clear}`]: 'key',
        ...runLabels,
      },
    });
    await container.start();
  });
  afterAll(() => container?.remove({ force: true }));

  it('is shown without its control sequences: in the table, the logs, the probes, describe and YAML', async () => {
    const terminal = openConsole({ rows: 100, env: { DOCKER_HOST: engineHost } });
    await terminal.waitFor('Services(');
    await selectService(terminal, project, 'box');
    await terminal.waitFor(/log .*end/);
    await terminal.waitFor(/unhealthy/);
    await terminal.waitFor(/probe/);
    terminal.press('d');
    expect(broken(await terminal.waitFor(/evil\.label=label pwned/))).toEqual([]);
    terminal.press('esc');
    terminal.press('y');
    expect(broken(await terminal.waitFor(/HOSTILE=log pwned/))).toEqual([]);
    terminal.press('esc');
    command(terminal, 'containers');
    await terminal.waitFor(`${project}-box-1`);

    const written = terminal.raw();
    for (const sequence of Object.values(SEQUENCES)) expect(written).not.toContain(sequence);
    for (const part of ['\u001b]0;', '\u001b]52;', '\u001b[6n', '\u001bP', '\u009b', '\u009d', '\u202e'])
      expect(written).not.toContain(part);
  });
});
