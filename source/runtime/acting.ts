import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ActionSettings } from '../actions/action-settings.ts';
import { AUDIT_FILE, type Audit, auditDirectory, openAudit } from '../actions/audit/file.ts';
import { headFile } from '../actions/audit/head.ts';
import { identity } from '../actions/audit/identity.ts';
import type { GuardInput } from '../actions/guard.ts';
import { readHostRoom } from '../actions/host-room.ts';
import type { ActionTools } from '../actions/host-tools.ts';
import { hostTools } from '../actions/host-tools.ts';
import { allRunbooks } from '../actions/runbook/shipped.ts';
import type { ListedBackup } from '../backup/read.ts';
import { type BackupStore, backupStore } from '../backup/store.ts';
import { runChild } from '../compose/child.ts';
import { composeEnvironment } from '../compose/cli.ts';
import { composeTool } from '../compose/tool.ts';
import type { HeldInMemory } from '../desk/state.ts';
import { type Endpoint, resolveEndpoint } from '../engine/connect/endpoint.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { maskText } from '../lib/secrets.ts';
import type { Settings } from '../settings/schema.ts';
import { logBytes } from './log-size.ts';

/** The settings of actions, the same for the console and for `deskhand run`. */

/** Beside the audit log. */
export const ERRORS_FILE = 'errors.log';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Directory of the audit log and saved files. */
export function stateDirectory(settings: Settings, env: Environment): string {
  return settings.audit.directory ?? auditDirectory(env);
}

export function auditOf(settings: Settings, env: Environment, clock: Clock): Audit {
  const directory = stateDirectory(settings, env);
  return openAudit({
    directory,
    identity: identity(env),
    now: () => wallTime(clock),
    mask: maskText,
    headFile: headFile(env),
  });
}

export function actionSettings(settings: Settings): ActionSettings {
  const { stopTimeout, verify, stable } = settings.actions;
  return {
    stopTimeoutSeconds: stopTimeout,
    verifyMs: verify * 1000,
    stableMs: stable * 1000,
    services: settings.services,
    runbooks: allRunbooks(settings.runbooks),
    maintenance: settings.maintenance,
    backups: { keep: settings.backups.keep, maxAgeMs: daysMs(settings.backups.maxAge) },
  };
}

function daysMs(days: number | undefined): number | undefined {
  return days === undefined ? undefined : days * 24 * 3_600_000;
}

/** Directory of volume archives. */
function backupDirectory(settings: Settings, env: Environment): string {
  return settings.backups.directory ?? join(auditDirectory(env), 'backups');
}

/** The places of backups of volumes; new ones go to the first. */
export function backupPlaces(settings: Settings, env: Environment): readonly [string, ...string[]] {
  const directory = backupDirectory(settings, env);
  const { restic } = settings.backups;
  return restic === undefined ? [directory] : [`restic:${restic}`, directory];
}

/** Backups on this machine and, with the password that the settings name, in restic repositories. */
export function storeOf({ backups }: Settings, env: NodeJS.ProcessEnv): BackupStore {
  const file = backups.resticPasswordFile;
  return backupStore(file === undefined ? env : { ...env, RESTIC_PASSWORD_FILE: file });
}

/** Everything in the places of backups, newest first of each place; a place that cannot be read is a line of its own. */
export async function allBackups(settings: Settings, env: NodeJS.ProcessEnv): Promise<readonly ListedBackup[]> {
  const store = storeOf(settings, env);
  const places = backupPlaces(settings, env);
  const listed = places.map((place) =>
    store.list(place).catch((error: unknown): ListedBackup[] => [{ path: place, problem: errorWithAdvice(error) }]),
  );
  return (await Promise.all(listed)).flat();
}

/** The files and directories in use, by what they hold. `file`: the settings. */
export function pathsOf(settings: Settings, file: string, env: Environment): Readonly<Record<string, string>> {
  const state = stateDirectory(settings, env);
  return {
    settings: file,
    skins: join(dirname(file), 'skins'),
    audit: join(state, AUDIT_FILE),
    'audit head': headFile(env),
    errors: join(auditDirectory(env), ERRORS_FILE),
    backups: backupDirectory(settings, env),
    saved: join(state, 'saved'),
  };
}

/** The facilities of this machine for actions on the engine of this endpoint. */
export function toolsOf(endpoint: Endpoint, env: NodeJS.ProcessEnv, settings: Settings, clock: Clock): ActionTools {
  return {
    ...hostTools(env),
    compose: composeTool(endpoint, env),
    backups: storeOf(settings, env),
    docker: (words, running) => runChild(['docker', ...words], { env: composeEnvironment(endpoint, env), ...running }),
    backupDirectory: backupDirectory(settings, env),
    backupPlace: backupPlaces(settings, env)[0],
    room: endpoint.target.kind === 'unix' ? readHostRoom : undefined,
    stateDirectory: stateDirectory(settings, env),
    wallTime: () => wallTime(clock),
    // The engine's paths are this machine's only where its socket is.
    logBytes: endpoint.target.kind === 'unix' ? logBytes : async () => undefined,
  };
}

/** In-memory state that restarts lose, for the desk. */
export function heldInMemory(settings: Settings): HeldInMemory {
  return Object.fromEntries(
    Object.entries(settings.services).flatMap(([name, { memory }]) => (memory ? [[name, memory]] : [])),
  );
}

/** Whether it is read-only: globally, or by a docker context with the same engine, however it was reached. */
export function isReadonly(settings: Settings, endpoint: Reached, env: Environment): boolean {
  const names = Object.entries(settings.contexts).filter(([, { readonly }]) => readonly === true);
  return (
    settings.readonly || names.some(([name]) => name === endpoint.context || leadsTo(name, endpoint, settings, env))
  );
}

/** The key of an engine's address. */
type Reached = Pick<Endpoint, 'context' | 'target'>;

function leadsTo(context: string, endpoint: Reached, { hosts }: Settings, env: Environment): boolean {
  try {
    // What DOCKER_HOST says now is not what the context says.
    const { DOCKER_HOST: _, ...own } = env;
    const other = resolveEndpoint({ flags: { context }, hosts, env: own, home: env.HOME ?? homedir() });
    return addressOf(other) === addressOf(endpoint);
  } catch {
    // A missing or broken context has no address.
    return false;
  }
}

/**
 * What two ways to one engine have in common: the socket itself, whatever its name; of another machine its name, whether it is reached by
 * ssh, TCP or TLS. Ports of this machine may be tunnels to many engines: there the port counts.
 */
function addressOf({ target }: Reached): string {
  if (target.kind === 'unix') return realPath(target.path);
  const host = target.host.toLowerCase().replace(/\.$/, '');
  const port = target.kind === 'tcp' ? String(target.port) : (target.port ?? '22');
  return isLoopback(host) ? `this machine:${port}` : host;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The guards' view of the moment. */
export function guardOf(
  settings: Settings,
  readonly: boolean,
  now: number,
  metric: GuardInput['metric'],
  armedUntil?: number,
): GuardInput {
  return {
    readonly,
    markets: settings.market,
    conditions: settings.conditions,
    now,
    armedUntil,
    metric,
  };
}
