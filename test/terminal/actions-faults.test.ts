import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { POLITE } from '../actions/real.ts';
import { describeEngine } from '../engine/require-engine.ts';
import { auditLines, command, leftBehind, openConsole } from './console.ts';
import { answer, type Ground, openGround, recordOf, showContainers, stateOf } from './ground.ts';

/** What goes wrong while one acts: the engine dies under a dialog and under a shell, the program is stopped or ended in one. */
describeEngine('during a fault', () => {
  let ground: Ground;
  let box: Docker.Container;
  beforeAll(async () => {
    ground = await openGround({ only: ['worker'] });
    box = await ground.run('box', POLITE);
  });
  afterAll(() => ground?.end());

  async function openShell() {
    const terminal = await ground.open();
    await showContainers(terminal, '^box');
    terminal.press('s');
    await terminal.waitFor(/Shell in box[\s\S]*[#$]$/m);
    return terminal;
  }

  it('a shell ends with the program, and the terminal is the shell of the operator', async () => {
    const terminal = await openShell();
    terminal.kill('SIGTERM');
    expect(await leftBehind(terminal)).toEqual({ code: 143, modes: [], sane: true });
    expect(recordOf(terminal, 'shell').end).toMatchObject({ cancelled: true });
    const { Processes } = await box.top();
    expect(Processes.map((row: string[]) => row.at(-1))).not.toContain('sh');
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)('an action that %s ends in the middle has its call and its end in the record', async (signal, code) => {
    await ground.run(`stubborn-${code}`, `trap '' TERM; while :; do sleep 1; done`);
    const terminal = await ground.open();
    command(terminal, `restart stubborn-${code}`);
    await answer(terminal, 'Restart');
    await terminal.waitFor(/<ctrl-x> cancels\) restarting/);
    terminal.kill(signal);
    expect(await leftBehind(terminal)).toEqual({ code, modes: [], sane: true });
    expect(auditLines(terminal).map(({ kind }) => kind)).toEqual(['begin', 'call', 'end']);
    expect(recordOf(terminal, 'restart').end).toMatchObject({
      interrupted: signal,
      verification: expect.stringContaining(`under way: restart of stubborn-${code}`),
    });
  });

  it('a shell survives when the program is stopped and continued', async () => {
    const terminal = await openShell();
    const pid = terminal.pid();
    terminal.kill('SIGSTOP');
    terminal.type('echo late $((2 * 8))\r');
    process.kill(pid, 'SIGCONT');
    await terminal.waitFor('late 16');
    terminal.type('exit\r');
    await terminal.waitFor(/shell box: ended with exit code 0/);
  });

  it('an action that was planned is not done on an engine that has died, nor when it is back', async () => {
    const terminal = await ground.open();
    await showContainers(terminal, '^box');
    terminal.press('ctrl-k');
    await terminal.waitFor('> Cancel <');
    await ground.engine.stop('SIGKILL');
    await terminal.waitFor('ENGINE LOST');
    expect(terminal.text()).toContain('> Cancel <');
    await answer(terminal, 'Kill');
    await terminal.waitFor(/kill box refused: box could not be read again/);
    expect(recordOf(terminal, 'kill').end).toMatchObject({ ok: false, steps: [] });
    await ground.engine.start();
    await terminal.waitFor((screen) => !screen.includes('ENGINE LOST'));
  });

  it('a shell whose engine dies gives the terminal back and says why', async () => {
    if ((await stateOf(box)).status !== 'running') await box.start();
    const terminal = await openShell();
    await ground.engine.stop('SIGKILL');
    // It may die before it is asked how the shell ended, or amid that.
    await terminal.waitFor(
      /shell box: [\s\S]*(refused|no such socket|Nothing listens|closed the connection|Cannot|not there|lost)/i,
    );
    terminal.press('?');
    await terminal.waitFor('┌ Help ');
    expect(recordOf(terminal, 'shell').end).toMatchObject({ ok: false });
    await ground.engine.start();
  });

  const ended = { code: 143, modes: [], sane: true };

  /** An action that does not end by itself: its container ignores SIGTERM. */
  async function restartStubborn(name: string) {
    await ground.run(name, `trap '' TERM; while :; do sleep 1; done`);
    const terminal = await ground.open();
    command(terminal, `restart ${name}`);
    await answer(terminal, 'Restart');
    await terminal.waitFor(/<ctrl-x> cancels\) restarting/);
    return terminal;
  }

  it('SIGTERM during a torrent of log lines and a flood of keys ends an action with its record', async () => {
    const torrent: Docker.Container = await ground.run(
      'torrent',
      `yes 'ERROR order 4711 was refused by the exchange'`,
      {
        HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } } },
      },
    );
    const terminal = await restartStubborn('stubborn-torrent');
    command(terminal, 'logs torrent');
    await terminal.waitFor(/Logs\(torrent\)[\s\S]*order 4711/);
    // More keys than can be drawn before the signal is there.
    terminal.type('wkjhlw'.repeat(2000));
    terminal.kill('SIGTERM');
    expect(await leftBehind(terminal)).toEqual(ended);
    expect(recordOf(terminal, 'restart').end).toMatchObject({
      interrupted: 'SIGTERM',
      verification: expect.stringContaining('under way: restart of stubborn-torrent'),
    });
    await torrent.remove({ force: true });
  });

  it('SIGTERM ends an action on an engine that has frozen, with its record', async () => {
    const terminal = await restartStubborn('stubborn-frozen');
    const engine = ground.engine.pid() ?? 0;
    process.kill(engine, 'SIGSTOP');
    try {
      terminal.kill('SIGTERM');
      expect(await leftBehind(terminal)).toEqual(ended);
      expect(recordOf(terminal, 'restart').end).toMatchObject({ interrupted: 'SIGTERM', ok: false });
    } finally {
      process.kill(engine, 'SIGCONT');
    }
  });

  it('SIGTERM ends the planning of an action on an engine that has frozen, and nothing is recorded', async () => {
    const terminal = await ground.open();
    const engine = ground.engine.pid() ?? 0;
    process.kill(engine, 'SIGSTOP');
    try {
      command(terminal, 'restart worker');
      terminal.type('jkjk'.repeat(500));
      terminal.kill('SIGTERM');
      expect(await leftBehind(terminal)).toEqual(ended);
      expect(() => auditLines(terminal)).toThrow('ENOENT');
    } finally {
      process.kill(engine, 'SIGCONT');
    }
  });
});

it('the simulated engine has shells too', { timeout: 60_000 }, async () => {
  const terminal = openConsole({ args: ['demo'] });
  await terminal.waitFor('exness/redis');
  terminal.type(':shell exness/redis\r');
  await terminal.waitFor(/Shell in exness-redis \((ba)?sh\)/);
  terminal.type('echo simulated\r');
  await terminal.waitFor(/\nsimulated/);
  terminal.type('exit 2\r');
  await terminal.waitFor(/shell exness\/redis: ended with exit code 2/);
  terminal.type(':exec exness/redis redis-cli ping\r');
  await answer(terminal, 'Exec');
  await terminal.waitFor('PONG');
});
