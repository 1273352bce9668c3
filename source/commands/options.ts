import { homedir } from 'node:os';
import { currentContext } from '../engine/connect/contexts.ts';
import { type Endpoint, resolveEndpoint } from '../engine/connect/endpoint.ts';
import { isOff } from '../fleet/model.ts';
import { systemClock, wallTime } from '../lib/clock.ts';
import { endpointNamed, hostSpecs } from '../runtime/hosts.ts';
import { loadSettings, readDocument, type SettingsSources } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { numberOf, parseBandwidth, parseEvery, parsePercent } from './command-line.ts';

/** The options of every command. */
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
  /** What the console may cost: percent of one CPU, and bytes a second to the terminal. */
  budget?: string;
  bandwidth?: string;
  project?: string;
};

export function settingsOf(flags: Flags): Settings {
  return loadSettings(sourcesOf(flags));
}

/** The settings file of a console, and how it is read again. */
export function readAgain(flags: Flags) {
  const read = () => {
    const sources = sourcesOf(flags);
    return { settings: loadSettings(sources), document: readDocument(sources) };
  };
  return { document: readDocument(sourcesOf(flags)), read };
}

/** Where the settings come from. */
export function sourcesOf(given: Flags): SettingsSources {
  const { config, host, context, readonly, write, headless, refresh, budget, bandwidth } = given;
  const every = numberOf(refresh, (text) => parseEvery(text, 'refresh'));
  const flags = {
    host,
    context,
    readonly: write ? false : readonly,
    screen: { header: headless ? false : undefined },
    usage: { every: every === undefined ? undefined : every / 1000 },
    budget: { cpu: numberOf(budget, parsePercent), bandwidth: numberOf(bandwidth, parseBandwidth) },
  };
  return { env: process.env, file: config, flags };
}

/** A console that begins with the fleet: the engine beside it is the one asked for, where that is one of the fleet, else its first. */
export function fleetConsole(settings: Settings, env: NodeJS.ProcessEnv): { endpoint: Endpoint; settings: Settings } {
  if (settings.host !== undefined || settings.context !== undefined)
    return { endpoint: endpointOf(settings), settings };
  const members = hostSpecs(settings, env).filter(({ member }) => member);
  const wall = wallTime(systemClock);
  const current = currentContext({ env, home: homedir() });
  const first =
    members.find(({ name }) => name === current) ?? members.find((spec) => !isOff(spec, wall)) ?? members[0];
  return { endpoint: first ? endpointNamed(first.name, settings, env) : endpointOf(settings), settings };
}

/** The engine's endpoint: flags and settings first, then as the docker CLI resolves it. */
export function endpointOf({ host, context, hosts }: Settings): Endpoint {
  return resolveEndpoint({ flags: { host, context }, hosts, env: process.env, home: homedir() });
}
