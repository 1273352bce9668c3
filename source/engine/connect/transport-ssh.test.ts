import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fake-clock.ts';
import { type Answer, type FakeServer, json, serveHttp } from '../../../test/fake-server.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Call, createCall } from '../api/call.ts';
import { EngineError } from '../engine.ts';
import { sshArguments } from './dial-stdio.ts';
import { resolveEndpoint } from './endpoint.ts';

/** Through a program named `ssh` on the PATH that notes its arguments and bridges its standard streams to a unix socket. */

let directory: string;
let server: FakeServer;
let call: Call;
const path = process.env.PATH;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-ssh-'));
  process.env.PATH = `${directory}:${path}`;
});
afterEach(async () => {
  call?.close();
  await server?.close();
  process.env.PATH = path;
  rmSync(directory, { recursive: true, force: true });
});

function ssh(script: string): void {
  const log = JSON.stringify(join(directory, 'log'));
  const note = `require('fs').appendFileSync(${log}, JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }) + '\\n');`;
  writeFileSync(join(directory, 'ssh'), `#!${process.execPath}\n${note}\n${script}\n`);
  chmodSync(join(directory, 'ssh'), 0o755);
}

/** `stubborn`: it goes on when its input ends, as an ssh does whose network hangs. */
async function remote(answer: Answer, stubborn = false): Promise<void> {
  server = await serveHttp(answer);
  ssh(`
    const engine = require('net').connect(${JSON.stringify(server.socket)});
    process.stdin.pipe(engine, { end: ${!stubborn} }).pipe(process.stdout);
    engine.on('close', () => process.exit(0));`);
  connect();
}

function connect(host = 'ssh://ops@desk:2222', clock?: Clock): void {
  call = createCall(resolveEndpoint({ flags: { host }, env: {}, home: '/nonexistent' }), clock);
}

