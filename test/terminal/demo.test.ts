import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, describe, expect, it } from 'vitest';
import { ping } from '../harness/engine.ts';
import { broken, command, EXECUTABLE, inTerminal, leftBehind, NOWHERE, openConsole, row } from './console.ts';

/** The built program on the simulated engine: the same console where no Docker is. */

describe('deskhand demo', () => {
  it('shows the five stacks under a banner that says what they are', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor(/DEMO: simulated/);
    await terminal.waitFor(/exness\/redis/);
    command(terminal, 'projects');
    await terminal.waitFor((text) =>
      ['docker', 'exness', 'maricusco', 'openalgo', 'trading'].every((project) => row(text, project) !== ''),
    );
  });

  it('plays an incident: redis is out of memory and is named as the one cause', async () => {
    const terminal = openConsole({ args: ['demo', '--incident', 'redis-oom'] });
    await terminal.waitFor('NAME');
    terminal.type('/redis\r');
    await terminal.waitFor(/redis +✖ .*(memory|OOM)/i);
  });

  it.each([
    [60, 15],
    [80, 24],
    [120, 40],
    [300, 100],
  ])('fits a terminal of %ix%i', async (columns, rows) => {
    const terminal = openConsole({ args: ['demo'], columns: 100, rows: 30 });
    await terminal.waitFor('NAME');
    terminal.resize(columns, rows);
    const corner = new RegExp(`^.{${columns - 1}}[┐╮]$`, 'mu');
    const screen = await terminal.waitFor((text) => corner.test(text) && text.includes('docker/nanoarb'));
    expect(screen).toContain('NAME');
    expect(broken(screen)).toEqual([]);
    expect(screen.split('\n').length).toBeLessThanOrEqual(rows);
  });

  it('has no Swarm: its tables say so instead of failing', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor(/exness\/redis/);
    for (const [name, title] of [
      ['tasks', 'Tasks(all)[0]'],
      ['nodes', 'Nodes(all)[0]'],
    ] as const) {
      command(terminal, name);
      await terminal.waitFor((screen) => screen.includes(title) && screen.includes('is not a Swarm manager.'));
    }
  });

  it('ends whole, and leaves no engine behind', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor(/exness\/redis/);
    terminal.press('ctrl-c');
    expect(await leftBehind(terminal)).toEqual({ code: 0, modes: [], sane: true });
  });

  it('says that a terminal is too small, and comes back when it is not', async () => {
    const terminal = openConsole({ args: ['demo'] });
    await terminal.waitFor('NAME');
    terminal.resize(20, 5);
    await terminal.waitFor(/too small|60/);
    terminal.resize(120, 40);
    await terminal.waitFor(/exness\/redis/);
  });
});

describe('deskhand demo --engine-only', () => {
  let engine: ChildProcess | undefined;
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-demo-'));
  afterEach(async () => {
    if (engine && engine.exitCode === null) {
      engine.kill('SIGKILL');
      await once(engine, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  });

  it('answers on its socket, is watched by another console, and takes the socket along when it ends', async () => {
    const socket = join(directory, 'docker.sock');
    engine = spawn(process.execPath, [EXECUTABLE, 'demo', '--engine-only', '--socket', socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await expect.poll(() => ping(socket)).toBe(true);
    const terminal = openConsole({ args: ['--host', `unix://${socket}`] });
    await terminal.waitFor(/exness\/redis/);
    await new Docker({ socketPath: socket }).getContainer('exness-redis').kill();
    await terminal.waitFor((screen) => /✖/.test(row(screen, 'exness/redis')));

    const ended = once(engine, 'exit');
    engine.kill('SIGTERM');
    await ended;
    expect(existsSync(socket)).toBe(false);
    await terminal.waitFor('ENGINE LOST');
  });
});

describe('when no engine answers', () => {
  it('the installed program does not fall back: it says why and names the demo', async () => {
    const terminal = openConsole({ env: { DOCKER_HOST: NOWHERE } });
    await terminal.waitFor('/nonexistent/docker.sock');
    const screen = await terminal.waitFor('deskhand demo');
    expect(screen).not.toContain('DEMO:');
  });

  it('npm start falls back to the simulated engine, and says so', async () => {
    const terminal = openConsole({ args: ['--or-demo'], env: { DOCKER_HOST: NOWHERE } });
    await terminal.waitFor(/DEMO: simulated/);
    await terminal.waitFor(/exness\/redis/);
  });
});

const tmux = spawnSync('tmux', ['-V']).status === 0;

describe.skipIf(!tmux)('inside tmux', () => {
  it('draws itself and takes keys', async () => {
    const name = `deskhand-${process.pid}`;
    const terminal = inTerminal('tmux', [
      '-L',
      name,
      '-f',
      '/dev/null',
      'new-session',
      `${process.execPath} ${EXECUTABLE} demo`,
    ]);
    await terminal.waitFor(/exness\/redis/);
    terminal.press('?');
    await terminal.waitFor(/help/i);
    terminal.press('ctrl-c');
    expect((await terminal.exited).code).toBe(0);
  });
});
