import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { errorMessage } from '../../lib/error.ts';
import { parseJson } from '../../lib/json.ts';
import { type Fields, fields, strings, text } from '../parse/fields.ts';
import { readOptional } from './contexts.ts';

/**
 * Registry logins as `docker login` stores them: in config.json, or in a credential helper that config.json names
 * (github.com/docker/cli/cli/config, github.com/docker/docker-credential-helpers). They are sent to the engine with the request that needs
 * them, and never shown, logged or stored.
 */

/** The fields of Docker's X-Registry-Auth header. */
export type RegistryLogin = { username?: string; password?: string; identitytoken?: string; serveraddress: string };

/** `problem`: why an expected login could not be read; contains no secrets. */
export type FoundLogin = { login?: RegistryLogin; problem?: string };

const DOCKER_HUB = 'https://index.docker.io/v1/';
/** How long to wait for a credential helper (ms): it may be asking a locked keychain. */
const HELPER_MS = 10_000;
const ANSWER_LIMIT = 64 * 1024;

/** The registry of an image name, as config.json spells it. */
function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return !named || first === 'docker.io' || first === 'index.docker.io' ? DOCKER_HUB : first;
}

/** The login for the registry of an image. `directory` is the docker CLI's; without one there are no logins. */
export async function registryLogin(reference: string, directory: string | undefined): Promise<FoundLogin> {
  if (directory === undefined) return {};
  const registry = registryOf(reference);
  try {
    const config = parsed(readOptional(join(directory, 'config.json'))?.toString('utf8') ?? '{}', 'config.json');
    const helper = strings(config.credHelpers)[registry] ?? text(config.credsStore);
    if (helper !== '') return { login: await askHelper(helper, registry) };
    return { login: loginOf(fields(config.auths), registry) };
  } catch (error) {
    return { problem: errorMessage(error) };
  }
}

/** Hides JSON.parse's own message, which quotes the text. */
function parsed(json: string, what: string): Fields {
  try {
    return fields(parseJson(json));
  } catch {
    throw new Error(`${what} is not valid JSON`);
  }
}

/** `auths` may name a registry as a URL, or by its host alone. */
function loginOf(auths: Fields, registry: string): RegistryLogin | undefined {
  const key = Object.keys(auths).find((one) => one === registry) ?? Object.keys(auths).find(sameHost(registry));
  if (key === undefined) return undefined;
  const { auth, identitytoken, username, password } = fields(auths[key]);
  if (text(identitytoken) !== '') return { identitytoken: text(identitytoken), serveraddress: registry };
  const [name = '', ...secret] = Buffer.from(text(auth), 'base64').toString('utf8').split(':');
  const login = { username: name || text(username), password: secret.join(':') || text(password) };
  return login.username === '' ? undefined : { ...login, serveraddress: registry };
}

function sameHost(registry: string): (key: string) => boolean {
  const hostOf = (name: string) => name.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return (key) => hostOf(key) === hostOf(registry);
}

/** Undefined if the helper has none. Error messages contain nothing of its answer. */
async function askHelper(name: string, registry: string): Promise<RegistryLogin | undefined> {
  if (!/^[\w.-]+$/.test(name)) throw new Error('config.json names a credential helper that is no program name');
  const program = `docker-credential-${name}`;
  const { code, output } = await runHelper(program, registry);
  if (code !== 0) {
    if (/credentials not found/.test(output)) return undefined;
    throw new Error(`${program} ended with status ${code ?? 'unknown'}`);
  }
  const { Username, Secret } = parsed(output, `the answer of ${program}`);
  const [username, secret] = [text(Username), text(Secret)];
  if (secret === '') return undefined;
  return username === '<token>'
    ? { identitytoken: secret, serveraddress: registry }
    : { username, password: secret, serveraddress: registry };
}

function runHelper(program: string, registry: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: HELPER_MS });
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      if (output.length < ANSWER_LIMIT) output += chunk;
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`${program} cannot be started (${error.code ?? 'unknown'})`)),
    );
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(registry);
  });
}
