import { setTimeout as sleep } from 'node:timers/promises';
import type { Danger } from '../actions/action.ts';
import type { Audit } from '../actions/audit/file.ts';
import type { Answer } from '../actions/audit/record.ts';
import { isTrouble, severity } from '../desk/levels.ts';
import type { Level, Verdict } from '../desk/model.ts';
import type { FleetHost } from '../fleet/model.ts';
import { hindrance, type LeftOut, planRollout, stopReason } from '../fleet/rollout.ts';
import { errorMessage } from '../lib/error.ts';
import { duration, plural } from '../lib/format.ts';
import { type EngineId, engineId } from '../lib/ids.ts';
import { forEachLimited } from '../lib/limit.ts';
import { type OnceDeps, type OnceReport, type OnceRequest, runOnce } from './run-once.ts';

/** One action on many hosts: a canary, then batches; each host by itself, with its own plan, guards, verification and records. */

export type RolloutDeps = {
  /** One look at the hosts of these names, or at the whole fleet. */
  look(names?: readonly EngineId[]): Promise<readonly FleetHost[]>;
  /** Runs something with the means of one host, and closes the connection after it. */
  onHost<T>(name: EngineId, use: (deps: OnceDeps) => Promise<T>): Promise<T>;
  audit: Audit;
  progress(text: string): void;
  signal: AbortSignal;
};

export type HostsPlan = {
  request: OnceRequest;
  waves: readonly (readonly EngineId[])[];
  leftOut: readonly LeftOut[];
  /** What will be done, by host. */
  plans: ReadonlyMap<EngineId, OnceReport>;
  /** Of the most dangerous host. */
  danger: Danger;
  /** `exness/redis on 5 hosts`: to be typed. */
  name: string;
};

export type HostsResult = {
  done: HostResult[];
  failed: HostResult[];
  /** Left out at their own turn. */
  skipped: LeftOut[];
  notBegun: readonly EngineId[];
  stopped?: string;
  /** Nothing was done, since it could not be recorded. */
  unrecorded?: string;
};

/** `before`: how its desk was right before. */
export type HostResult = { host: EngineId; report: OnceReport; error?: string; before?: Level };

/** Plans that are made at once. */
const PLANNED = 8;
/** Between two waves (ms). */
const SOAK_MS = 10_000;

/** What would be done on these hosts, seen beside the whole fleet; a host whose own plan is refused is left out. */
export async function planOnHosts(
  request: OnceRequest,
  chosen: readonly FleetHost[],
  fleet: readonly FleetHost[],
  { onHost }: Pick<RolloutDeps, 'onHost'>,
  batch?: number,
): Promise<HostsPlan> {
  const { waves, leftOut } = planRollout(chosen, fleet, { batch });
  const plans = new Map<EngineId, OnceReport>();
  const refused: LeftOut[] = [];
  await forEachLimited(waves.flat(), PLANNED, async (host) => {
    const {
      host: _,
      report,
      error,
    } = await onHost(host, (deps) => runOnce(request, {}, deps)).then(
      (report): HostResult => ({ host, report, error: undefined }),
      (thrown: unknown): HostResult => ({ host, report: {}, error: errorMessage(thrown) }),
    );
    const why = reasonOf({ host, report, error });
    if (why === undefined) plans.set(host, report);
    else refused.push({ host, why });
  });
  const going = waves.map((wave) => wave.filter((host) => plans.has(host))).filter((wave) => wave.length > 0);
  const danger = Math.max(0, ...[...plans.values()].map((report) => report.danger ?? 0)) as Danger;
  const count = going.flat().length;
  const name = `${request.target} on ${plural(count, 'host')}`;
  return { request, waves: going, leftOut: [...leftOut, ...refused], plans, danger, name };
}

