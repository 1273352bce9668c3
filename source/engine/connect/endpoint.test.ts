import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../engine.ts';
import { listContexts } from './contexts.ts';
import { type EndpointSource, resolveEndpoint } from './endpoint.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'deskhand-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), content);
}

const identity = (name: string) => createHash('sha256').update(name).digest('hex');

/** A context as `docker context create` stores it. */
function context(name: string, endpoint: { Host: string; SkipTLSVerify?: boolean }, tls: readonly string[] = []): void {
  const meta = { Name: name, Metadata: { Description: `the ${name} desk` }, Endpoints: { docker: endpoint } };
  write(`.docker/contexts/meta/${identity(name)}/meta.json`, JSON.stringify(meta));
  for (const file of tls) write(`.docker/contexts/tls/${identity(name)}/docker/${file}`, `${name} ${file}`);
}

type Given = { flags?: EndpointSource['flags']; env?: EndpointSource['env'] };
const resolve = ({ flags = {}, env = {} }: Given = {}) => resolveEndpoint({ flags, env, home, hostname: 'desk1' });
const host = (url: string) => resolve({ flags: { host: url } });
function failure(given: Given): EngineError {
  try {
    resolve(given);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it was resolved');
}

describe('the endpoint in effect', () => {
  it('is the default socket if nothing is configured', () => {
    expect(resolve()).toEqual({
      target: { kind: 'unix', path: '/var/run/docker.sock' },
      url: 'unix:///var/run/docker.sock',
      origin: 'the default socket',
      context: 'default',
      name: 'unix:///var/run/docker.sock',
      host: 'desk1',
      headers: {},
      configDirectory: join(home, '.docker'),
    });
  });

  it('follows the order of the docker CLI: --host or --context, DOCKER_HOST, DOCKER_CONTEXT, config.json', () => {
    for (const name of ['flag', 'environment', 'configured']) context(name, { Host: `tcp://${name}:1` });
    write('.docker/config.json', JSON.stringify({ currentContext: 'configured' }));
    const env = { DOCKER_HOST: 'tcp://dockerhost:1', DOCKER_CONTEXT: 'environment' };
    const resolved = (given: Given) => {
      const { url, origin, name } = resolve(given);
      return [url, origin, name];
    };
    expect(resolved({})).toEqual(['tcp://configured:1', 'context configured', 'configured']);
    expect(resolved({ env: { DOCKER_CONTEXT: 'environment' } })).toEqual([
      'tcp://environment:1',
      'context environment (DOCKER_CONTEXT)',
      'environment',
    ]);
    expect(resolved({ env })).toEqual(['tcp://dockerhost:1', 'DOCKER_HOST', 'tcp://dockerhost:1']);
    expect(resolved({ env, flags: { context: 'flag' } })).toEqual(['tcp://flag:1', 'context flag (--context)', 'flag']);
    expect(resolved({ env, flags: { host: 'tcp://given:1' } })).toEqual(['tcp://given:1', '--host', 'tcp://given:1']);
    expect(resolved({ env, flags: { context: 'default' } })[1]).toBe('DOCKER_HOST');
    expect(resolved({ flags: { context: 'default' } })[1]).toBe('the default socket');
  });

  it('refuses --host together with --context', () => {
    expect(failure({ flags: { host: 'tcp://a', context: 'b' } })).toMatchObject({
      kind: 'bad-endpoint',
      message: '--host and --context name two engines.',
    });
  });

  it('lists the existing contexts if one is missing', () => {
    context('prod', { Host: 'ssh://prod' });
    const error = failure({ flags: { context: 'prd' } });
    expect(error.message).toBe('There is no docker context "prd".');
    expect(error.advice).toContain('default, prod');
  });

  it('names the broken file', () => {
    write('.docker/config.json', '{ "currentContext": ');
    expect(failure({}).message).toBe(`${join(home, '.docker/config.json')} is not valid JSON.`);
  });

  it('reads the configuration from DOCKER_CONFIG', () => {
    write('elsewhere/config.json', JSON.stringify({ HttpHeaders: { 'X-Desk': 'one', bad: null } }));
    expect(resolve({ env: { DOCKER_CONFIG: join(home, 'elsewhere') } }).headers).toEqual({ 'X-Desk': 'one' });
  });

  it('treats an empty host of a context as the default socket', () => {
    context('local', { Host: '' });
    expect(resolve({ flags: { context: 'local' } }).url).toBe('unix:///var/run/docker.sock');
  });
});

describe('an address', () => {
  it.each([
    ['unix:///run/user/1000/docker.sock', { kind: 'unix', path: '/run/user/1000/docker.sock' }],
    ['unix://', { kind: 'unix', path: '/var/run/docker.sock' }],
    ['tcp://10.0.0.5:2376', { kind: 'tcp', host: '10.0.0.5', port: 2376, prefix: '' }],
    ['tcp://desk', { kind: 'tcp', host: 'desk', port: 2375, prefix: '' }],
    ['desk:4243', { kind: 'tcp', host: 'desk', port: 4243, prefix: '' }],
    ['tcp://:4243', { kind: 'tcp', host: 'localhost', port: 4243, prefix: '' }],
    ['tcp://', { kind: 'tcp', host: 'localhost', port: 2375, prefix: '' }],
    ['tcp://desk:80', { kind: 'tcp', host: 'desk', port: 80, prefix: '' }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375, prefix: '' }],
    ['tcp://[fd00::5]', { kind: 'tcp', host: 'fd00::5', port: 2375, prefix: '' }],
    ['tcp://[fd00::5]:', { kind: 'tcp', host: 'fd00::5', port: 2375, prefix: '' }],
    ['tcp://proxy:99/engines/one/', { kind: 'tcp', host: 'proxy', port: 99, prefix: '/engines/one' }],
    ['http://desk', { kind: 'tcp', host: 'desk', port: 80, prefix: '' }],
    ['https://desk', { kind: 'tcp', host: 'desk', port: 443, prefix: '', tls: { verify: true } }],
    ['ssh://desk', { kind: 'ssh', host: 'desk' }],
    ['ssh://ops@desk.example.com:2222', { kind: 'ssh', user: 'ops', host: 'desk.example.com', port: '2222' }],
    [
      'ssh://ops@desk/run/user/1000/docker.sock',
      { kind: 'ssh', user: 'ops', host: 'desk', socket: '/run/user/1000/docker.sock' },
    ],
    ['ssh://[fd00::5]:22/', { kind: 'ssh', host: 'fd00::5', port: '22' }],
  ])('%s', (url, target) => {
    expect(host(url).target).toEqual(target);
  });

  it.each([
    ['npipe:////./pipe/docker_engine', 'names a Windows pipe'],
    ['ftp://desk', 'has an unknown address scheme: ftp://desk'],
    ['tcp://ops:hunter2@desk', 'must not contain a user, a password'],
    ['tcp://desk:99999', 'is not an address'],
    ['ssh://', 'is not an address'],
    ['ssh://ops:hunter2@desk', 'contains a password'],
    ['ssh://desk?x=1', 'must not contain a query'],
    ['ssh://-oProxyCommand=touch', 'ssh would misinterpret'],
    ['ssh://-oops@desk', 'ssh would misinterpret'],
    ['ssh://a%60id%60@desk', 'ssh would misinterpret'],
  ])('refuses %s', (url, message) => {
    const error = failure({ flags: { host: url } });
    expect(error.kind).toBe('bad-endpoint');
    expect(error.message).toContain(message);
    expect(error.message + error.advice).not.toContain('hunter2');
  });

  it('is shown as configured, with the name of its machine', () => {
    const remote = host('ssh://ops@desk:2222/run/docker.sock');
    expect(remote.url).toBe('ssh://ops@desk:2222/run/docker.sock');
    expect(remote.host).toBe('desk');
    expect(host('tcp://[::1]').url).toBe('tcp://[::1]:2375');
  });
});

