import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostTools } from '../../source/actions/host-tools.ts';
import { allRunbooks } from '../../source/actions/runbook/shipped.ts';
import { Runbook } from '../../source/settings/runbooks.ts';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { noTools } from '../builders/actions.ts';
import { describeEngine } from './require-engine.ts';

const RUNBOOKS = [
  {
    name: 'greet',
    exec: ['sh', '-c', 'echo "hello $1 from $GREETING in $PWD"; echo aside >&2', 'sh', '{who}'],
    parameters: { who: {} },
    env: { GREETING: 'env' },
    directory: '/tmp',
    danger: 0,
    expect: { output: '^hello' },
  },
  { name: 'fails', exec: ['sh', '-c', 'echo no; exit 3'], danger: 0 },
  { name: 'three', exec: ['sh', '-c', 'exit 3'], danger: 0, expect: { status: [0, 3] } },
  { name: 'slow', exec: ['sleep', '777'], timeout: 1, danger: 0 },
  { name: 'endless', exec: ['sh', '-c', 'echo begun; sleep 778'], danger: 0 },
  { name: 'many', exec: ['yes'], danger: 0 },
  { name: 'dump', exec: ['sh', '-c', 'head -c 3000000 /dev/zero; echo progress >&2'], danger: 1, save: 'dump' },
  { name: 'empty', exec: ['true'], danger: 1, save: 'dump' },
  { name: 'signal', signal: 'HUP', danger: 1 },
  {
    name: 'once',
    oneOff: ['sh', '-c', 'echo "$INHERITED $MORE"; exit 4'],
    env: { MORE: 'more' },
    danger: 1,
    expect: { status: 4, output: 'inherited more' },
  },
  { name: 'here', host: ['printf', '%s\\n', '{container}', "$HOME; 'x'"], danger: 1 },
];

describeEngine('runbooks on the real engine', () => {
  let place: Place;
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    place = await openPlace('runbook');
    await place.run('box', 'trap "echo reloaded > /tmp/hup" HUP; while :; do sleep 0.1; done', {
      Env: ['INHERITED=inherited'],
      HostConfig: { NetworkMode: 'none' },
    });
    server = createServer((request, answer) => {
      answer.statusCode = request.url === '/bad' ? 503 : 200;
      answer.end(`${request.method} ${request.headers.authorization ?? ''}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(async () => {
    server?.close();
    await place?.end();
  });

  const backups = () => join(place.directory, 'backups');

  async function go(words: string, { json = false, ending = new AbortController() } = {}) {
    const url = `http://127.0.0.1:${port}`;
    const asked = {
      http: { url: `${url}/{path}`, headers: { authorization: 'Bearer $TOKEN' } },
      parameters: { path: { default: '' } },
      danger: 0,
    };
    const runbooks = [...RUNBOOKS, { name: 'ask', ...asked }].map((one) => v.parse(Runbook, one));
    return runWords(place, ['runbook', place.nameOf('box'), ...words.split(' ')], {
      ...{ yes: true, json },
      tools: {
        ...noTools,
        ...hostTools({ ...process.env, TOKEN: 'from-env' }),
        backupDirectory: backups(),
        wallTime: () => 0,
      },
      settings: { runbooks: allRunbooks(runbooks) },
      signal: ending.signal,
      onPrinted: (text) => text === 'begun\n' && ending.abort(),
    });
  }
  const processes = async () => JSON.stringify(await place.engine.top(place.nameOf('box')));

  it('run in the container with arguments, environment and directory; what they say is shown', async () => {
    const { code, text } = await go('greet who=$(id)');
    expect(text).toContain('hello $(id) from env in /tmp\n');
    expect(text).toContain('aside\n');
    expect(text).toMatch(/exit code 0; its output matches \^hello/);
    expect(code).toBe(0);
  });

  it('are one report with --json', async () => {
    const { text } = await go('greet who=x', { json: true });
    expect(JSON.parse(text)).toMatchObject({
      exit: 0,
      outcome: { ok: true },
      output: expect.stringContaining('hello x from env'),
    });
  });

  it('fail by their exit code, unless it is expected', async () => {
    expect(await go('fails')).toMatchObject({ code: 1, text: expect.stringContaining('exit code 3') });
    expect(await go('three')).toMatchObject({ code: 0 });
  });

  it('are ended when their time is over, when they are cancelled and when they say too much', async () => {
    expect(await go('slow')).toMatchObject({
      code: 1,
      text: expect.stringContaining('not finished within 1 s: the command was ended'),
    });
    expect(await go('endless')).toMatchObject({ code: 1, text: expect.stringContaining('Cancelled') });
    expect(await go('many')).toMatchObject({ code: 1, text: expect.stringContaining('more than 1024 KiB of output') });
    expect(await processes()).not.toMatch(/sleep 77/);
  });

  it('write a dump to a private file, and none when there is nothing', async () => {
    const { code, text } = await go('dump');
    expect(text).toMatch(/2\.86MiB in \S+\.dump, SHA-256/);
    expect(text).toContain('progress\n');
    expect(code).toBe(0);
    const [file = ''] = readdirSync(backups());
    expect(statSync(join(backups(), file))).toMatchObject({ size: 3_000_000, mode: 0o100600 });
    expect(await go('empty')).toMatchObject({ code: 1, text: expect.stringContaining('it printed nothing') });
    expect(readdirSync(backups())).toEqual([file, `${file}.sha256`]);
  });

  it('send a signal', async () => {
    expect(await go('signal')).toMatchObject({ code: 0, text: expect.stringContaining('HUP sent') });
    await expect.poll(async () => (await go('fails')).code && (await hup())).toBe('reloaded\n');
  });
  async function hup() {
    const stream = await place.engine.readArchive(place.nameOf('box'), '/tmp/hup');
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).subarray(512, 521).toString();
  }

  it('run in their own container, which is removed', async () => {
    const { code, text } = await go('once');
    expect(text).toContain('inherited more\n');
    expect(text).toMatch(/exit code 4; its output matches/);
    expect(code).toBe(0);
    const names = (await place.engine.containers()).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith(place.nameOf('box-run')))).toEqual([]);
  });

  it('run on this machine, without a shell', async () => {
    expect((await go('here')).text).toContain(`${place.nameOf('box')}\n$HOME; 'x'\n`);
  });

  it('ask over HTTP, with a variable of the environment in a header', async () => {
    expect(await go('ask')).toMatchObject({ code: 0, text: expect.stringContaining('GET Bearer') });
    expect(await go('ask path=bad')).toMatchObject({ code: 1, text: expect.stringContaining('status 503') });
  });

  it('are recorded with their calls, and without what may hold a secret', async () => {
    const log = readFileSync(join(place.directory, 'audit.jsonl'), 'utf8');
    expect(log).toContain('"call":"exec"');
    expect(log).toContain('"call":"run here"');
    expect(log).toContain('"call":"GET"');
    expect(log).toContain('"runbook":"greet"');
    expect(log).not.toContain('"work"');
  });
});