/** Does it, wave by wave. The run as a whole is recorded at its begin and its end, each host as any action. */
export async function rollOut(
  plan: HostsPlan,
  { soakMs = SOAK_MS, reason }: { soakMs?: number; reason?: string },
  deps: RolloutDeps,
): Promise<HostsResult> {
  const { waves, request, danger, name } = plan;
  const hosts = waves.flat();
  const what = `${request.action.name} ${name}`;
  const record = (text: string) =>
    deps.audit.append({ kind: 'rollout', engine: engineId('fleet'), told: `${what}: ${text}` }).then(
      () => undefined,
      (error: unknown) => errorMessage(error),
    );
  const result: HostsResult = { done: [], failed: [], skipped: [], notBegun: hosts };
  const because = reason === undefined ? '' : `, because: ${reason}`;
  const unrecorded = await record(
    `begun, first ${waves[0]?.join(', ')}, ${plural(waves.length, 'wave')} in all${because}`,
  );
  if (unrecorded !== undefined && danger >= 2) return { ...result, unrecorded };
  const stop = (at: number) =>
    deps.signal.aborted ? 'cancelled' : stopReason(result.failed.length, hosts.length, at === 0);
  for (const [at, wave] of waves.entries()) {
    result.stopped = stop(at);
    if (result.stopped === undefined) await turn(plan, wave, [reason, what].filter(Boolean).join('; '), result, deps);
    result.stopped ??= stop(at);
    if (result.stopped === undefined && at < waves.length - 1) await soak(wave, soakMs, result, deps);
    result.stopped ??= stop(at);
    if (result.stopped !== undefined) break;
  }
  const begun = new Set([...result.done, ...result.failed, ...result.skipped].map(({ host }) => host));
  result.notBegun = hosts.filter((host) => !begun.has(host));
  await record(resultText(result));
  return result;
}

/** One wave, side by side: each host is looked at, planned and guarded again right before. */
async function turn(
  { request, plans }: HostsPlan,
  wave: readonly EngineId[],
  reason: string,
  result: HostsResult,
  deps: RolloutDeps,
): Promise<void> {
  const fleet = await deps.look();
  const act = async (host: EngineId) => {
    const now = fleet.find(({ spec }) => spec.name === host);
    const why = now ? hindrance(now, fleet) : 'it is no longer in the fleet';
    if (why !== undefined) return void result.skipped.push({ host, why });
    deps.progress(`${host}: ${request.action.name} ${request.target}`);
    // What was confirmed for all of them was confirmed for what was shown of this one.
    const shown = plans.get(host)?.plan?.name;
    const answer = (): Answer => (shown === undefined ? { kind: 'confirmed' } : { kind: 'typed', text: shown });
    const one = await deps
      .onHost(host, (own) =>
        runOnce(
          request,
          { perform: { answer, reason } },
          { ...own, progress: (text) => deps.progress(`${host}: ${text}`) },
        ),
      )
      .then(
        (report): HostResult => ({ host, report }),
        (error: unknown): HostResult => ({ host, report: {}, error: errorMessage(error) }),
      );
    const failed = reasonOf(one);
    deps.progress(`${host}: ${failed ?? one.report.outcome?.verification ?? 'done'}`);
    (failed === undefined ? result.done : result.failed).push({ ...one, before: now?.desk?.verdict.level });
  };
  await Promise.all(wave.map(act));
}

/** Time for what was done to show its effect: a host that is worse than before counts as failed. */
async function soak(wave: readonly EngineId[], soakMs: number, result: HostsResult, deps: RolloutDeps): Promise<void> {
  deps.progress(`waiting ${duration(soakMs)} before the next hosts`);
  await sleep(soakMs, undefined, { signal: deps.signal }).catch(() => undefined);
  if (deps.signal.aborted) return;
  for (const { spec, state, desk } of await deps.look(wave)) {
    const mine = result.done.find(({ host }) => host === spec.name);
    if (!mine || (state === 'live' && desk && !isWorse(desk.verdict, mine.before))) continue;
    result.done.splice(result.done.indexOf(mine), 1);
    result.failed.push({ ...mine, error: `worse after it: ${desk?.verdict.reason ?? state}` });
  }
}

function isWorse(verdict: Verdict, before: Level = 'ok'): boolean {
  return isTrouble(verdict) && severity(verdict.level) > severity(before);
}

/** Why it was not done on a host, or did not work; undefined where it did. */
export function reasonOf({ report, error }: HostResult): string | undefined {
  const { outcome, refusal } = report;
  const failed = outcome && !outcome.ok ? outcome.verification || 'it failed' : undefined;
  return error ?? report.error?.message ?? refusal?.refused ?? failed;
}

/** `done on 4; failed on lon-1 (…); not started: lon-2; stopped: the canary failed`. */
export function resultText({ done, failed, skipped, notBegun, stopped }: HostsResult): string {
  const parts = [
    `done on ${done.length}`,
    failed.length === 0 ? '' : `failed on ${failed.map((one) => `${one.host} (${reasonOf(one)})`).join(', ')}`,
    skipped.length === 0
      ? ''
      : `left out at their turn: ${skipped.map(({ host, why }) => `${host} (${why})`).join(', ')}`,
    notBegun.length === 0 ? '' : `not started: ${notBegun.join(', ')}`,
    stopped === undefined ? '' : `stopped: ${stopped}`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** Whether all of it was done. */
export function isDone({ failed, skipped, notBegun }: HostsResult): boolean {
  return failed.length === 0 && skipped.length === 0 && notBegun.length === 0;
}
