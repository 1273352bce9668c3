import { createCall } from '../engine/api/call.ts';
import { createEngine } from '../engine/api/client.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { SshMasters } from '../engine/connect/ssh-masters.ts';
import { wallTime } from '../lib/clock.ts';
import type { EngineId } from '../lib/ids.ts';
import type { Settings } from '../settings/schema.ts';
import { actionSettings, guardOf, isReadonly, toolsOf } from './acting.ts';
import { readConditionMetrics } from './condition-metrics.ts';
import type { OnceDeps } from './run-once.ts';

export type MeansDeps = Pick<OnceDeps, 'clock' | 'audit' | 'progress' | 'signal' | 'onForced'> & {
  settings: Settings;
  env: NodeJS.ProcessEnv;
  masters?: SshMasters;
  /** Until when read-only is lifted there. */
  armedUntil?(engine: EngineId): number | undefined;
};

/** Runs something with all that an action on this engine needs, and closes the connection after it. */
export async function onEndpoint<T>(
  endpoint: Endpoint,
  use: (deps: OnceDeps) => Promise<T>,
  { settings, env, masters, armedUntil, ...shared }: MeansDeps,
): Promise<T> {
  const { clock, signal } = shared;
  const engine = createEngine(endpoint, createCall(endpoint, clock, masters));
  const deps: OnceDeps = {
    ...shared,
    engine,
    tools: toolsOf(endpoint, env, settings, clock),
    settings: actionSettings(settings),
    guard: (metric) =>
      guardOf(settings, isReadonly(settings, endpoint, env), wallTime(clock), metric, armedUntil?.(engine.id)),
    metrics: (state) => readConditionMetrics(state, { settings, endpoint, engine, clock, signal }),
  };
  return use(deps).finally(() => engine.close());
}
