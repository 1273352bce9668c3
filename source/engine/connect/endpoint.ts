import { hostname } from 'node:os';
import { join } from 'node:path';
import { type EngineId, engineId } from '../../lib/ids.ts';
import { EngineError } from '../engine.ts';
import {
  type ContextSource,
  configDirectory,
  currentContext,
  DEFAULT_CONTEXT,
  type Environment,
  readConfig,
  readContext,
  readContextTls,
  readOptional,
  type TlsFiles,
  withoutSecrets,
} from './contexts.ts';

/** Where the engine is, resolved exactly as the docker CLI does it (github.com/docker/cli: cli/command/cli.go, opts/hosts.go). */

export type TlsOptions = TlsFiles & { verify: boolean };

export type EndpointTarget =
  | { kind: 'unix'; path: string }
  /** `prefix`: path prepended to every request, without a trailing slash. */
  | { kind: 'tcp'; host: string; port: number; prefix: string; tls?: TlsOptions }
  /** `socket`: the engine's socket on the remote host, if it is not the default one. */
  | { kind: 'ssh'; user?: string; host: string; port?: string; socket?: string };

export type Endpoint = {
  target: EndpointTarget;
  /** For display, without passwords: unix:///var/run/docker.sock, ssh://ops@prod. */
  url: string;
  /** Where it came from, in words: "--host", "context prod", "DOCKER_HOST", "the default socket". */
  origin: string;
  /** Name of the docker context; `default` if there is none. */
  context: string;
  /** Its display name and id: the context's name, else the url. */
  name: EngineId;
  /** The machine that the engine runs on; this machine's own name for a local socket. */
  host: string;
  /** HttpHeaders of the docker CLI's config.json. */
  headers: Readonly<Record<string, string>>;
  /** Directory of the docker CLI's configuration, which holds the registry logins. Absent: no logins. */
  configDirectory?: string;
};

export type EndpointSource = ContextSource & {
  flags: { host?: string; context?: string };
  /** Hosts from the settings by name, which a context may refer to. A host without an endpoint is the docker context of that name. */
  hosts?: Readonly<Record<string, { endpoint?: string }>>;
  /** Name of this machine; the system's own by default. */
  hostname?: string;
};

const DEFAULT_SOCKET = '/var/run/docker.sock';

/**
 * The endpoint in effect: --host, --context, DOCKER_HOST, DOCKER_CONTEXT, the current context of config.json, the default
 * socket, in this order. Fails with an EngineError `bad-endpoint`.
 */
export function resolveEndpoint(source: EndpointSource): Endpoint {
  const { flags, env } = source;
  if (flags.host && flags.context) {
    throw bad('--host and --context name two engines.', 'Give one of them.');
  }
  const context = flags.context || (flags.host ? DEFAULT_CONTEXT : currentContext(source));
  if (context !== DEFAULT_CONTEXT) return fromContext(context, source);
  const given = flags.host ?? env.DOCKER_HOST ?? '';
  const origin = flags.host ? '--host' : given ? 'DOCKER_HOST' : 'the default socket';
  const tls = environmentTls(source);
  // Like the docker CLI: TLS without a host means this machine's TLS port.
  const url = given.trim() || (tls ? 'tcp://localhost:2376' : `unix://${DEFAULT_SOCKET}`);
  return build(url, { origin: given || !tls ? origin : tlsVariable(env), context, tls }, source);
}

function fromContext(name: string, source: EndpointSource): Endpoint {
  const own = Object.hasOwn(source.hosts ?? {}, name) ? source.hosts?.[name]?.endpoint : undefined;
  if (own !== undefined)
    return build(own, { origin: `host ${name}`, context: name, tls: environmentTls(source) }, source);
  const context = readContext(name, source);
  const files = readContextTls(name, source);
  const tls = files || context.skipTlsVerify ? { ...files, verify: !context.skipTlsVerify } : undefined;
  const from = source.flags.context ? '--context' : source.env.DOCKER_CONTEXT ? 'DOCKER_CONTEXT' : '';
  const origin = from ? `context ${name} (${from})` : `context ${name}`;
  return build(context.host || `unix://${DEFAULT_SOCKET}`, { origin, context: name, tls }, source);
}

/** DOCKER_TLS_VERIFY and DOCKER_TLS count when they are not empty, whatever their value; the client's own key is optional. */
function environmentTls(source: EndpointSource): TlsOptions | undefined {
  const { env } = source;
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_TLS) return undefined;
  const directory = env.DOCKER_CERT_PATH || configDirectory(source);
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readOptional(join(directory, file)));
  if (!ca) {
    throw bad(
      `TLS is asked for (${tlsVariable(env)}), but ${join(directory, 'ca.pem')} does not exist.`,
      'Set DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and key.pem.',
    );
  }
  return { ca, cert, key, verify: Boolean(env.DOCKER_TLS_VERIFY) };
}

