import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { command, openConsole, row } from './console.ts';

/** Docker contexts: one console, several engines, nothing of one shown as of another. */
describe('another context', () => {
  let config: string;
  let sick: Simulator;
  let well: Simulator;
  beforeAll(async () => {
    config = mkdtempSync(join(tmpdir(), 'deskhand-contexts-'));
    [sick, well] = await Promise.all([startSimulator({ incident: 'redis-oom' }), startSimulator()]);
    addContext('sick', `unix://${sick.socketPath}`);
    addContext('well', `unix://${well.socketPath}`);
    addContext('gone', 'unix:///nonexistent/docker.sock');
  });
  afterAll(async () => {
    await Promise.all([sick.close(), well.close()]);
    rmSync(config, { recursive: true });
  });

  /** As `docker context create` writes it. */
  function addContext(name: string, host: string): void {
    const directory = join(config, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  }

  it('shows its own desk, with nothing of the one before', async () => {
    const terminal = openConsole({ args: ['--context', 'sick'], env: { DOCKER_CONFIG: config } });
    await terminal.waitFor((screen) => /✖ .*out of memory/.test(row(screen, 'exness/redis')));

    command(terminal, 'svc @well');
    await terminal.waitFor(/Context well: unix:/);
    const screen = await terminal.waitFor((shown) => /● healthy/.test(row(shown, 'exness/redis')));
    expect(screen).not.toContain('out of memory');
    expect(screen).not.toMatch(/✖ \d+ down/);

    command(terminal, 'ctx sick');
    await terminal.waitFor((shown) => /✖ .*out of memory/.test(row(shown, 'exness/redis')));
  });

  it('is reached from an engine that hangs', async () => {
    const terminal = openConsole({ args: ['--context', 'sick'], env: { DOCKER_CONFIG: config } });
    await terminal.waitFor(/● \d+ ok/);
    await sick.misbehave('hang');
    try {
      command(terminal, 'ctx well');
      await terminal.waitFor(/Context well: unix:/);
      await terminal.waitFor((shown) => /● healthy/.test(row(shown, 'exness/redis')));
    } finally {
      await sick.misbehave('none');
    }
  });

  it('is not armed because the one before was', async () => {
    const terminal = openConsole({ args: ['--context', 'sick', '--readonly'], env: { DOCKER_CONFIG: config } });
    await terminal.waitFor('READ-ONLY');
    command(terminal, 'arm 10m');
    await terminal.waitFor('Armed for 10m');
    command(terminal, 'ctx well');
    await terminal.waitFor(/Context well: unix:/);
    await terminal.waitFor((shown) => /● healthy/.test(row(shown, 'exness/redis')));
    command(terminal, 'restart exness/redis');
    await terminal.waitFor('restart exness/redis refused: the console is read-only.');
  });

  it('shows no engine and no service when it has none, and none of the engine before', async () => {
    const terminal = openConsole({ args: ['--context', 'well'], env: { DOCKER_CONFIG: config } });
    await terminal.waitFor(/● \d+ ok/);
    command(terminal, 'ctx gone');
    const screen = await terminal.waitFor(/NO ENGINE/);
    expect(screen).toContain('/nonexistent/docker.sock');
    expect(screen).not.toMatch(/Docker \d|exness/);
    command(terminal, 'ctx nowhere');
    await terminal.waitFor('There is no docker context "nowhere". Known contexts: default, gone, sick, well.');
  });
});
