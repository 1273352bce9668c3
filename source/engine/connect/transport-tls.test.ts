import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../test/builders/failure.ts';
import { createCall } from '../api/call.ts';
import { resolveEndpoint } from './endpoint.ts';

/** TCP and TLS against servers with certificates that openssl makes here: a good one, and one of each fault. */

const openssl = spawnSync('openssl', ['version']).status === 0;
const describeTls = openssl ? describe : describe.skip;

let directory: string;
const closing: (() => unknown)[] = [];

function run(...args: string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'ignore'] });
}

function key(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}-key.pem`];
}

function authority(name: string): void {
  run('req', '-x509', ...key(name), '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '30');
}

function certificate(name: string, ca: string, altName: string, dates: readonly string[] = ['-days', '30']): void {
  run('req', ...key(name), '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${altName}\n`);
  const signed = ['-CA', `${ca}.pem`, '-CAkey', `${ca}-key.pem`, '-CAcreateserial', '-extfile', `${name}.ext`];
  run('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed, ...dates);
}

const file = (name: string) => readFileSync(join(directory, name));

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-tls-'));
  if (!openssl) return;
  authority('ca');
  authority('stranger');
  certificate('good', 'ca', 'IP:127.0.0.1,DNS:localhost');
  certificate('named', 'ca', 'DNS:elsewhere.example');
  certificate('expired', 'ca', 'IP:127.0.0.1', ['-days', '-1']);
  certificate('client', 'ca', 'DNS:client');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const answer: http.RequestListener = ({ url, headers }, response) =>
  response.end(JSON.stringify({ url, host: headers.host }));

function serve(name: string, options: https.ServerOptions = {}): Promise<number> {
  return listen(https.createServer({ cert: file(`${name}.pem`), key: file(`${name}-key.pem`), ...options }, answer));
}

/** Calls as an operator would configure it: by DOCKER_HOST and the files of DOCKER_CERT_PATH. */
async function ask(
  host: string,
  { ca = 'ca', client, verify = true }: { ca?: string; client?: string; verify?: boolean } = {},
) {
  const certificates = mkdtempSync(join(directory, 'path-'));
  writeFileSync(join(certificates, 'ca.pem'), file(`${ca}.pem`));
  if (client) {
    writeFileSync(join(certificates, 'cert.pem'), file(`${client}.pem`));
    writeFileSync(join(certificates, 'key.pem'), file(`${client}-key.pem`));
  }
  const env = { DOCKER_HOST: host, DOCKER_CERT_PATH: certificates, [verify ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS']: '1' };
  return callTo({ env });
}

async function callTo({ env = {}, host }: { env?: Record<string, string>; host?: string }): Promise<unknown> {
  const call = createCall(resolveEndpoint({ flags: { host }, env, home: '/nonexistent' }));
  closing.push(call.close);
  return call.json({ path: '/info', doing: 'reading what the engine is' });
}

describeTls(openssl ? 'TLS' : 'TLS (skipped: no openssl here to make certificates with)', () => {
  it('verifies by address and by name', async () => {
    const port = await serve('good');
    expect(await ask(`tcp://127.0.0.1:${port}`)).toEqual({ url: '/info?', host: `127.0.0.1:${port}` });
    expect(await ask(`tcp://localhost:${port}`)).toMatchObject({ host: `localhost:${port}` });
  });

  it('presents the client certificate that the engine requires', async () => {
    const port = await serve('good', { requestCert: true, rejectUnauthorized: true, ca: file('ca.pem') });
    expect(await ask(`tcp://127.0.0.1:${port}`, { client: 'client' })).toMatchObject({ url: '/info?' });
    const error = await failure(ask(`tcp://127.0.0.1:${port}`));
    expect([error.kind, error.message]).toEqual([
      'tls',
      `tcp://127.0.0.1:${port} does not accept this client's certificate.`,
    ]);
  });

  it.each([
    ['expired', {}, 'has expired'],
    ['named', {}, 'is for another name'],
    ['good', { ca: 'stranger' }, 'is signed by an unknown authority'],
  ])('refuses a server whose certificate is %s %o', async (name, options, message) => {
    const port = await serve(name);
    const error = await failure(ask(`tcp://127.0.0.1:${port}`, options));
    expect([error.kind, error.message]).toEqual(['tls', `The certificate of tcp://127.0.0.1:${port} ${message}.`]);
    expect(error.advice).not.toBe('');
  });

  it('accepts any certificate if verification is off', async () => {
    const port = await serve('expired');
    expect(await ask(`tcp://127.0.0.1:${port}`, { verify: false, ca: 'stranger' })).toMatchObject({ url: '/info?' });
  });

  it('reports an engine that does not speak TLS', async () => {
    const port = await listen(http.createServer(answer));
    const error = await failure(ask(`tcp://127.0.0.1:${port}`));
    expect([error.kind, error.message]).toEqual([
      'tls',
      `tcp://127.0.0.1:${port} does not speak TLS, but TLS was asked for.`,
    ]);
  });

  it('reports unusable files', async () => {
    writeFileSync(join(directory, 'broken.pem'), 'no certificate');
    writeFileSync(join(directory, 'broken-key.pem'), 'no key');
    const port = await serve('good');
    const error = await failure(ask(`tcp://127.0.0.1:${port}`, { client: 'broken' }));
    expect([error.kind, error.message]).toEqual(['tls', `The TLS files for tcp://127.0.0.1:${port} cannot be used.`]);
  });
});

describe('TCP', () => {
  it('reaches an engine under a path prefix', async () => {
    const port = await listen(http.createServer(answer));
    expect(await callTo({ host: `tcp://127.0.0.1:${port}/engines/one` })).toEqual({
      url: '/engines/one/info?',
      host: `127.0.0.1:${port}`,
    });
  });

  it('reports that nothing is listening', async () => {
    const server = http.createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    expect(await failure(callTo({ host: `tcp://127.0.0.1:${port}` }))).toMatchObject({
      kind: 'connection-refused',
      message: `tcp://127.0.0.1:${port} refused the connection (--host).`,
    });
  });
});