describe('TLS', () => {
  const files = (directory: string, names: readonly string[]) => {
    for (const name of names) write(`${directory}/${name}`, name);
  };
  const bytes = (name: string) => Buffer.from(name);

  it('uses the files in DOCKER_CERT_PATH and verifies with DOCKER_TLS_VERIFY', () => {
    files('certs', ['ca.pem', 'cert.pem', 'key.pem']);
    const env = { DOCKER_HOST: 'tcp://desk:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
    expect(resolve({ env }).target).toMatchObject({
      tls: { ca: bytes('ca.pem'), cert: bytes('cert.pem'), key: bytes('key.pem'), verify: true },
    });
    expect(resolve({ env: { ...env, DOCKER_TLS_VERIFY: '', DOCKER_TLS: '1' } }).target).toMatchObject({
      tls: { verify: false },
    });
    expect(resolve({ env: { ...env, DOCKER_TLS_VERIFY: '' } }).target).toMatchObject({ tls: undefined });
  });

  it("uses ~/.docker without DOCKER_CERT_PATH, and this machine's TLS port without a host", () => {
    files('.docker', ['ca.pem']);
    const endpoint = resolve({ env: { DOCKER_TLS_VERIFY: '1' } });
    expect(endpoint).toMatchObject({ url: 'tcp://localhost:2376', origin: 'DOCKER_TLS_VERIFY' });
    expect(endpoint.target).toMatchObject({ tls: { ca: bytes('ca.pem'), cert: undefined, verify: true } });
  });

  it('names the missing file', () => {
    const error = failure({ env: { DOCKER_HOST: 'tcp://desk', DOCKER_TLS_VERIFY: '1' } });
    expect(error.message).toContain(join(home, '.docker/ca.pem'));
    expect(error.advice).toContain('DOCKER_CERT_PATH');
  });

  it('takes files and SkipTLSVerify from a context', () => {
    context('tls', { Host: 'tcp://desk:2376' }, ['ca.pem', 'cert.pem', 'key.pem']);
    context('skip', { Host: 'tcp://desk:2376', SkipTLSVerify: true });
    context('plain', { Host: 'tcp://desk:2375' });
    const tls = (name: string) => {
      const { target } = resolve({ flags: { context: name }, env: { DOCKER_TLS_VERIFY: '1' } });
      return target.kind === 'tcp' ? target.tls : 'not tcp';
    };
    expect(tls('tls')).toEqual({
      ca: bytes('tls ca.pem'),
      cert: bytes('tls cert.pem'),
      key: bytes('tls key.pem'),
      verify: true,
    });
    expect(tls('skip')).toEqual({ verify: false });
    expect(tls('plain')).toBeUndefined();
  });
});

describe('listContexts', () => {
  it('lists default first and the others by name, marks the current one, and keeps a broken one with its error', () => {
    context('prod-10', { Host: 'ssh://ten' });
    context('prod-9', { Host: 'ssh://nine' });
    context('secret', { Host: 'tcp://ops:hunter2@desk' });
    write('.docker/contexts/meta/broken/meta.json', '{');
    write('.docker/config.json', JSON.stringify({ currentContext: 'prod-9' }));
    const contexts = listContexts({ env: {}, home });
    expect(contexts.filter(({ error }) => !error)).toEqual([
      { name: 'default', description: 'the default socket', host: '', skipTlsVerify: false, current: false },
      { name: 'prod-9', description: 'the prod-9 desk', host: 'ssh://nine', skipTlsVerify: false, current: true },
      { name: 'prod-10', description: 'the prod-10 desk', host: 'ssh://ten', skipTlsVerify: false, current: false },
      { name: 'secret', description: 'the secret desk', host: 'tcp://***@desk', skipTlsVerify: false, current: false },
    ]);
    expect(contexts.find(({ error }) => error)?.error).toContain('is not valid JSON');
  });

  it('returns only the default if nothing is configured', () => {
    expect(listContexts({ env: {}, home }).map(({ name, current }) => [name, current])).toEqual([['default', true]]);
  });
});
