import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { POLITE } from '../actions/real.ts';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import { EXECUTABLE } from './console.ts';
import { answer, type Ground, openGround, showContainers, stateOf } from './ground.ts';

/** `deskhand run` as scripts start it, and what it and the console do where they may not. */
describeEngine('deskhand run', () => {
  let ground: Ground;
  let cache: Docker.Container;
  let state: string;
  beforeAll(async () => {
    ground = await openGround({ only: ['worker', 'cache'] });
    cache = ground.stack.containers.cache as Docker.Container;
  });
  afterAll(() => ground?.end());
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'deskhand-state-'));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  type Ran = { code: number | null; out: string; err: string };
  function run(words: string, more: { host?: string; stateHome?: string; uid?: number; home?: string } = {}): Ran {
    const args = [EXECUTABLE, 'run', ...words.split(' ')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 60_000,
      uid: more.uid,
      env: {
        PATH: process.env.PATH,
        HOME: more.home ?? state,
        XDG_STATE_HOME: more.stateHome ?? state,
        DOCKER_HOST: more.host ?? ground.engine.host,
      },
    });
    return { code: status, out: stdout, err: stderr };
  }
  const audit = () => join(state, 'deskhand/audit.jsonl');
  const lines = () =>
    readFileSync(audit(), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): Record<string, unknown> => JSON.parse(line));

  it('prints the plan without --yes and does nothing', async () => {
    const before = await stateOf(cache);
    const { code, out } = run('restart trading/cache');
    expect(out).toMatch(
      /Restart trading\/cache \(1 container\)[\s\S]*Nothing was done\.\nTo do it: the same with --yes/,
    );
    expect(code).toBe(0);
    expect(await stateOf(cache)).toEqual(before);
  });

  it('is refused by what every series of a real endpoint says, and by what it does not say', async () => {
    const page = 'mkdir -p /w; printf "pos{s=\\"a\\"} 0\\npos{s=\\"b\\"} 12\\n" > /w/metrics; httpd -p 9000 -h /w';
    const trader = await ground.run('trader', `${page}; ${POLITE}`, { HostConfig: { NetworkMode: 'none' } });
    const conditions = (metric: string, otherwise = 'refuse') => {
      mkdirSync(join(state, '.config/deskhand'), { recursive: true });
      const settings = {
        conditions: [{ services: ['trader'], metric, otherwise }],
        metrics: { exec: true, endpoints: [{ container: 'trader', port: 9000 }] },
      };
      writeFileSync(join(state, '.config/deskhand/config.yaml'), JSON.stringify(settings));
    };
    const before = await stateOf(trader);
    conditions('pos = 0');
    for (const words of ['restart trader', 'stop trader', 'kill trader', 'remove trader --confirm trader'])
      expect(run(`${words} --yes`)).toMatchObject({
        code: 2,
        out: expect.stringContaining('pos{s="b"} is 12, not = 0'),
      });
    conditions('gone = 0');
    expect(run('stop trader --yes').out).toContain('gone is not known');
    conditions('pos = 0', 'raise');
    expect(run('stop trader --yes').out).toContain('danger 3 needs the name typed');
    expect(await stateOf(trader)).toEqual(before);
    conditions('sum(pos) < 20');
    expect(run('stop trader --yes').code).toBe(0);
  });

  it("does it with --yes: exit status 0, and a record that is the owner's alone", async () => {
    const before = await stateOf(cache);
    const { code, out } = run('restart trading/cache --yes --reason stuck');
    expect(out).toMatch(/Done after .*: running again after/);
    expect(code).toBe(0);
    expect((await stateOf(cache)).startedAt).not.toBe(before.startedAt);
    expect(lines()).toMatchObject([
      { kind: 'begin', reason: 'stuck', plan: { name: 'trading/cache' } },
      { kind: 'call', call: 'restart' },
      { kind: 'end', ok: true },
    ]);
    expect(statSync(audit()).mode & 0o777).toBe(0o600);
    const verify = spawnSync(process.execPath, [EXECUTABLE, 'audit', 'verify'], {
      env: { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state },
    });
    expect(verify.status).toBe(0);
  });

  it('answers 1 when it was done and did not work', async () => {
    await ground.run('broken', 'sleep 0.3; exit 7').then((container) => container.wait());
    const { code, out } = run('start broken --yes');
    expect(out).toMatch(/exited with code 7/);
    expect(code).toBe(1);
    expect(lines().at(-1)).toMatchObject({ kind: 'end', ok: false });
  });

  it.each([
    ['in read-only mode', 'restart trading/cache --yes --readonly', 'the console is read-only'],
    ['without the name', 'remove trading/cache --yes', 'needs the name typed'],
    ['with another name', 'remove trading/cache --yes --confirm trading/worker', 'needs the name typed'],
    ['of what is not there', 'restart trading/nothing --yes', 'there is no service, container or project'],
  ])('answers 2 when it is refused: %s', async (_why, words, received) => {
    const before = await stateOf(cache);
    const { code, out } = run(words);
    expect(out).toContain(received);
    expect(code).toBe(2);
    expect(await stateOf(cache)).toEqual(before);
  });

  it.each([
    ['is not known', 'explode trading/cache --yes', 'There is no action'],
    ['needs the console', 'shell trading/cache --yes', 'shell needs the console'],
  ])('answers 64 for an action that %s', (_why, words, received) => {
    const { code, out } = run(words);
    expect(out).toContain(received);
    expect(code).toBe(64);
  });

  it('answers 3 when no engine answers, and when it may not ask it', () => {
    const nowhere = run('restart trading/cache --yes', { host: 'unix:///nonexistent/docker.sock' });
    expect(nowhere.code).toBe(3);
    expect(nowhere.out).toMatch(/nonexistent/);
    const nobody = run('restart trading/cache --yes', { host: engineHost, uid: 65534, home: '/' });
    expect(nobody.code).toBe(3);
    expect(nobody.out).toMatch(/[Pp]ermission denied|may not|not allowed/);
    expect(nobody.out).toMatch(/group/);
  });

  it('prints one JSON document with --json', () => {
    const done = run('restart trading/cache --yes --json');
    expect(JSON.parse(done.out)).toMatchObject({
      exit: 0,
      danger: 2,
      plan: { name: 'trading/cache' },
      outcome: { ok: true },
    });
    const refused = run('restart trading/cache --yes --json --readonly');
    expect(JSON.parse(refused.out)).toMatchObject({ exit: 2, refusal: { refused: 'the console is read-only' } });
    expect(JSON.parse(run('restart x --json', { host: 'unix:///nonexistent' }).out)).toMatchObject({ exit: 3 });
  });

  it('refuses what cannot be recorded, from danger 2 on; the console too', async () => {
    const before = await stateOf(cache);
    const { code, out } = run('restart trading/cache --yes', { stateHome: '/proc/forbidden' });
    expect(out).toMatch(
      /cannot write the audit log \/proc\/forbidden\/deskhand\/audit\.jsonl[\s\S]*actions of danger 2 must be recorded/,
    );
    expect(code).toBe(2);

    const idle = await ground.run('idle', POLITE);
    await idle.stop({ t: 5 });
    const terminal = await ground.open([], { env: { XDG_STATE_HOME: '/proc/forbidden' } });
    await showContainers(terminal, 'trading-cache');
    terminal.press('r');
    await answer(terminal, 'Restart');
    await terminal.waitFor(/refused: cannot write the audit log[\s\S]*actions of danger 2 must be recorded/);
    expect(await stateOf(cache)).toEqual(before);
    // What can be undone is done, and it is said that it has no record.
    await showContainers(terminal, '^idle');
    terminal.press('t');
    await answer(terminal, 'Start');
    await terminal.waitFor(/start idle: running after[\s\S]*NOT RECORDED: cannot write/);
    expect((await stateOf(idle)).status).toBe('running');
  });

  it('leaves a begin without its end when it is killed during an action, and the log says so', async () => {
    const slow = await ground.run('slow', 'trap : TERM; while :; do sleep 1; done');
    const child = spawn(process.execPath, [EXECUTABLE, 'run', 'stop', 'slow', '--yes'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state, DOCKER_HOST: ground.engine.host },
    });
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (text) => /stopping slow/.test(String(text)) && resolve()),
    );
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(lines().map(({ kind }) => kind)).toEqual(['begin']);
    const shown = spawnSync(process.execPath, [EXECUTABLE, 'audit', 'verify'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: state, XDG_STATE_HOME: state },
    });
    expect(shown.stdout).toMatch(/line 1: stop of slow, begun .* has no end/);
    await slow.kill().catch(() => {});
  });
});
