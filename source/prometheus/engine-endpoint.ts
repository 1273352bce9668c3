import { parseJson } from '../lib/json.ts';
import type { EndpointSetting } from './endpoints.ts';

/** Where the Docker Engine keeps its settings on Linux. */
export const DAEMON_FILE = '/etc/docker/daemon.json';

/**
 * The engine's own endpoint, if its daemon.json enables one (`"metrics-addr": "127.0.0.1:9323"`). `read` gives the file's
 * text and throws if it does not exist; a file that cannot be parsed counts as missing.
 */
export function engineEndpoint(read: () => string): EndpointSetting[] {
  try {
    const { 'metrics-addr': address } = parseJson(read()) as { 'metrics-addr'?: unknown };
    const [, host = '', port] = /^(.*):(\d+)$/.exec(typeof address === 'string' ? address : '') ?? [];
    if (port === undefined) return [];
    const reached = host === '' || host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host;
    return [{ name: 'docker engine', url: `http://${reached}:${port}/metrics`, origin: 'daemon.json' }];
  } catch {
    return [];
  }
}
