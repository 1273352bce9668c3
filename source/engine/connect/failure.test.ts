import { describe, expect, it } from 'vitest';
import { Expired } from '../../lib/deadline.ts';
import { EngineError } from '../engine.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { oneLine } from './explained.ts';
import { SshEnded, toEngineError } from './failure.ts';
import { explainStatus } from './failure-status.ts';

const at = (host: string): Endpoint =>
  resolveEndpoint({ flags: { host }, env: {}, home: '/nonexistent', hostname: 'desk1' });
const unix = at('unix:///run/docker.sock');
const tcp = at('tcp://desk:2375');
const secure = at('https://desk:2376');
const ssh = at('ssh://ops@desk:2222');

const failed = (code: string, message = '') => Object.assign(new Error(message || code), { code });
const explain = (error: unknown, endpoint: Endpoint) =>
  toEngineError(error, { endpoint, doing: 'listing the containers' });

it('names the log of the engine that it is about', () => {
  const podman = at('unix:///run/user/1000/podman/podman.sock');
  const advice = (endpoint: Endpoint) => [
    explain(new Expired(1000), endpoint).advice,
    explainStatus(500, Buffer.from('{"message":"x"}'), endpoint, 'listing').advice,
  ];
  expect(advice(podman).every((text) => text.includes('`journalctl -u podman`'))).toBe(true);
  expect(advice(unix).every((text) => text.includes('`journalctl -u docker`'))).toBe(true);
});

