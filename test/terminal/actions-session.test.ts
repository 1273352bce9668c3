import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { POLITE } from '../actions/real.ts';
import { describeEngine } from '../engine/require-engine.ts';
import type { Terminal } from '../harness/terminal.ts';
import { auditLines, command, leftBehind } from './console.ts';
import {
  answer,
  cancelRunning,
  type Ground,
  openGround,
  recordOf,
  refusals,
  showContainers,
  stateOf,
} from './ground.ts';

const SOON = { timeout: 30_000 };

/** Shell, attach and one-off commands: the terminal goes into a container and comes back whole. */
describeEngine('a session in a container', () => {
  let ground: Ground;
  let box: Docker.Container;
  beforeAll(async () => {
    ground = await openGround({ only: ['cache', 'worker'], change: { worker: { replicas: 2 } } });
    box = await ground.run('box', POLITE);
  });
  afterAll(() => ground?.end());

  const processes = async (container: Docker.Container): Promise<string> =>
    (await container.top()).Processes.map((row: string[]) => row.at(-1)).join('\n');

  async function openShell(name = 'box'): Promise<Terminal> {
    const terminal = await ground.open();
    await showContainers(terminal, `^${name}`);
    terminal.press('s');
    await terminal.waitFor(/Shell in \S+ \(sh\)\. exit or ctrl-d returns to deskhand\./);
    await terminal.waitFor(/[#$]$/m);
    return terminal;
  }

  it('is a shell with the whole terminal: echo, size, ctrl-c, and the exit code told', async () => {
    const terminal = await openShell();
    expect(terminal.modes()).toEqual([]);
    // Every line arrives, none is stolen by the program that lent the terminal.
    for (let n = 1; n <= 6; n++) {
      terminal.type(`echo line $((${n} * 7))\r`);
      await terminal.waitFor(`line ${n * 7}`);
    }
    terminal.resize(101, 33);
    terminal.type('sleep 1000\r');
    await expect.poll(() => processes(box), SOON).toContain('sleep 1000');
    terminal.press('ctrl-c');
    terminal.type('stty size\r');
    await terminal.waitFor('33 101');
    terminal.type('exit 3\r');
    await terminal.waitFor(/shell box: ended with exit code 3 \([\d.]+m?s\)/);
    expect(terminal.modes()).toContain('alternate screen');
    expect(await processes(box)).not.toMatch(/^sh$/m);

    const { begin, end } = recordOf(terminal, 'shell');
    expect(begin).toMatchObject({ danger: 1, answer: { kind: 'none' }, plan: { name: 'box' } });
    expect(end).toMatchObject({ ok: true, verification: expect.stringContaining('exit code 3') });
    expect(JSON.stringify([begin, end])).not.toContain('line');
    const calls = auditLines(terminal).filter(({ kind }) => kind === 'call');
    const made = calls.map(({ call, detail }) => `${call} ${detail}`);
    expect(made.slice(0, 2)).toEqual([expect.stringMatching(/^exec sh -c /), 'exec sh']);
    expect(new Set(made.slice(2))).toEqual(new Set(['resize 160x40', 'resize 101x33']));

    // Keys are the console's own again, and the terminal is the operator's after it.
    terminal.press('j', 'd');
    await terminal.waitFor('Describe(box)');
    terminal.press('ctrl-c');
    expect(await leftBehind(terminal)).toEqual({ code: 0, modes: [], sane: true });
  });

  it('takes what is typed while it opens into the shell or nowhere, never as keys of the console', async () => {
    const terminal = await ground.open();
    await showContainers(terminal, '^box');
    terminal.type('srjt');
    await terminal.waitFor(/[#$]$/m);
    terminal.type('\x15echo here $((3 * 5))\r');
    expect(await terminal.waitFor('here 15')).not.toContain('Cancel');
    terminal.type('exit\r');
    await terminal.waitFor(/shell box: ended/);
    expect((await stateOf(box)).status).toBe('running');
  });

  it('gives the terminal back when the container dies under it', async () => {
    const mortal = await ground.run('mortal', POLITE);
    const terminal = await openShell('mortal');
    terminal.type('printf "\\033[?1049h\\033[?1000h\\033[?25l"; echo over\r');
    await terminal.waitFor(/^over/m);
    await mortal.kill();
    await terminal.waitFor(/shell mortal: ended with exit code 137: its container has ended/);
    terminal.press('?');
    await terminal.waitFor('┌ Help ');
    terminal.press('ctrl-c');
    expect(await leftBehind(terminal)).toEqual({ code: 0, modes: [], sane: true });
  });

  it('hangs up on what runs in it when its own terminal goes', async () => {
    const terminal = await openShell();
    terminal.type('sleep 3333\r');
    await expect.poll(() => processes(box), SOON).toContain('sleep 3333');
    terminal.kill('SIGHUP');
    expect(await leftBehind(terminal)).toMatchObject({ code: 129, sane: true, modes: [] });
    expect(await processes(box)).not.toContain('sleep 3333');
    expect(recordOf(terminal, 'shell').end).toMatchObject({ cancelled: true });
  });

  it('says so when the container has no shell, and where it does not run', async () => {
    await ground.run('shell-less', `rm /bin/sh /bin/ash /bin/bash 2>/dev/null; ${POLITE}`);
    const stopped = await ground.run('stopped', 'exit 0');
    await stopped.wait();
    const terminal = await ground.open();
    await showContainers(terminal, '^shell-less');
    terminal.press('s');
    await terminal.waitFor('shell-less has no shell: neither bash nor sh can be started in it');
    await showContainers(terminal, '^stopped');
    terminal.press('s');
    await terminal.waitFor('shell stopped refused: stopped is exited. To change that: start it first.');
  });

  it('is an attachment: its output comes, ctrl-c leaves, and its program keeps running', async () => {
    const talker = await ground.run(
      'talker',
      `i=0; while :; do i=$((i+1)); printf 'tick %s \\033[31mred\\n' $i; sleep 0.2; done`,
    );
    const terminal = await ground.open();
    await showContainers(terminal, '^talker');
    terminal.press('a');
    const screen = await terminal.waitFor(/Attached to talker[\s\S]*tick \d+ red/);
    expect(screen).toContain('ctrl-c detaches');
    terminal.press('ctrl-c');
    await terminal.waitFor(/attach talker: detached; the container keeps running/);
    expect((await stateOf(talker)).status).toBe('running');
    expect(recordOf(terminal, 'attach').end).toMatchObject({ ok: true });
    await talker.kill();
  });

  it('is an attachment to a terminal: every key goes in, ctrl-p ctrl-q leaves', async () => {
    const script = `trap 'echo interrupted' INT; while :; do read line && echo "heard <$line>"; done`;
    const chat = await ground.run('chat', script, { Tty: true, OpenStdin: true });
    const terminal = await ground.open();
    await showContainers(terminal, '^chat');
    terminal.press('a');
    expect(await answer(terminal, 'Attach')).toContain('including ctrl-c');
    await terminal.waitFor('Attached to chat');
    terminal.type('hello\r');
    await terminal.waitFor('heard <hello>');
    terminal.press('ctrl-c');
    await terminal.waitFor('interrupted');
    terminal.type('\x10\x11');
    await terminal.waitFor(/attach chat: detached; the container keeps running/);
    expect((await stateOf(chat)).status).toBe('running');
    await chat.kill();
  });

  it('is one command with its output in a pane, arguments as they are', async () => {
    const terminal = await ground.open();
    command(terminal, `exec box sh -c 'echo "out $1"; echo err >&2; touch /tmp/made; exit 4' sh '$(id); "x"'`);
    await answer(terminal, 'Exec');
    const screen = await terminal.waitFor(/exec box: exit code 4/);
    expect(screen).toContain('out $(id); "x"');
    expect(screen).toMatch(/^│ err/m);
    const { begin, end } = recordOf(terminal, 'exec');
    expect(begin).toMatchObject({
      danger: 2,
      plan: { options: { command: expect.stringContaining('touch /tmp/made') } },
    });
    expect(end).toMatchObject({ ok: false, verification: expect.stringContaining('exit code 4') });
    terminal.press('esc');
    await terminal.waitFor('Services(');
  });

  it('is a command that keeps running when one leaves it, and that the cancel key ends after a question', async () => {
    const terminal = await ground.open();
    command(terminal, 'exec box sleep 2222');
    await answer(terminal, 'Exec');
    await terminal.waitFor('running; ctrl-x cancels');
    await expect.poll(() => processes(box), SOON).toContain('sleep 2222');
    terminal.press('esc');
    await terminal.waitFor('Services(');
    await expect.poll(() => processes(box), SOON).toContain('sleep 2222');
    await cancelRunning(terminal);
    await terminal.waitFor(/cancelled/);
    await expect.poll(() => processes(box), SOON).not.toContain('sleep 2222');
    expect(recordOf(terminal, 'exec').end).toMatchObject({ cancelled: true });
  });

  it('asks which of several, and first when the container is protected', async () => {
    await ground.run('kept', POLITE, { Labels: { 'deskhand.protected': 'true' } });
    const terminal = await ground.open();
    command(terminal, 'shell trading/worker');
    await terminal.waitFor(
      /refused: it has 2 containers\. To change that: choose one of trading-worker-1, trading-worker-2/,
    );
    await showContainers(terminal, '^kept');
    terminal.press('s');
    expect(await answer(terminal, 'Shell')).toContain('protected by the label');
    await terminal.waitFor('Shell in kept (sh)');
    terminal.type('exit\r');
    await terminal.waitFor(/shell kept: ended with exit code 0/);
    expect(recordOf(terminal, 'shell').begin).toMatchObject({ danger: 2, answer: { kind: 'confirmed' } });
  });

  it('is refused while the console is read-only', async () => {
    const terminal = await ground.open(['--readonly']);
    await showContainers(terminal, '^box');
    terminal.press('s');
    await terminal.waitFor('shell box refused: the console is read-only.');
    terminal.press('a');
    await terminal.waitFor('attach box refused: the console is read-only.');
    command(terminal, 'exec box touch /tmp/forbidden');
    await terminal.waitFor('exec box refused: the console is read-only.');
    expect(refusals(terminal).map(({ action }) => action)).toEqual(['shell', 'attach', 'exec']);
    const exec = await box.exec({ Cmd: ['test', '-e', '/tmp/forbidden'] });
    await exec.start({ Detach: true });
    await expect.poll(async () => (await exec.inspect()).ExitCode, SOON).toBe(1);
  });
});
