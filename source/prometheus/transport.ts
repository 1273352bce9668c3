import type { MetricsEndpoint } from './endpoints.ts';
import { FetchError, type Fetched, type FetchOptions, fetchUrl } from './fetch.ts';

/** How an endpoint's page is fetched. */
export type Transport = (endpoint: MetricsEndpoint, options: FetchOptions) => Promise<Fetched>;

/** Runs a command in a container; returns its exit code and output. Exit 126 and 127 mean that the command does not exist. */
export type Exec = (
  container: string,
  command: readonly string[],
  options: { signal?: AbortSignal; timeoutMs: number; maxBytes: number },
) => Promise<{ exitCode: number; stdout: Buffer; stderr: string }>;

/**
 * Commands that fetch a page, most common first. They have no timeout option: busybox's wget, linked statically,
 * dies of a segmentation fault with `-T` (Debian 12), and `exec` ends what takes too long.
 */
const COMMANDS: readonly ((url: string) => readonly string[])[] = [
  (url) => ['curl', '-sSf', url],
  (url) => ['wget', '-q', '-O', '-', url],
  (url) => ['busybox', 'wget', '-q', '-O', '-', url],
];

/**
 * Over HTTP if the endpoint has an address, else, if `exec` is given (allowed), by curl, wget or busybox inside its container. The command
 * that worked is remembered.
 */
export function transportOf(exec?: Exec): Transport {
  const working = new Map<string, number>();
  return async (endpoint, options) => {
    const { inside, containerId, name } = endpoint;
    if (endpoint.url !== '') return fetchUrl(endpoint.url, options);
    if (inside === undefined || containerId === undefined) throw new FetchError(`${name} has no address`);
    if (exec === undefined) {
      throw new FetchError(
        `port ${inside.port} of ${name} is not published and its address cannot be reached from here: publish it, or allow metrics.exec`,
      );
    }
    const known = working.get(containerId);
    const tries = known === undefined ? COMMANDS.map((_, index) => index) : [known];
    for (const index of tries) {
      const answer = await runIn(exec, endpoint, index, options);
      if (answer === undefined) continue;
      working.set(containerId, index);
      return answer;
    }
    working.delete(containerId);
    throw new FetchError(`${name} has neither curl nor wget nor busybox to read its port ${inside.port}`);
  };
}

/** Undefined if the container has no such command. */
async function runIn(
  exec: Exec,
  { inside, containerId, name }: MetricsEndpoint,
  index: number,
  { signal, timeoutMs = 5_000, maxBytes = 64 * 1024 * 1024 }: FetchOptions,
): Promise<Fetched | undefined> {
  const url = `http://127.0.0.1:${inside?.port}${inside?.path}`;
  const command = COMMANDS[index]?.(url) ?? [];
  const { exitCode, stdout, stderr } = await exec(containerId ?? '', command, { signal, timeoutMs, maxBytes });
  if (exitCode === 0) return { status: 200, contentType: '', body: stdout };
  if (exitCode === 126 || exitCode === 127) return undefined;
  const said = stderr.split('\n', 1)[0]?.trim();
  throw new FetchError(`${command[0]} in ${name} could not read ${url}: ${said || `exit code ${exitCode}`}`);
}
