import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { auditLines, command, EXECUTABLE, openConsole } from './console.ts';

/** What flags, environment, settings file and bad input do to the built program. */

const directory = mkdtempSync(join(tmpdir(), 'deskhand-cli-'));
const config = join(directory, 'config.yaml');
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  writeFileSync(config, 'readonly: true\n');
});
afterAll(async () => {
  await simulator.close();
  rmSync(directory, { recursive: true, force: true });
});

/** In a process of its own; the simulated engine lives in this one, so it must not be blocked for long. */
function deskhand(args: readonly string[], env: Record<string, string> = {}) {
  const clean = { PATH: process.env.PATH, HOME: directory, XDG_STATE_HOME: directory, ...env };
  return spawnSync(process.execPath, [EXECUTABLE, ...args], { env: clean, encoding: 'utf8', timeout: 20_000 });
}

describe('read-only', () => {
  it.each([
    ['the settings file', { args: ['--config', config] }],
    ['the environment', { env: { DESKHAND_READONLY: '1' } }],
    ['the flag', { args: ['--readonly'] }],
    ['the settings file, and not the environment', { args: ['--config', config], env: { DESKHAND_READONLY: '0' } }],
  ])('holds when %s says so', async (_, { args = [], env }: { args?: string[]; env?: Record<string, string> }) => {
    const terminal = openConsole({ args: ['--host', `unix://${simulator.socketPath}`, ...args], env });
    await terminal.waitFor(/READ-ONLY[\s\S]*exness\/redis/);
    command(terminal, 'restart exness/redis');
    await terminal.waitFor('restart exness/redis refused: the console is read-only.');
  });

  it('is lifted by --write alone, which is recorded; the doctor names what has no effect', async () => {
    const args = ['--host', `unix://${simulator.socketPath}`, '--config', config];
    const terminal = openConsole({ args: [...args, '--write'] });
    await terminal.waitFor(/exness\/redis/);
    expect(terminal.text()).not.toContain('READ-ONLY');
    command(terminal, 'messages');
    await terminal.waitFor(/--write lifts read-only \(.*config\.yaml:1\)/);
    expect(auditLines(terminal)).toMatchObject([{ kind: 'armed', told: expect.stringContaining('--write') }]);
    const child = spawn(process.execPath, [EXECUTABLE, ...args, 'doctor'], {
      env: { ...process.env, HOME: directory, XDG_STATE_HOME: directory, DESKHAND_READONLY: '0' },
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    expect(Buffer.concat(chunks).toString()).toContain('DESKHAND_READONLY=0 does not lift "readonly: true"');
  });
});

it('glances in plain lines when the output is not a terminal', async () => {
  const child = spawn(process.execPath, [EXECUTABLE, '--host', `unix://${simulator.socketPath}`, 'glance']);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const text = Buffer.concat(chunks).toString();
  expect(text).toContain('exness');
  expect(text).not.toMatch(/[┌│└]/);
});

it('shows nothing but ASCII on any screen where that is asked for', async () => {
  const args = ['--host', `unix://${simulator.socketPath}`];
  const terminal = openConsole({ args, env: { DESKHAND_ASCII: '1' } });
  await terminal.waitFor(/exness\/redis/);
  for (const [view, title] of [
    ['containers', 'Containers('],
    ['images', 'Images('],
    ['volumes', 'Volumes('],
    ['networks', 'Networks('],
    ['ports', 'Ports('],
    ['events', 'Events('],
    ['messages', 'Messages('],
    ['logs exness/dbstorage', 'Logs(exness/dbstorage)'],
    ['restart exness/redis', '> Cancel <'],
  ] as const) {
    command(terminal, view);
    const screen = await terminal.waitFor(title);
    expect(screen.match(/[^\n -~]/gu), view).toBeNull();
  }
});

describe('bad input', () => {
  it('gets a sentence and no stack', () => {
    const received = (...args: string[]) => {
      const { status, stdout, stderr } = deskhand(args);
      expect(status).not.toBe(0);
      const text = stdout + stderr;
      expect(text).not.toMatch(/^ +at /m);
      return text;
    };
    expect(received('demo', '--incident', 'nonsense')).toMatch(/There is no incident "nonsense"\. .*redis-oom/);
    expect(received('demo', '--engine-only', '--socket', config)).toContain('exists and is not a socket');
    expect(received('demo', '--engine-only', '--containers', 'many')).toContain('--containers');
    expect(received('run', 'frobnicate', 'exness/redis')).toContain('There is no action "frobnicate"');
  });
});

describe('the simulated engine', () => {
  /** The bundles that a run of the program loads, as the engine of JavaScript itself tells. */
  async function loaded(...args: string[]): Promise<string[]> {
    const reports = mkdtempSync(join(directory, 'loaded-'));
    const child = spawn(process.execPath, [EXECUTABLE, ...args], {
      env: { PATH: process.env.PATH, HOME: directory, NODE_V8_COVERAGE: reports },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    const scripts = readdirSync(reports).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(reports, file), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => basename(url));
    });
    return ['deskhand.cjs', 'simulator.cjs'].filter((bundle) => scripts.includes(bundle));
  }

  it('is loaded for a demo, and never to look at an engine', async () => {
    expect(await loaded('glance', '--host', `unix://${simulator.socketPath}`)).toEqual(['deskhand.cjs']);
    expect(await loaded('demo', '--incident', 'list')).toEqual(['deskhand.cjs', 'simulator.cjs']);
  });
});
