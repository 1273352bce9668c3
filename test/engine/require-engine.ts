import http from 'node:http';
import { describe, it } from 'vitest';

/**
 * For tests that need a real Docker Engine, the one of DOCKER_HOST or of the default socket. Asked without deskhand's own
 * code, so that a fault in it fails tests rather than skipping them.
 */

const host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock';

/** Where the engine for tests is, as DOCKER_HOST writes it. */
export const engineHost = host;

/** True when a Docker Engine answers there. */
const engineAvailable = await answers();

function answers(): Promise<boolean> {
  const { hostname, port } = URL.parse(host.replace(/^tcp:/, 'http:')) ?? { hostname: '', port: '' };
  const to = host.startsWith('unix://') ? { socketPath: host.slice(7) } : { host: hostname, port: port || 2375 };
  return new Promise((resolve) => {
    const request = http.get({ ...to, path: '/_ping', timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 && response.headers['api-version'] !== undefined);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/**
 * As `describe`, for a suite that needs the engine: where none answers it is skipped and says so, but with
 * DESKHAND_REQUIRE_ENGINE=1 it fails.
 */
export function describeEngine(name: string, suite: () => void): void {
  if (engineAvailable) {
    describe(name, suite);
    return;
  }
  const why = `no Docker Engine answers at ${host}`;
  if (process.env.DESKHAND_REQUIRE_ENGINE !== '1') {
    console.warn(`Skipped: ${name}: ${why}.`);
    describe.skip(`${name} (skipped: ${why})`, suite);
    return;
  }
  describe(name, () => {
    it('needs a Docker Engine', () => {
      throw new Error(`${why}, and DESKHAND_REQUIRE_ENGINE=1 forbids to skip`);
    });
  });
}
