import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../../lib/error.ts';
import { parseJson } from '../../lib/json.ts';
import { compareNames } from '../../lib/natural.ts';
import { EngineError } from '../engine.ts';
import { type Fields, fields, strings, text } from '../parse/fields.ts';

/** The docker CLI's context store: ~/.docker/contexts, or below DOCKER_CONFIG. Formats as in github.com/docker/cli/cli/context/store. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** PEM files of a TLS endpoint; absent ones are undefined. */
export type TlsFiles = { ca?: Buffer; cert?: Buffer; key?: Buffer };

export type Context = {
  name: string;
  description: string;
  /** As configured: unix://…, tcp://…, ssh://…; empty means the default socket. */
  host: string;
  skipTlsVerify: boolean;
};

export type ListedContext = Context & {
  current: boolean;
  /** Why this context cannot be used, such as a broken meta.json. */
  error?: string;
};

export type ContextSource = { env: Environment; home: string };

/** Name of the context that stands for flags, environment and default socket instead of a stored one. */
export const DEFAULT_CONTEXT = 'default';

/** Directory of the docker CLI's configuration. */
export function configDirectory({ env, home }: ContextSource): string {
  return env.DOCKER_CONFIG || join(home, '.docker');
}

/** The content of config.json: the current context and the headers to send with every request. A missing file counts as empty. */
export function readConfig(source: ContextSource): { currentContext: string; headers: Record<string, string> } {
  const path = join(configDirectory(source), 'config.json');
  const bytes = readOptional(path);
  if (bytes === undefined) return { currentContext: '', headers: {} };
  const config = parseObject(path, bytes);
  return { currentContext: text(config.currentContext), headers: strings(config.HttpHeaders) };
}

/** One stored context. Fails with an EngineError `bad-endpoint` if it does not exist or its file is broken. */
export function readContext(name: string, source: ContextSource): Context {
  const path = join(metaDirectory(source), identity(name), 'meta.json');
  const bytes = readOptional(path);
  if (bytes === undefined) {
    const known = listContexts(source).map((context) => context.name);
    throw new EngineError(
      'bad-endpoint',
      `There is no docker context "${name}".`,
      `Known contexts: ${known.join(', ')}. \`docker context ls\` lists them.`,
    );
  }
  return toContext(path, bytes);
}

/** TLS files stored with a context; undefined if it has none. */
export function readContextTls(name: string, source: ContextSource): TlsFiles | undefined {
  const directory = join(configDirectory(source), 'contexts', 'tls', identity(name), 'docker');
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readOptional(join(directory, file)));
  return ca || cert || key ? { ca, cert, key } : undefined;
}

/** Every context of the docker CLI, `default` first, the others by name; a broken one is listed with its error. */
export function listContexts(source: ContextSource): ListedContext[] {
  const current = currentContext(source);
  const stored = metaFiles(source).map((path) => listed(path, current));
  const first: ListedContext = {
    name: DEFAULT_CONTEXT,
    description: source.env.DOCKER_HOST ? 'DOCKER_HOST' : 'the default socket',
    host: withoutSecrets(source.env.DOCKER_HOST ?? ''),
    skipTlsVerify: false,
    current: current === DEFAULT_CONTEXT,
  };
  return [first, ...stored.sort((a, b) => compareNames(a.name, b.name))];
}

/** Name of the context in effect without flags: DOCKER_HOST means `default`, then DOCKER_CONTEXT, then config.json. */
export function currentContext(source: ContextSource): string {
  if (source.env.DOCKER_HOST) return DEFAULT_CONTEXT;
  return source.env.DOCKER_CONTEXT || readConfig(source).currentContext || DEFAULT_CONTEXT;
}

/** A url without its user and password. */
export function withoutSecrets(url: string): string {
  return url.replace(/:\/\/[^/]*:[^/]*@/, '://***@');
}

function listed(path: string, current: string): ListedContext {
  try {
    const context = toContext(path, readFileSync(path));
    return { ...context, host: withoutSecrets(context.host), current: context.name === current };
  } catch (error) {
    const why = errorMessage(error);
    return { name: path, description: '', host: '', skipTlsVerify: false, current: false, error: why };
  }
}

function toContext(path: string, bytes: Buffer): Context {
  const meta = parseObject(path, bytes);
  const endpoint = fields(fields(meta.Endpoints).docker);
  return {
    name: text(meta.Name),
    description: text(fields(meta.Metadata).Description),
    host: text(endpoint.Host),
    skipTlsVerify: endpoint.SkipTLSVerify === true,
  };
}

function metaFiles(source: ContextSource): string[] {
  const directory = metaDirectory(source);
  try {
    return readdirSync(directory).map((id) => join(directory, id, 'meta.json'));
  } catch {
    return [];
  }
}

function metaDirectory(source: ContextSource): string {
  return join(configDirectory(source), 'contexts', 'meta');
}

function identity(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function parseObject(path: string, bytes: Buffer): Fields {
  try {
    return fields(parseJson(bytes.toString('utf8')));
  } catch (cause) {
    throw new EngineError(
      'bad-endpoint',
      `${path} is not valid JSON.`,
      'Repair the file, or name the engine with --host.',
      {
        cause,
      },
    );
  }
}

/** The file's bytes; undefined if it does not exist. Other failures name the file. */
export function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EngineError('bad-endpoint', `${path} cannot be read: ${code}.`, 'Check its owner and mode.', {
      cause,
    });
  }
}
