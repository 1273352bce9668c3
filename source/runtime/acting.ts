import type { ActionSettings, ActionTools } from '../actions/action.ts';
import { type Audit, auditDirectory, identity, openAudit } from '../actions/audit/file.ts';
import type { GuardInput } from '../actions/guard.ts';
import { composeTool } from '../compose/tool.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { maskText } from '../lib/secrets.ts';
import type { Settings } from '../settings/schema.ts';

/** What actions take from the settings: the same for the console and for `deskhand run`. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the audit log and what is saved lie. */
export function stateDirectory(settings: Settings, env: Environment): string {
  return settings.audit.directory ?? auditDirectory(env);
}

export function auditOf(settings: Settings, env: Environment, clock: Clock): Audit {
  const directory = stateDirectory(settings, env);
  return openAudit({ directory, identity: identity(env), now: () => wallTime(clock), mask: maskText });
}

export function actionSettings(settings: Settings): ActionSettings {
  const { stopTimeout, verify, stable } = settings.actions;
  return {
    stopTimeoutSeconds: stopTimeout,
    verifyMs: verify * 1000,
    stableMs: stable * 1000,
    services: settings.services,
  };
}

/** The programs of this machine that actions use, on the engine of this endpoint. */
export function toolsOf(endpoint: Endpoint, env: NodeJS.ProcessEnv): ActionTools {
  return { compose: composeTool(endpoint, env) };
}

/** Read-only altogether, or for the docker context that is connected. */
export function isReadonly(settings: Settings, context: string): boolean {
  return settings.readonly || settings.contexts[context]?.readonly === true;
}

/** The guards' view of the moment, but for the metrics. */
export function guardOf(
  settings: Settings,
  context: string,
  now: number,
  metric: GuardInput['metric'],
  armedUntil?: number,
): GuardInput {
  return {
    readonly: isReadonly(settings, context),
    markets: settings.market,
    conditions: settings.conditions,
    now,
    armedUntil,
    metric,
  };
}