describe('failures of the connection', () => {
  it.each([
    ['ENOENT', unix, 'no-socket', 'There is no engine socket at /run/docker.sock (--host).', 'deskhand demo'],
    [
      'EACCES',
      unix,
      'permission-denied',
      'Permission denied on the engine socket /run/docker.sock (--host).',
      'usermod -aG docker',
    ],
    [
      'ECONNREFUSED',
      unix,
      'connection-refused',
      'Nothing listens on the engine socket /run/docker.sock (--host).',
      'systemctl start docker',
    ],
    [
      'ECONNREFUSED',
      tcp,
      'connection-refused',
      'tcp://desk:2375 refused the connection (--host).',
      'Does dockerd listen there?',
    ],
    ['ENOTFOUND', tcp, 'host-not-found', 'The host name desk cannot be resolved (--host).', 'DNS'],
    ['EHOSTUNREACH', tcp, 'host-not-found', 'No route to the host desk (--host).', 'VPN'],
    ['ETIMEDOUT', tcp, 'timeout', 'tcp://desk:2375 did not accept the connection (--host).', 'firewall'],
    [
      'ECONNRESET',
      unix,
      'closed',
      'The engine at unix:///run/docker.sock closed the connection while listing the containers.',
      'restarting',
    ],
    [
      'HPE_INVALID_CONSTANT',
      tcp,
      'not-docker',
      'No Docker Engine answers at tcp://desk:2375: the server does not speak HTTP.',
      'from --host',
    ],
    ['ENOENT', ssh, 'ssh', 'The program `ssh` cannot be started on this machine.', 'OpenSSH'],
    [
      'EMFILE',
      unix,
      'closed',
      'The connection to unix:///run/docker.sock failed while listing the containers: EMFILE.',
      '--host',
    ],
  ] as const)('%s on %o', (code, endpoint, kind, message, advice) => {
    const error = explain(failed(code), endpoint);
    expect([error.kind, error.message]).toEqual([kind, message]);
    expect(error.advice).toContain(advice);
  });

  it.each([
    ['CERT_HAS_EXPIRED', '', 'has expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '', 'signed by an unknown authority'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', 'signed by an unknown authority'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', '', 'is for another name'],
    ['EPROTO', 'error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'does not speak TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '', 'does not speak TLS'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', "does not accept this client's certificate"],
    ['ERR_OSSL_PEM_NO_START_LINE', '', 'TLS files for tcp://desk:2376 cannot be used'],
    ['ERR_SSL_SOMETHING_NEW', 'a new word', 'TLS with tcp://desk:2376 failed: a new word'],
  ])('TLS: %s %s', (code, words, message) => {
    const error = explain(failed(code, words), secure);
    expect(error.kind).toBe('tls');
    expect(error.message).toContain(message);
    expect(error.advice).not.toBe('');
  });

  it('reports the first failure for a name with several addresses', () => {
    const both = new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')]);
    expect(explain(both, tcp).kind).toBe('connection-refused');
  });

  it('reports a timeout and a cancelled call', () => {
    expect(explain(new Expired(2500), tcp)).toMatchObject({
      kind: 'timeout',
      message: 'The engine at tcp://desk:2375 did not answer within 2.5s while listing the containers.',
    });
    expect(explain(new DOMException('x', 'AbortError'), tcp)).toMatchObject({ kind: 'cancelled' });
  });

  it('leaves an EngineError unchanged and accepts anything thrown', () => {
    const known = new EngineError('conflict', 'known');
    expect(explain(known, unix)).toBe(known);
    expect(explain('a string', unix).message).toContain('a string');
    expect(explain(undefined, unix)).toBeInstanceOf(EngineError);
  });
});

describe('failures of ssh', () => {
  it.each([
    [
      'No ED25519 host key is known for desk and you have requested strict checking.\r\nHost key verification failed.\r\n',
      255,
      'login-refused',
      'does not know the host key of desk',
    ],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      255,
      'login-refused',
      'host key of desk has changed',
    ],
    ['ops@desk: Permission denied (publickey,password).', 255, 'login-refused', 'could not log in to desk'],
    [
      'ssh: Could not resolve hostname desk: Name or service not known',
      255,
      'host-not-found',
      'cannot resolve the host name desk',
    ],
    [
      'ssh: connect to host desk port 2222: Connection refused',
      255,
      'connection-refused',
      'refused the ssh connection',
    ],
    ['ssh: connect to host desk port 2222: Connection timed out', 255, 'timeout', 'did not answer ssh'],
    ['ssh: connect to host desk port 2222: No route to host', 255, 'host-not-found', 'No route to the host desk'],
    ['bash: line 1: docker: command not found', 127, 'ssh', 'no docker command on desk'],
    ['sh: 1: docker: not found', 127, 'ssh', 'no docker command on desk'],
    ['', 127, 'ssh', 'no docker command on desk'],
    [
      'error during connect: dial unix /var/run/docker.sock: connect: permission denied',
      1,
      'permission-denied',
      'may not use the Docker Engine',
    ],
    [
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      1,
      'no-socket',
      'No Docker Engine answers',
    ],
    ["docker: 'dial-stdio' is not a docker command.", 1, 'ssh', 'too old for ssh://'],
    ['something\n\u001b[31mnever heard of\u001b[0m\n', 3, 'ssh', 'ended with 3: never heard of'],
    ['', null, 'ssh', 'was ended without a message'],
  ] as const)('%j', (stderr, code, kind, message) => {
    const error = explain(new SshEnded(code, stderr), ssh);
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(message);
    expect(error.advice).not.toBe('');
  });

  it('suggests the command to try by hand', () => {
    expect(explain(new SshEnded(255, 'Permission denied (publickey).'), ssh).advice).toContain(
      '`ssh -p 2222 ops@desk`',
    );
  });
});

describe('refusals of the engine', () => {
  const refused = (status: number, body: string) =>
    explainStatus(status, Buffer.from(body), unix, 'the stop of a container');

  it.each([
    [400, 'bad-request'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [500, 'engine-error'],
    [503, 'engine-error'],
  ])('%i', (status, kind) => {
    expect(refused(status, '{"message":"No such container: x"}')).toMatchObject({
      kind,
      message: 'The engine refused the stop of a container: No such container: x',
    });
  });

  it('tells what is in use from what is forbidden', () => {
    const inUse = 'network t_default id 1 has active endpoints';
    expect(refused(403, JSON.stringify({ message: inUse })).advice).toBe('Remove what uses it first.');
    expect(refused(403, '{"message":"denied by policy"}').advice).toMatch(/authorisation plug-in or a proxy/);
  });

  it("recognises a web server's page, and a proxy's as an error", () => {
    expect(refused(404, '<html>nginx</html>').kind).toBe('not-docker');
    expect(refused(502, '<html>Bad Gateway</html>').kind).toBe('engine-error');
  });

  it("recognises a TLS port's answer to plain HTTP", () => {
    expect(refused(400, 'Client sent an HTTP request to an HTTPS server.\n')).toMatchObject({ kind: 'tls' });
  });

  it('removes control sequences and truncates long text', () => {
    const { message } = refused(500, JSON.stringify({ message: `\u001b]0;owned\u0007a\nb\u202e${'x'.repeat(1e5)}` }));
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(400);
  });
});

it('oneLine keeps ordinary text unchanged', () => {
  expect(oneLine('Ünïcode — "quoted" 注文')).toBe('Ünïcode — "quoted" 注文');
});
