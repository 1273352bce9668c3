import { homedir } from 'node:os';
import { type Endpoint, resolveEndpoint } from '../engine/connect/endpoint.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

/** What every command takes from the command line. */
export type Flags = {
  host?: string;
  context?: string;
  config?: string;
  readonly?: boolean;
  project?: string;
};

export function settingsOf({ config, host, context, readonly }: Flags): Settings {
  return loadSettings({ env: process.env, file: config, flags: { host, context, readonly } });
}

/** The engine's endpoint: flags and settings first, then as the docker CLI resolves it. */
export function endpointOf({ host, context }: Settings): Endpoint {
  return resolveEndpoint({ flags: { host, context }, env: process.env, home: homedir() });
}
