import { readFileSync, statSync } from 'node:fs';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { runId, runLabels } from '../stacks/run.ts';
import { broken, command, openConsole } from './console.ts';

/** What an operator does with logs, through the built program on a real engine. */

const docker = new Docker();
const STAY = 'exec sleep 1000';

const TRACE = `INFO before
ERROR order failed
Traceback (most recent call last):
  File "/app/run.py", line 7, in run
ValueError: bad order

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 44, in <module>
KeyError: 'symbol'
INFO after`;

const SCRIPTS = `भारतीय स्टेट बैंक: ऑर्डर विफल ${'नमस्ते दुनिया '.repeat(12)}
👨‍👩‍👧‍👦${'👨‍👩‍👧‍👦'.repeat(60)}
❤️ ⚠️ 1️⃣ 🇮🇳 👩🏽‍💻 ✌ e\u0301 |
漢字${'漢字'.repeat(60)}
สวัสดี வணக்கம் مرحبا שלום a\u200db\u3164c |`;

describeEngine('logs on a real engine', () => {
  const made: Docker.Container[] = [];

  async function create(name: string, script: string, more: Docker.ContainerCreateOptions = {}): Promise<string> {
    const container = await docker.createContainer({
      name: `${runId}-${name}`,
      Image: IMAGE,
      Cmd: ['sh', '-c', script],
      StopSignal: 'SIGKILL',
      Labels: runLabels,
      ...more,
    });
    made.push(container);
    return `${runId}-${name}`;
  }

  async function run(name: string, script: string, more: Docker.ContainerCreateOptions = {}): Promise<string> {
    const created = await create(name, script, more);
    await docker.getContainer(created).start();
    return created;
  }

  async function open(name: string, more: Parameters<typeof openConsole>[0] = {}): Promise<Terminal> {
    const terminal = openConsole({ columns: 80, rows: 24, ...more, env: { DOCKER_HOST: engineHost, ...more.env } });
    await terminal.waitFor(/Services\(all\)\[[1-9]/);
    command(terminal, `logs ${name}`);
    await terminal.waitFor(`Logs(${name})`);
    return terminal;
  }

  const cursorOn = (text: string) => (screen: string) =>
    screen.split('\n').some((line) => line.startsWith('│▸') && line.includes(text));

  beforeAll(() => buildImage(docker));
  afterAll(() => Promise.all(made.map((container) => container.remove({ force: true }))));

  it('keeps every row in its frame, whatever scripts and emoji are in it, wrapped, scrolled or not', async () => {
    const name = await run('scripts', `printf '%s\\n' "$TEXT"; ${STAY}`, { Env: [`TEXT=${SCRIPTS}`] });
    const terminal = await open(name);
    expect(broken(await terminal.waitFor('漢字漢字'))).toEqual([]);
    terminal.press('w');
    expect(broken(await terminal.waitFor('wrap:on'))).toEqual([]);
    terminal.press('w', 'g', 'l', 'l', 'l');
    expect(broken(await terminal.waitFor((screen) => !screen.includes('❤️')))).toEqual([]);
  });

  it('goes from error to error by messages, and copies the message whole', async () => {
    const name = await run('trace', `printf '%s\\n' "$TEXT"; ${STAY}`, { Env: [`TEXT=${TRACE}`] });
    const terminal = await open(name);
    await terminal.waitFor('INFO after');
    terminal.press('E');
    await terminal.waitFor(cursorOn('ERROR order failed'));
    terminal.press('e');
    await terminal.waitFor('No other error.');
    terminal.press('c');
    await terminal.waitFor("Sent 10 lines to the terminal's clipboard");
    const [, encoded = ''] = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(terminal.raw()) ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toBe(TRACE.split('\n').slice(1, -1).join('\n'));
  });

  it('filters while one types: fuzzy, inverse, context; an unfinished expression changes nothing', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i % 10 === 5 ? `WARN slow ${i}` : `INFO tick ${i}`)).join('\n');
    const name = await run('filter', `printf '%s\\n' "$TEXT"; ${STAY}`, { Env: [`TEXT=${lines}`] });
    const terminal = await open(name);
    await terminal.waitFor('INFO tick 39');
    terminal.type('/!INFO');
    expect(await terminal.waitFor('4 hits')).not.toContain('INFO tick');
    terminal.type('|(');
    expect(await terminal.waitFor('bad filter, not used: Unterminated group')).not.toContain('INFO tick');
    terminal.press('ctrl-u');
    terminal.type('-f wsl3\r');
    expect(await terminal.waitFor(/ 1 hit /)).toContain('WARN slow 35');
    terminal.type('>');
    const screen = await terminal.waitFor('context:1');
    expect(screen).toMatch(/│ \S+ INFO tick 34 .*\n│:\S+ WARN slow 35 .*\n│ \S+ INFO tick 36 /);
    terminal.press('<', 'esc');
    await terminal.waitFor('INFO tick 39');
    terminal.type('//slow\r');
    await terminal.waitFor('<//slow>');
    terminal.press('N', 'N');
    expect(await terminal.waitFor(cursorOn('WARN slow 25'))).toContain('INFO tick 26');
  });

  it('shows a line that does not end, and says that a container was never started', async () => {
    const endless = await run('endless', `echo before; head -c 1000000 /dev/zero | tr '\\0' z; ${STAY}`);
    const unstarted = await create('unstarted', 'echo never');
    const terminal = await open(endless);
    await terminal.waitFor(/│ \S+ before .*\n│ \S+ z{50,}…│/);
    terminal.press('w', 'G');
    await terminal.waitFor(/\[cut here: \d{6} more?/);
    command(terminal, `logs ${unstarted}`);
    await terminal.waitFor('created, but not started yet');
  });

  it('shows the run before the last restart, and saves all runs to a file that is the owner’s', async () => {
    const script =
      'n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) > /n; for i in $(seq 300); do echo "run $n line $i"; done';
    const name = await run('runs', `${script}; ${STAY}`);
    const terminal = await open(name, { columns: 200 });
    await terminal.waitFor('run 0 line 300');
    await docker.getContainer(name).restart({ t: 0 });
    await terminal.waitFor('run 1 line 300');
    terminal.press('p');
    await terminal.waitFor((screen) => screen.includes('[previous run]') && screen.includes('run 0 line 300'));
    terminal.press('1');
    expect(await terminal.waitFor(cursorOn('run 0 line 1'))).not.toContain('silent for');
    terminal.press('S');
    const [, path = ''] = /Saved to (\S+\.log)/.exec(await terminal.waitFor(/Saved to \S+\.log/)) ?? [];
    const saved = readFileSync(path, 'utf8').trim().split('\n');
    expect(saved.length).toBe(600);
    expect(saved.at(-1)).toMatch(/^\d{4}-\S+Z run 1 line 300$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('answers keys while a container writes as fast as it can', async () => {
    const name = await run('torrent', 'yes "tick 100 orders 31"', {
      HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } } },
    });
    const terminal = await open(name);
    await terminal.waitFor(/\dk\/s/);
    terminal.press('w');
    await terminal.waitFor('wrap:on');
    terminal.press('k');
    await terminal.waitFor('autoscroll:off');
    terminal.type('/orders 3\r');
    await terminal.waitFor(/\dk? hits/);
    terminal.press('esc');
    await terminal.waitFor((screen) => !screen.includes(' hits'));
    terminal.press('G');
    await terminal.waitFor('autoscroll:on');
    await docker.getContainer(name).kill();
  });
});
