import { homedir } from 'node:os';
import { type Endpoint, resolveEndpoint } from '../engine/connect/endpoint.ts';
import { allGroups } from '../panes/registry.ts';
import {
  loadSettings,
  readDocument,
  type SettingsDocument,
  SettingsError,
  type SettingsSources,
} from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { rebind } from '../ui/keymap.ts';
import { numberOf, parseEvery } from './command-line.ts';

/** What every command takes from the command line. */
export type Flags = {
  host?: string;
  context?: string;
  config?: string;
  readonly?: boolean;
  /** The opposite of readonly, against the settings. */
  write?: boolean;
  headless?: boolean;
  /** Time between two readings of usage. */
  refresh?: string;
  project?: string;
};

export function settingsOf(flags: Flags): Settings {
  return loadSettings(sourcesOf(flags));
}

/** Where the settings come from. */
export function sourcesOf({ config, host, context, readonly, write, headless, refresh }: Flags): SettingsSources {
  const every = numberOf(refresh, (text) => parseEvery(text, 'refresh'));
  const flags = {
    host,
    context,
    readonly: write ? false : readonly,
    screen: { header: headless ? false : undefined },
    usage: { every: every === undefined ? undefined : every / 1000 },
  };
  return { env: process.env, file: config, flags };
}

/** The settings as far as they can be used, and all that is wrong with them: for the doctor, whom nothing broken may stop. */
export function examinedSettings(flags: Flags): {
  settings: Settings;
  document: SettingsDocument | undefined;
  problems: readonly string[];
} {
  try {
    const document = readDocument({ env: process.env, file: flags.config });
    const settings = settingsOf(flags);
    const { errors } = rebind(allGroups, settings.keys);
    return { settings, document, problems: errors.map((error) => `${error} (${document.place(['keys'])})`) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const { host, context, readonly } = flags;
    const settings = loadSettings({ env: { HOME: '/nonexistent' }, flags: { host, context, readonly } });
    return { settings, document: undefined, problems: error.problems };
  }
}

/** The engine's endpoint: flags and settings first, then as the docker CLI resolves it. */
export function endpointOf({ host, context }: Settings): Endpoint {
  return resolveEndpoint({ flags: { host, context }, env: process.env, home: homedir() });
}
