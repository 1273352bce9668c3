import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTerminal } from '../harness/terminal.ts';
import { command, EXECUTABLE, inTerminal, leftBehind, NOWHERE, openConsole } from './console.ts';

/** The terminal belongs to the operator's shell: it gets it back whole, however the program ends. */

const whole = (code: number) => ({ code, modes: [], sane: true });

/** No engine is needed for this: the console stands without one too. */
const env = { DOCKER_HOST: NOWHERE };
const start = () => openConsole({ env });
/** Any pane's corner: the console stands. */
const DRAWN = '┌';

describe('the terminal afterwards', () => {
  it('is whole after ctrl-c', async () => {
    const terminal = start();
    await terminal.waitFor(DRAWN);
    expect(terminal.modes()).toContain('alternate screen');
    terminal.press('ctrl-c');
    expect(await leftBehind(terminal)).toEqual(whole(0));
  });

  it('is whole after q and the question', async () => {
    const terminal = start();
    await terminal.waitFor(DRAWN);
    terminal.press('q');
    await terminal.waitFor('> Cancel <');
    terminal.press('tab');
    await terminal.waitFor('> Quit <');
    terminal.press('enter');
    expect(await leftBehind(terminal)).toEqual(whole(0));
  });

  it('is whole after :q in one read', async () => {
    const terminal = start();
    await terminal.waitFor(DRAWN);
    command(terminal, 'q');
    expect(await leftBehind(terminal)).toEqual(whole(0));
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('is whole after %s', async (signal, code) => {
    const terminal = start();
    await terminal.waitFor(DRAWN);
    terminal.kill(signal);
    expect(await leftBehind(terminal)).toEqual(whole(code));
  });

  it.each([
    ['an exception', 'throw new Error("boom of the test")'],
    ['a rejection', 'Promise.reject(new Error("boom of the test"))'],
  ])('survives an uncaught %s, says what happened, and is whole afterwards', async (_what, fault) => {
    const preload = join(start().home, 'fault.cjs');
    writeFileSync(preload, `process.on('SIGUSR2', () => { ${fault} });`);
    const terminal = openConsole({ env, nodeArgs: ['--require', preload] });
    await terminal.waitFor(DRAWN);
    terminal.kill('SIGUSR2');
    command(terminal, 'messages');
    await terminal.waitFor('boom of the test');
    terminal.press('ctrl-c');
    expect(await leftBehind(terminal)).toEqual(whole(0));
  });

  it('is whole while the program is suspended, and drawn again after fg', async () => {
    const terminal = inTerminal('sh', ['-i'], { env: { ...env, PS1: 'shell> ' } });
    await terminal.waitFor('shell>');
    terminal.type(`${process.execPath} ${EXECUTABLE}\n`);
    await terminal.waitFor(DRAWN);

    command(terminal, 'suspend');
    await terminal.waitFor(/Stopped|Suspended/);
    expect(terminal.modes()).toEqual([]);
    terminal.type('stty -a; echo "still $((40 + 2))"\n');
    expect(await terminal.waitFor('still 42')).toMatch(/ icanon[\s\S]* echo /);
    terminal.type('fg\n');
    await terminal.waitFor(DRAWN);
    expect(terminal.modes()).toContain('alternate screen');

    process.kill(childOf(terminal.pid()), 'SIGTSTP');
    await terminal.waitFor((screen) => !screen.includes(DRAWN) && screen.includes('shell>'));
    expect(terminal.modes()).toEqual([]);
    terminal.type('fg\n');
    await terminal.waitFor(DRAWN);
    terminal.press('ctrl-c');
    await terminal.waitFor((screen) => !screen.includes(DRAWN));
    terminal.type('echo "back $((20 + 1))"\n');
    await terminal.waitFor('back 21');
  });
});

describe('without a terminal', () => {
  it('says that it needs one, and what to do', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [EXECUTABLE], {
      encoding: 'utf8',
      input: '',
      env: { PATH: process.env.PATH, DOCKER_HOST: NOWHERE },
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/needs a terminal/);
    expect(stdout).toBe('');
  });
});

describe('on a terminal that cannot move its cursor', () => {
  it('says so in plain text and draws nothing', async () => {
    const terminal = openTerminal({
      command: process.execPath,
      args: [EXECUTABLE],
      env: { TERM: 'dumb', DOCKER_HOST: NOWHERE },
    });
    expect(await terminal.exited).toMatchObject({ code: 2 });
    expect(terminal.text()).toContain('TERM is "dumb"');
    expect(terminal.text()).toContain('deskhand glance');
    await terminal.close();
  });
});

describe('on an old Node', () => {
  it('says which one it needs and which one this is', () => {
    const terminal = openConsole({ args: ['--help'] });
    const preload = join(terminal.home, 'old.cjs');
    writeFileSync(
      preload,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } });
       Object.defineProperty(process, 'version', { value: 'v20.11.0' });`,
    );
    const { status, stderr } = spawnSync(process.execPath, ['--require', preload, EXECUTABLE], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs Node.js 22 or newer; this is v20\.11\.0/);
  });
});

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}