type Run = { pid: number; args: string[] };
function runs(): Run[] {
  const lines = readFileSync(join(directory, 'log'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const GET = { path: '/thing', doing: 'reading a thing' };

async function failure(): Promise<EngineError> {
  const error = await call.json(GET).then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof EngineError) return error;
  throw error;
}

describe('an engine behind ssh', () => {
  it('answers, and reuses one ssh process for successive calls', async () => {
    await remote((response, { url }) => json(response, { url }));
    for (let i = 0; i < 4; i++) expect(await call.json({ ...GET, query: { i } })).toEqual({ url: `/thing?i=${i}` });
    expect(runs().map(({ args }) => args)).toEqual([
      ['-l', 'ops', '-p', '2222', '-o', 'ConnectTimeout=30', '-T', '--', 'desk', 'docker system dial-stdio'],
    ]);
  });

  it('answers many calls alongside a stream, with large bodies both ways', async () => {
    const large = 'x'.repeat(300_000);
    await remote(async (response, request) => {
      if (request.url?.startsWith('/stream')) {
        response.write('first\n');
        return;
      }
      let body = '';
      for await (const chunk of request) body += chunk;
      json(response, { echo: body.length, large });
    });
    const stream = await call.stream({ path: '/stream', doing: 'following' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call.json({ ...GET, method: 'POST', body: { large } })),
    );
    for (const answer of answers) expect(answer).toEqual({ echo: large.length + 12, large });
    const [chunk] = await stream.take(1).toArray();
    expect(String(chunk)).toBe('first\n');
  });

  it('has at most five concurrent logins', async () => {
    const held: (() => void)[] = [];
    let full: () => void = () => {};
    const five = new Promise<void>((resolve) => {
      full = resolve;
    });
    await remote((response) => {
      held.push(() => json(response, {}));
      if (held.length === 5) full();
      if (server.requests.length > 5) json(response, {});
    });
    const calls = Array.from({ length: 12 }, () => call.json(GET));
    await five;
    expect(runs()).toHaveLength(5);
    for (const answer of held.splice(0, 5)) answer();
    await Promise.all(calls);
    expect(server.requests).toHaveLength(12);
  });

  it('ends its ssh processes on close', async () => {
    await remote((response, { url }) => (url?.startsWith('/stream') ? response.write('x') : json(response, {})), true);
    const stream = await call.stream({ path: '/stream', doing: 'following' });
    const ended = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => {});
    await call.json(GET);
    const pids = runs().map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    call.close();
    await ended;
    await expect.poll(() => pids.filter(alive)).toEqual([]);
  });

  it('has more time to answer, since it may have to log in first', async () => {
    const clock = fakeClock();
    const waiting = Promise.withResolvers<void>();
    await remote(() => waiting.resolve());
    connect('ssh://desk', clock);
    const failed = failure();
    await waiting.promise;
    await clock.advance(29_999);
    await clock.advance(1);
    expect(await failed).toMatchObject({ kind: 'timeout', message: expect.stringContaining('within 30s') });
  });

  it('recovers when an idle ssh was killed', async () => {
    await remote((response) => json(response, { ok: true }));
    await call.json(GET);
    const [first] = runs();
    process.kill(first?.pid ?? 0, 'SIGKILL');
    expect(await call.json(GET)).toEqual({ ok: true });
  });
});

describe('an ssh that fails', () => {
  it.each([
    ['ops@desk: Permission denied (publickey).', 255, 'login-refused', 'ssh could not log in to desk (--host).'],
    ['Host key verification failed.', 255, 'login-refused', 'ssh does not know the host key of desk (--host).'],
    ['bash: line 1: docker: command not found', 127, 'ssh', 'There is no docker command on desk'],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
      1,
      'no-socket',
      'No Docker Engine answers on desk (--host).',
    ],
    ['\\u001b[31mstrange\\u0007 words', 9, 'ssh', 'ssh to desk ended with 9: strange words'],
  ])('says %s', async (words, code, kind, message) => {
    ssh(`process.stderr.write("${words}\\n", () => process.exit(${code}));`);
    connect();
    const error = await failure();
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(message);
  });

  it('is reported even if a child of ssh keeps the error output open', async () => {
    ssh(`
      const helper = require('child_process').spawn('sleep', ['5'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
      require('fs').appendFileSync(${JSON.stringify(join(directory, 'helper'))}, String(helper.pid));
      helper.unref();
      process.stderr.write('Permission denied (publickey).\\n', () => process.exit(255));`);
    connect();
    expect((await failure()).message).toContain('could not log in');
    process.kill(Number(readFileSync(join(directory, 'helper'), 'utf8')));
  });

  it('is reported if there is no ssh at all', async () => {
    process.env.PATH = directory;
    connect();
    expect((await failure()).message).toBe('The program `ssh` cannot be started on this machine.');
  });

  it('is reported if ssh ends silently, or prints garbage', async () => {
    ssh('process.exit(0)');
    connect();
    expect((await failure()).kind).toBe('closed');
    ssh('console.log("Welcome to desk!"); process.stdin.resume();');
    expect((await failure()).kind).toBe('not-docker');
  });
});

describe('sshArguments', () => {
  it('names the socket on the remote host, quoted for its shell', () => {
    const command = (socket: string) => sshArguments({ kind: 'ssh', host: 'desk', socket }).at(-1);
    expect(command('/run/user/1000/docker.sock')).toBe(
      'docker --host=unix:///run/user/1000/docker.sock system dial-stdio',
    );
    expect(command("/it's; rm -rf")).toBe(`docker --host='unix:///it'\\''s; rm -rf' system dial-stdio`);
  });
});

describe('a login that prints text before Docker answers', () => {
  const greetings = ['Welcome to trade7.\r\nMaintenance on Sunday.\r\n', '\r\n\u001b[1mHTTP is great\u001b[0m\n'];
  it.each(greetings)('is quoted, without its control bytes: %j', async (greeting) => {
    ssh(`process.stdout.write(${JSON.stringify(greeting)}); setInterval(() => {}, 1000);`);
    connect();
    const error = await failure();
    expect(error.kind).toBe('not-docker');
    expect(error.message).toMatch(
      /^The login on desk prints text before Docker answers: "(Welcome to trade7\.|.*HTTP is great.*)"\.$/,
    );
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.advice).toContain('interactive shells only');
    call.close();
  });

  it('is reported with the exit code if it then ends', async () => {
    ssh(`process.stdout.write('This account is not available.\\n', () => process.exit(255));`);
    connect();
    const error = await failure();
    expect(error.message).toBe(
      'The login on desk prints text before Docker answers: "This account is not available.", and ended with 255.',
    );
    expect(error.advice).toContain('may not be allowed');
    call.close();
  });
});