function tlsVariable(env: Environment): string {
  return env.DOCKER_TLS_VERIFY ? 'DOCKER_TLS_VERIFY' : 'DOCKER_TLS';
}

type Origin = { origin: string; context: string; tls?: TlsOptions };

function build(url: string, from: Origin, source: EndpointSource): Endpoint {
  const target = parseTarget(url, from);
  const shown = show(target);
  return {
    target,
    url: shown,
    origin: from.origin,
    context: from.context,
    name: engineId(from.context === DEFAULT_CONTEXT ? shown : from.context),
    host: target.kind === 'unix' ? (source.hostname ?? hostname()) : target.host,
    headers: readConfig(source).headers,
    configDirectory: configDirectory(source),
  };
}

function parseTarget(text: string, from: Origin): EndpointTarget {
  const separator = text.indexOf('://');
  // A bare host means tcp, as for the docker CLI.
  const scheme = separator < 0 ? 'tcp' : text.slice(0, separator);
  const rest = separator < 0 ? text : text.slice(separator + 3);
  switch (scheme) {
    case 'unix':
      return { kind: 'unix', path: rest || DEFAULT_SOCKET };
    case 'tcp':
    case 'http':
    case 'https':
      return tcpTarget(scheme, rest, from);
    case 'ssh':
      return sshTarget(rest, from);
    case 'npipe':
      throw bad(
        `${from.origin} names a Windows pipe.`,
        'Run deskhand where the engine has a unix socket, such as inside WSL.',
      );
    default:
      throw bad(
        `${from.origin} has an unknown address scheme: ${withoutSecrets(text)}`,
        'Supported: unix://PATH, tcp://HOST:PORT, http(s)://HOST:PORT and ssh://USER@HOST.',
      );
  }
}

const WEB_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

function tcpTarget(scheme: 'tcp' | 'http' | 'https', rest: string, from: Origin): EndpointTarget {
  // `http:` for parsing: URL treats hosts of unknown schemes as opaque. A trailing colon means the default port.
  const url = parseUrl(
    `http://${rest.replace(/:(?=\/|$)/, '').replace(/^(?=:|\/|$)/, 'localhost')}`,
    scheme,
    rest,
    from,
  );
  if (url.username || url.password || url.search || url.hash) {
    throw bad(`${from.origin} must not contain a user, a password or a query.`, 'Use tcp://HOST:PORT and TLS files.');
  }
  // URL drops the scheme's default port (80), so the text is examined.
  const port = /:(\d+)(?:\/|$)/.exec(rest.replace(/^\[[^\]]*\]/, ''))?.[1];
  return {
    kind: 'tcp',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : (WEB_PORTS[scheme] ?? 2375),
    prefix: url.pathname.replace(/\/+$/, ''),
    tls: scheme === 'http' ? undefined : (from.tls ?? (scheme === 'https' ? { verify: true } : undefined)),
  };
}

/** Names that reach ssh's command line and, through %h and %r, the shell of a ProxyCommand. */
const SSH_NAME = /^[\w.:%@+\\][\w.:%@+\\-]*$/;

function sshTarget(rest: string, from: Origin): EndpointTarget {
  const url = parseUrl(`ssh://${rest}`, 'ssh', rest, from);
  if (url.password) {
    throw bad(
      `${from.origin} contains a password, which ssh:// does not support.`,
      'Use a key: ssh-agent, or IdentityFile in ~/.ssh/config.',
    );
  }
  if (url.search || url.hash)
    throw bad(`${from.origin} must not contain a query or a fragment.`, 'Use ssh://USER@HOST:PORT/PATH.');
  const user = decoded(url.username);
  const host = decoded(url.hostname).replace(/^\[|\]$/g, '');
  if (!SSH_NAME.test(host) || (user && !SSH_NAME.test(user))) {
    throw bad(
      `${from.origin} names a host or user that ssh would misinterpret: ${withoutSecrets(`ssh://${rest}`)}`,
      'Use ssh://USER@HOST.',
    );
  }
  const socket = decoded(url.pathname);
  return {
    kind: 'ssh',
    host,
    ...(user && { user }),
    ...(url.port && { port: url.port }),
    ...(socket.replaceAll('/', '') && { socket }),
  };
}

function parseUrl(url: string, scheme: string, rest: string, from: Origin): URL {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) {
    throw bad(
      `${from.origin} is not an address: ${withoutSecrets(`${scheme}://${rest}`)}`,
      `Use ${scheme}://HOST:PORT.`,
    );
  }
  return parsed;
}

function show(target: EndpointTarget): string {
  if (target.kind === 'unix') return `unix://${target.path}`;
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  if (target.kind === 'tcp') return `tcp://${host}:${target.port}${target.prefix}`;
  return `ssh://${target.user ? `${target.user}@` : ''}${host}${target.port ? `:${target.port}` : ''}${target.socket ?? ''}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bad(message: string, advice: string): EngineError {
  return new EngineError('bad-endpoint', message, advice);
}
