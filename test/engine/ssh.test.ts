import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCall } from '../../source/engine/api/call.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { createSshMasters, type SshMasters } from '../../source/engine/connect/ssh-masters.ts';
import { EngineError } from '../../source/engine/engine.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { hasSshd, type Sshd, startSshd } from '../harness/sshd.ts';

/** An engine behind a real OpenSSH server on this machine. */

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

type SetUp = { sshd: Sshd; masters: SshMasters; simulator: Simulator; open(): ReturnType<typeof createEngine> };

async function setUp(options = ''): Promise<SetUp> {
  const sshd = await startSshd(options);
  ending.push(sshd.close);
  const simulator = await startSimulator();
  ending.push(simulator.close);
  const masters = createSshMasters(systemClock);
  ending.push(masters.close);
  const host = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${simulator.socketPath}`;
  const open = () => {
    const endpoint = resolveEndpoint({ flags: { host }, env: {}, home: sshd.directory });
    const engine = createEngine(endpoint, createCall(endpoint, systemClock, masters));
    ending.push(engine.close);
    return engine;
  };
  return { sshd, masters, simulator, open };
}

/** Command lines that hold all of these words. */
function running(...words: readonly string[]): string[] {
  const all = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => words.every((word) => line.includes(word)) && !line.startsWith('ps '));
}

describe.skipIf(!hasSshd)('an engine behind ssh', () => {
  it('costs one login, whoever connects, and leaves nothing running', async () => {
    const { sshd, masters, open } = await setUp();
    const engine = open();
    await engine.ping();
    const containers = await engine.containers();
    await Promise.all(containers.map(({ id }) => engine.container(id)));
    const other = open();
    await Promise.all(containers.map(({ id }) => other.container(id)));
    expect(sshd.logins()).toBe(1);
    const [master = ''] = running('/usr/bin/ssh', `-p ${sshd.port}`);
    expect(running('/usr/bin/ssh', `-p ${sshd.port}`)).toHaveLength(1);
    const [, control = ''] = / -S (\S+) /.exec(master) ?? [];
    expect(statSync(dirname(control)).mode & 0o777).toBe(0o700);
    expect(statSync(control.replace(/c$/, 's')).mode & 0o777).toBe(0o600);
    expect(running('dial-stdio', 'docker.sock')).toEqual([]);
    masters.close();
    await expect.poll(() => running('/usr/bin/ssh', `-p ${sshd.port}`)).toEqual([]);
    expect(() => statSync(dirname(control))).toThrow();
  });

  it('logs in again when the connection was lost', async () => {
    const { sshd, open } = await setUp();
    const engine = open();
    await engine.ping();
    const pid = execFileSync('pgrep', ['-f', `ssh .*-M .*-p ${sshd.port} `], { encoding: 'utf8' }).split('\n');
    for (const one of pid.filter(Boolean)) process.kill(Number(one), 'SIGKILL');
    await expect
      .poll(() =>
        engine.ping().then(
          () => 'answered',
          () => 'failed',
        ),
      )
      .toBe('answered');
    expect(sshd.logins()).toBe(2);
  });

  it('is reached in sessions over the same login when the server forwards no sockets, eight to a login', async () => {
    const { sshd, simulator, open } = await setUp('AllowStreamLocalForwarding no');
    const engine = open();
    const ids = (await engine.containers()).map(({ id }) => id);
    for (const id of ids.slice(0, 3)) await engine.container(id);
    expect(sshd.logins()).toBe(1);
    // Twelve at once are more than one login carries.
    await Promise.all(ids.slice(0, 12).map((id) => engine.container(id)));
    expect(sshd.logins()).toBeLessThanOrEqual(2);
    const sessions = running('dial-stdio', simulator.socketPath).filter((line) => line.startsWith('docker '));
    expect(sessions.length).toBeGreaterThan(0);
    expect(sessions.length).toBeLessThanOrEqual(16);
  });

  it("uses the user's own master when there is one, and leaves it running", async () => {
    const { sshd, masters, open } = await setUp();
    const path = join(sshd.directory, 'mine');
    sshd.configure(`ControlPath ${path}`);
    execFileSync('ssh', ['-M', '-f', '-N', '-p', String(sshd.port), `${sshd.user}@127.0.0.1`], { stdio: 'ignore' });
    ending.push(() => execFileSync('ssh', ['-O', 'exit', '-p', String(sshd.port), '127.0.0.1'], { stdio: 'ignore' }));
    expect((await open().containers()).length).toBeGreaterThan(0);
    expect(sshd.logins()).toBe(1);
    masters.close();
    expect(() =>
      execFileSync('ssh', ['-O', 'check', '-p', String(sshd.port), '127.0.0.1'], { stdio: 'ignore' }),
    ).not.toThrow();
  });

  it('that refuses the key says so', async () => {
    const { sshd, open } = await setUp();
    sshd.forgetKey();
    const error = await open()
      .ping()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      kind: 'login-refused',
      message: expect.stringContaining('could not log in to 127.0.0.1'),
    });
    expect(sshd.logins()).toBe(0);
  });

  it('with a socket that is not there is reported as docker does', async () => {
    const { simulator, open } = await setUp();
    await simulator.close();
    const error = await open()
      .ping()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'no-socket' });
  });
});
