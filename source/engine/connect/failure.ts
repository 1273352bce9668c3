import { Expired } from '../../lib/deadline.ts';
import { duration } from '../../lib/format.ts';
import { EngineError } from '../engine.ts';
import type { Endpoint } from './endpoint.ts';
import { type Explained, engineLog, oneLine } from './explained.ts';
import { explainSsh } from './failure-ssh.ts';
import { explainTls } from './failure-tls.ts';

/** Turns failures of Node, TLS, ssh and the engine into one sentence: what happened, where, and what to do next. */

/** What was tried, and where: `doing` completes "while …", such as "listing the containers". */
export type Attempt = { endpoint: Endpoint; doing: string };

/** An ssh process that ended; `stderr` is the unmodified end of its error output. */
export class SshEnded extends Error {
  readonly stderr: string;
  readonly exitCode: number | null;

  constructor(exitCode: number | null, stderr: string) {
    super(`ssh ended with ${exitCode}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** An ssh login that printed something before Docker answered; `exitCode`: how ssh ended, if it did. */
export class SshGreeting extends Error {
  readonly said: Uint8Array;
  readonly exitCode: number | null;

  constructor(said: Uint8Array, exitCode: number | null) {
    super('the login prints text');
    this.said = said;
    this.exitCode = exitCode;
  }
}

/** Converts anything thrown to an EngineError; an EngineError is returned unchanged. */
export function toEngineError(error: unknown, attempt: Attempt): EngineError {
  if (error instanceof EngineError) return error;
  const { kind, message, advice } = explain(error, attempt);
  return new EngineError(kind, message, advice, { cause: error });
}

function explain(error: unknown, { endpoint, doing }: Attempt): Explained {
  if (error instanceof Expired) return expired(error, endpoint, doing);
  if (error instanceof SshEnded) return explainSsh(error.stderr, error.exitCode, endpoint);
  if (error instanceof SshGreeting) return greeted(error, endpoint);
  const { name, code, message } = parts(error);
  if (name === 'AbortError') return { kind: 'cancelled', message: `Cancelled while ${doing}.`, advice: '' };
  return (
    explainTls(code, message, endpoint) ??
    explainGarbage(code, error, endpoint) ??
    explainConnection(code, endpoint) ??
    explainRest(code, message, endpoint, doing)
  );
}

function parts(error: unknown): { name: string; code: string; message: string } {
  if (!(error instanceof Error)) return { name: '', code: '', message: String(error) };
  // Several addresses were tried for one name: the first failure represents all.
  if (error instanceof AggregateError && error.errors.length > 0) return parts(error.errors[0]);
  return { name: error.name, code: 'code' in error ? String(error.code) : '', message: error.message };
}

function expired(error: Expired, endpoint: Endpoint, doing: string): Explained {
  return {
    kind: 'timeout',
    message: `The engine at ${endpoint.url} did not answer within ${duration(error.ms)} while ${doing}.`,
    advice:
      endpoint.target.kind === 'unix'
        ? `Is the engine stuck or the machine overloaded? See ${engineLog(endpoint.url)}.`
        : 'Is the host up and reachable?',
  };
}

/** Something answered that is not a Docker Engine; `why` completes the sentence. */
export function notDocker(endpoint: Endpoint, why: string): Explained {
  return {
    kind: 'not-docker',
    message: `No Docker Engine answers at ${endpoint.url}: ${why}.`,
    advice: `Check the address (from ${endpoint.origin}).`,
  };
}

/** If the login printed text and then ended, it never reached Docker: its text is the reason. */
function greeted({ said, exitCode }: SshGreeting, endpoint: Endpoint): Explained {
  const text = `prints text before Docker answers: "${firstLine(said)}"`;
  const host = endpoint.target.kind === 'ssh' ? endpoint.target.host : endpoint.host;
  if (exitCode !== null && exitCode !== 0)
    return {
      kind: 'not-docker',
      message: `The login on ${host} ${text}, and ended with ${exitCode}.`,
      advice: 'Log in by hand to see all of it: the account may not be allowed to run commands there.',
    };
  return {
    kind: 'not-docker',
    message: `The login on ${host} ${text}.`,
    advice:
      'Print it in interactive shells only (a test of $- or $PS1 in .bashrc), or remove it from the forced command.',
  };
}

function explainGarbage(code: string, error: unknown, endpoint: Endpoint): Explained | undefined {
  if (!code.startsWith('HPE_')) return undefined;
  const raw = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined;
  const said = raw instanceof Uint8Array ? firstLine(raw) : '';
  return notDocker(endpoint, `the server does not speak HTTP${said === '' ? '' : ` and sent "${said}"`}`);
}

/** For an answer that is not HTTP: bytes examined, and characters quoted. */
const LOOKED_AT = 4096;
const QUOTED = 60;

/** The first non-empty line of an answer that is not HTTP; safe to show. */
function firstLine(raw: Uint8Array): string {
  const lines = new TextDecoder().decode(raw.subarray(0, LOOKED_AT)).split(/[\r\n]+/);
  const line = oneLine(lines.find((one) => one.trim() !== '') ?? '').trim();
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}

/** Failures before a connection existed: the socket, its permissions, the network. */
function explainConnection(code: string, endpoint: Endpoint): Explained | undefined {
  const { target, origin, url } = endpoint;
  if (target.kind === 'unix') return SOCKET[code]?.(target.path, origin);
  if (target.kind === 'tcp') return NETWORK[code]?.(url, target.host, origin);
  if (code !== 'ENOENT' && code !== 'EACCES') return undefined;
  return {
    kind: 'ssh',
    message: 'The program `ssh` cannot be started on this machine.',
    advice: 'Install an OpenSSH client: ssh:// engines are reached through it.',
  };
}

const noSocket = (path: string, origin: string): Explained => ({
  kind: 'no-socket',
  message: `There is no engine socket at ${path} (${origin}).`,
  advice:
    'Is dockerd running? `systemctl start docker` starts it; `deskhand demo` shows the console without an engine.',
});

const noPermission = (path: string, origin: string): Explained => ({
  kind: 'permission-denied',
  message: `Permission denied on the engine socket ${path} (${origin}).`,
  advice:
    'Join its group: `sudo usermod -aG docker $USER`, then log in again. ' +
    'Or use sudo, or a rootless engine: DOCKER_HOST=unix://$XDG_RUNTIME_DIR/docker.sock.',
});

const SOCKET: Readonly<Record<string, (path: string, origin: string) => Explained>> = {
  ENOENT: noSocket,
  ENOTDIR: noSocket,
  EACCES: noPermission,
  EPERM: noPermission,
  ECONNREFUSED: (path, origin) => ({
    kind: 'connection-refused',
    message: `Nothing listens on the engine socket ${path} (${origin}).`,
    advice:
      'The engine stopped and left its socket behind: `systemctl start docker` starts it; `deskhand demo` needs no engine.',
  }),
};

const unresolved = (_url: string, host: string, origin: string): Explained => ({
  kind: 'host-not-found',
  message: `The host name ${host} cannot be resolved (${origin}).`,
  advice: 'Check the name and the DNS of this machine.',
});

const unreachable = (_url: string, host: string, origin: string): Explained => ({
  kind: 'host-not-found',
  message: `No route to the host ${host} (${origin}).`,
  advice: 'Is the host up, and the network or VPN connected?',
});

const NETWORK: Readonly<Record<string, (url: string, host: string, origin: string) => Explained>> = {
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ECONNREFUSED: (url, _host, origin) => ({
    kind: 'connection-refused',
    message: `${url} refused the connection (${origin}).`,
    advice: 'Does dockerd listen there? By default it only listens on its socket; ssh://USER@HOST needs no extra port.',
  }),
  ETIMEDOUT: (url, _host, origin) => ({
    kind: 'timeout',
    message: `${url} did not accept the connection (${origin}).`,
    advice: 'Is the host up, and does a firewall block it?',
  }),
};

const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

function explainRest(code: string, message: string, { url, origin }: Endpoint, doing: string): Explained {
  if (CLOSED.has(code)) {
    return {
      kind: 'closed',
      message: `The engine at ${url} closed the connection while ${doing}.`,
      advice: 'It may be restarting.',
    };
  }
  return {
    kind: 'closed',
    message: `The connection to ${url} failed while ${doing}: ${oneLine(message) || code}.`,
    advice: `Check the address (from ${origin}).`,
  };
}
