import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../source/engine/api/client.ts';
import { type CommandEnd, type CommandOptions, runCommand } from '../../source/engine/api/command.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { ExecSession } from '../../source/engine/engine.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { openPlace, type Place, POLITE } from '../actions/real.ts';
import { describeEngine, engineHost } from './require-engine.ts';

/** Resolves with what came so far once it matches. */
function heard({ stream }: ExecSession, wanted: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk) => {
      text += chunk;
      if (wanted.test(text)) resolve(text);
    });
    stream.once('close', () => reject(new Error(`the stream ended with ${JSON.stringify(text)}`)));
  });
}

async function closed({ stream }: ExecSession): Promise<void> {
  stream.resume();
  if (!stream.closed) await once(stream, 'close');
}

describeEngine('programs in containers of the real engine', () => {
  let place: Place;
  let container: string;
  beforeAll(async () => {
    place = await openPlace('exec');
    container = await place.run('box', POLITE);
  });
  afterAll(() => place.end());

  type Ran = { end: CommandEnd; stdout: string; stderr: string };
  async function run(command: readonly string[], options: Partial<CommandOptions> = {}): Promise<Ran> {
    const said = { stdout: '', stderr: '' };
    const end = await runCommand(place.engine, container, command, {
      clock: systemClock,
      timeoutMs: 20_000,
      limit: 100_000,
      signal: new AbortController().signal,
      onOutput: (stream, bytes) => {
        said[stream] += bytes;
      },
      ...options,
    });
    return { end, ...said };
  }
  const processes = async () => (await place.engine.top(container)).rows.map((row) => row.at(-1));

  it('tell their outputs apart and how they ended', async () => {
    expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      end: { kind: 'exited', exitCode: 3 },
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('get their arguments as they are: no shell reads them', async () => {
    const { stdout } = await run(['echo', '$HOME; `id`', "a'b", '']);
    expect(stdout).toBe("$HOME; `id` a'b \n");
  });

  it('end with 126 or 127 and the reason when there is no such program', async () => {
    const { end, stdout } = await run(['no-such-program']);
    expect(end).toEqual({ kind: 'exited', exitCode: expect.toSatisfy((code) => code === 126 || code === 127) });
    expect(stdout).toContain('no-such-program');
  });

  it('are ended when their time is over, with all that they began', async () => {
    const { end } = await run(['sh', '-c', 'sleep 4321 & sleep 4321'], { timeoutMs: 300 });
    expect(end).toEqual({ kind: 'timeout', ended: true });
    expect(await processes()).not.toContain('sleep 4321');
  });

  it('are ended when they are cancelled, and killed when they do not mind', async () => {
    const cancelling = new AbortController();
    const ignoring = ['sh', '-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'];
    const { end } = await run(ignoring, { signal: cancelling.signal, onOutput: () => cancelling.abort() });
    expect(end).toEqual({ kind: 'cancelled', ended: true });
    expect((await processes()).join()).not.toContain('echo ready');
  });

  it('are ended when they say too much', async () => {
    const { end, stdout } = await run(['yes'], { limit: 1000 });
    expect(end).toEqual({ kind: 'flood', ended: true });
    expect(stdout.length).toBe(1000);
  });

  it('are left, and said to be, when nothing can end them', async () => {
    const lonely = await place.run('lonely', `rm /bin/sh /bin/ash; ${POLITE}`);
    const end = await runCommand(place.engine, lonely, ['sleep', '5432'], {
      clock: systemClock,
      timeoutMs: 200,
      limit: 1000,
      signal: new AbortController().signal,
      onOutput: () => {},
    });
    expect(end).toEqual({ kind: 'timeout', ended: false });
  });

  it('end with the container, and it shows', async () => {
    const short = await place.run('short', 'sleep 100');
    const session = await place.engine.exec(short, { command: ['sh'], tty: true, stdin: true });
    await heard(session, /[#$] /);
    await place.engine.kill(short, 'SIGKILL');
    await closed(session);
    expect(await session.exitCode()).toBe(137);
  });

  it('are the container itself when attached: its input, ctrl-p ctrl-q, its end', async () => {
    const body = { Tty: true, OpenStdin: true };
    const chat = await place.run('chat', 'while read line; do echo "heard <$line>"; done; exit 5', body);
    const first = await place.engine.attach(chat, { tty: true, stdin: true });
    first.stream.write('one\n');
    await heard(first, /heard <one>/);
    first.stream.write('\u0010\u0011');
    await closed(first);
    expect(await first.exitCode()).toBeUndefined();

    const second = await place.engine.attach(chat, { tty: true, stdin: true });
    second.stream.resume().write('\u0004');
    await closed(second);
    expect(await second.exitCode()).toBe(5);
  });

  it.each(['unix', 'tcp', 'tls', 'ssh'])('talk over %s', async (way) => {
    const { host, end } = await reach(way);
    const engine = createEngineAt(host);
    try {
      const request = { command: ['sh'], tty: true, stdin: true, env: { TERM: 'vt100' } };
      const session = await engine.exec(container, request);
      await session.resize({ columns: 91, rows: 17 });
      session.stream.write('stty size; echo "$TERM $((6 * 7))"; exit 4\r');
      expect(await heard(session, /vt100 42/)).toContain('17 91');
      await closed(session);
      expect(await session.exitCode()).toBe(4);
    } finally {
      engine.close();
      end();
    }
  });
});

function createEngineAt(host: string) {
  return createEngine(resolveEndpoint({ flags: { host }, env: process.env, home: tmpdir() }));
}

/** The real engine by another way: a bridge on loopback, or a program named ssh. */
async function reach(way: string): Promise<{ host: string; end(): void }> {
  const socketPath = engineHost.slice('unix://'.length);
  if (way === 'unix') return { host: engineHost, end: () => {} };
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-exec-'));
  const away = () => rmSync(directory, { recursive: true, force: true });
  if (way === 'ssh') return { host: 'ssh://desk', end: fakeSsh(directory, socketPath, away) };
  const bridge = (socket: Socket) => {
    const engine = connect(socketPath);
    socket.on('error', () => engine.destroy());
    engine.on('error', () => socket.destroy());
    socket.pipe(engine).pipe(socket);
  };
  const server: Server = way === 'tls' ? createTlsServer(certificate(directory), bridge) : createServer(bridge);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = process.env;
  if (way === 'tls') Object.assign(process.env, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory });
  return {
    host: `tcp://127.0.0.1:${port}`,
    end() {
      server.close();
      restore({ DOCKER_TLS_VERIFY, DOCKER_CERT_PATH });
      away();
    },
  };
}

function restore(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function certificate(directory: string): { key: Buffer; cert: Buffer } {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'ca.pem', ...subject], { cwd: directory, stdio: 'ignore' });
  const cert = readFileSync(join(directory, 'ca.pem'));
  writeFileSync(join(directory, 'cert.pem'), cert);
  return { key: readFileSync(join(directory, 'key.pem')), cert };
}

function fakeSsh(directory: string, socketPath: string, away: () => void): () => void {
  const script = `const engine = require('net').connect(${JSON.stringify(socketPath)});
    process.stdin.pipe(engine).pipe(process.stdout);
    engine.on('close', () => process.exit(0));`;
  writeFileSync(join(directory, 'ssh'), `#!${process.execPath}\n${script}\n`);
  chmodSync(join(directory, 'ssh'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${directory}:${PATH}`;
  return () => {
    restore({ PATH });
    away();
  };
}
