import { setTimeout as sleep } from 'node:timers/promises';
import type { Danger, Refusal } from '../../actions/action.ts';
import type { Audit } from '../../actions/audit/file.ts';
import { recordRefusal } from '../../actions/execute.ts';
import type { Given } from '../../actions/parameters.ts';
import { isTrouble } from '../../desk/levels.ts';
import type { FleetHost } from '../../fleet/model.ts';
import { hindrance, type LeftOut, planRollout, stopReason } from '../../fleet/rollout.ts';
import { selectHosts } from '../../fleet/select.ts';
import { errorMessage } from '../../lib/error.ts';
import { duration } from '../../lib/format.ts';
import type { EngineId } from '../../lib/ids.ts';
import { forEachLimited } from '../../lib/limit.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText, safe } from '../../lib/text.ts';
import { EXIT } from '../command-line.ts';
import { type RunDeps, type RunReport, reportOf } from './command.ts';
import { parseRun, type RunFlags, type RunRequest } from './request.ts';
import { planText, refusalText } from './text.ts';

export type HostsFlags = RunFlags & {
  /** Which hosts: `role=engine,group=lon`, or names. */
  hosts: string;
  /** Hosts acted on at once after the canary, and how many there may be in all. */
  batch?: number;
  most?: number;
  /** Between two waves (ms). */
  soakMs?: number;
};

export type HostsDeps = Pick<RunDeps, 'print' | 'progress' | 'signal' | 'clock'> & {
  /** One look at the hosts of these names, or at the whole fleet. */
  look(names?: readonly EngineId[]): Promise<readonly FleetHost[]>;
  /** Runs something with the means of one host, and closes the connection after it. */
  onHost<T>(name: EngineId, use: (deps: RunDeps) => Promise<T>): Promise<T>;
  audit: Audit;
};

/** More hosts than this are a slip of the finger. */
const MOST = 50;
const SOAK_MS = 10_000;
/** Plans that are made at once. */
const PLANNED = 8;

type HostReport = { host: EngineId; report: RunReport };

type Outcome = { done: HostReport[]; failed: HostReport[]; skipped: LeftOut[]; stopped?: string };

/**
 * `deskhand run ACTION TARGET --hosts …`: one plan per host, the canary first, then batches, each verified and left to soak. Every host's
 * guards are asked at its own turn. Exit status 0 done on all (or planned), 1 failed somewhere, 2 refused, 64 no sense.
 */
export async function runOnHosts(
  words: readonly string[],
  flags: HostsFlags,
  deps: HostsDeps,
  given: Given = {},
): Promise<number> {
  const request = parseRun(words, given);
  if (typeof request === 'string') return told(deps, `${request}\n`, EXIT.usage);
  const fleet = await deps.look();
  const chosen = selectHosts(fleet, flags.hosts);
  if (typeof chosen === 'string') return told(deps, `${chosen}\n`, EXIT.usage);
  const most = flags.most ?? MOST;
  const refusal = (refused: string, change: string) =>
    refuse(deps, flags, { action: request.action.name, name: request.target, refused, change });
  if (chosen.length > most)
    return refusal(`${chosen.length} hosts are more than ${most}`, 'choose fewer, or raise --most');
  const { waves, leftOut } = planRollout(chosen, fleet, { batch: flags.batch });
  const { plans, refused } = await planned(request, waves.flat(), deps);
  const out = [...leftOut, ...refused];
  const going = waves.map((wave) => wave.filter((host) => plans.has(host))).filter((wave) => wave.length > 0);
  const hosts = going.flat();
  const danger = Math.max(0, ...[...plans.values()].map((report) => report.danger ?? 0)) as Danger;
  const confirm = `${request.target} on ${hosts.length} hosts`;
  const shown = { action: request.action.name, target: request.target, waves: going, leftOut: out, danger };
  if (!flags.json) deps.print(maskText(rolloutText(shown, plans, deps.clock.now())));
  if (hosts.length === 0) return ended(deps, flags, { ...shown, exit: 2 });
  if (flags.dryRun || !flags.yes) {
    const typed = danger >= 2 ? ` --confirm "${confirm}"` : '';
    if (!flags.json) deps.print(safe(`Nothing was done.\nTo do it: the same with --yes${typed}`).concat('\n'));
    return ended(deps, flags, { ...shown, exit: 0 });
  }
  if (danger >= 2 && flags.confirm !== confirm)
    return refusal(`danger ${danger} on ${hosts.length} hosts needs the number typed`, `add --confirm "${confirm}"`);
  return rollOut({ request, going, hosts, plans, flags, deps, shown });
}

type Shown = {
  action: string;
  target: string;
  waves: readonly (readonly EngineId[])[];
  leftOut: readonly LeftOut[];
  danger: Danger;
};

/** What would be done on each host; a host whose plan is refused is left out. */
async function planned(request: RunRequest, hosts: readonly EngineId[], { onHost }: HostsDeps) {
  const plans = new Map<EngineId, RunReport>();
  const refused: LeftOut[] = [];
  await forEachLimited(hosts, PLANNED, async (host) => {
    const report = await onHost(host, (deps) => reportOf(request, { dryRun: true }, deps)).catch(failure);
    if (report.exit === 0) plans.set(host, report);
    else refused.push({ host, why: reasonOf(report) });
  });
  return { plans, refused };
}

type Rolling = {
  request: RunRequest;
  going: readonly (readonly EngineId[])[];
  hosts: readonly EngineId[];
  plans: ReadonlyMap<EngineId, RunReport>;
  flags: HostsFlags;
  deps: HostsDeps;
  shown: Shown;
};

async function rollOut({ request, going, hosts, plans, flags, deps, shown }: Rolling): Promise<number> {
  const what = `${request.action.name} ${request.target} on ${hosts.length} hosts`;
  const record = (text: string) =>
    deps.audit.append({ kind: 'rollout', engine: 'fleet', told: `${what}: ${text}` }).then(
      () => undefined,
      (error: unknown) => errorMessage(error),
    );
  const because = flags.reason === undefined ? '' : `, because: ${flags.reason}`;
  const trouble = await record(`begun, ${going.length} waves, first ${going[0]?.join(', ')}${because}`);
  if (trouble !== undefined && shown.danger >= 2)
    return refuse(deps, flags, {
      action: request.action.name,
      name: request.target,
      refused: `the audit log cannot be written: ${trouble}`,
      change: 'make its directory writable, or name another with audit.directory',
    });
  const outcome: Outcome = { done: [], failed: [], skipped: [] };
  for (const [at, wave] of going.entries()) {
    if (deps.signal.aborted) outcome.stopped = 'interrupted';
    else await turn({ request, wave, plans, flags, deps, outcome, what });
    outcome.stopped ??= stopReason(outcome.failed.length, hosts.length, at === 0);
    if (outcome.stopped === undefined && at < going.length - 1) {
      await soak(outcome, wave, flags, deps);
      outcome.stopped = deps.signal.aborted ? 'interrupted' : stopReason(outcome.failed.length, hosts.length, at === 0);
    }
    if (outcome.stopped !== undefined) break;
  }
  const begun = new Set([...outcome.done, ...outcome.failed].map(({ host }) => host));
  for (const { host } of outcome.skipped) begun.add(host);
  const rest = hosts.filter((host) => !begun.has(host));
  const words = summary(outcome, rest);
  await record(words);
  if (!flags.json) deps.print(`${safe(words)}\n`);
  const exit = outcome.failed.length > 0 || outcome.stopped !== undefined || outcome.skipped.length > 0 ? 1 : 0;
  return ended(deps, flags, { ...shown, exit, ...outcome, notBegun: rest });
}

/** One wave, side by side: each host is looked at, planned and guarded again right before. */
async function turn({
  request,
  wave,
  plans,
  flags,
  deps,
  outcome,
  what,
}: Omit<Rolling, 'going' | 'hosts' | 'shown'> & {
  wave: readonly EngineId[];
  outcome: Outcome;
  what: string;
}): Promise<void> {
  const fleet = await deps.look();
  await Promise.all(
    wave.map(async (host) => {
      const now = fleet.find(({ spec }) => spec.name === host);
      const why = now ? hindrance(now, fleet) : 'it is not in the fleet any more';
      if (why !== undefined) {
        outcome.skipped.push({ host, why });
        return;
      }
      deps.progress(`${host}: ${request.action.name} ${request.target}`);
      const reason = [flags.reason, what].filter(Boolean).join('; ');
      const confirm = plans.get(host)?.plan?.name;
      const report = await deps
        .onHost(host, (own) =>
          reportOf(
            request,
            { yes: true, json: true, confirm, reason },
            { ...own, progress: (text) => deps.progress(`${host}: ${text}`) },
          ),
        )
        .catch(failure);
      deps.progress(`${host}: ${report.exit === 0 ? (report.outcome?.verification ?? 'done') : reasonOf(report)}`);
      (report.exit === 0 ? outcome.done : outcome.failed).push({ host, report });
    }),
  );
}

/** Time for what was done to show its effect: a host that is worse than before counts as failed. */
async function soak(outcome: Outcome, wave: readonly EngineId[], flags: HostsFlags, deps: HostsDeps): Promise<void> {
  const { soakMs = SOAK_MS } = flags;
  deps.progress(`waiting ${duration(soakMs)} before the next hosts`);
  await sleep(soakMs, undefined, { signal: deps.signal }).catch(() => undefined);
  if (deps.signal.aborted) return;
  for (const { spec, state, desk } of await deps.look(wave)) {
    const mine = outcome.done.find(({ host }) => host === spec.name);
    const trouble = state === 'live' && desk && !isTrouble(desk.verdict) ? undefined : (desk?.verdict.reason ?? state);
    if (!mine || trouble === undefined) continue;
    outcome.done.splice(outcome.done.indexOf(mine), 1);
    outcome.failed.push({ ...mine, report: { ...mine.report, exit: 1, error: `not well after it: ${trouble}` } });
  }
}

function summary({ done, failed, skipped, stopped }: Outcome, rest: readonly EngineId[]): string {
  const parts = [
    `done on ${done.length}`,
    failed.length === 0
      ? ''
      : `failed on ${failed.map(({ host, report }) => `${host} (${reasonOf(report)})`).join(', ')}`,
    skipped.length === 0
      ? ''
      : `left out at their turn: ${skipped.map(({ host, why }) => `${host} (${why})`).join(', ')}`,
    rest.length === 0 ? '' : `not begun: ${rest.join(', ')}`,
    stopped === undefined ? '' : `stopped: ${stopped}`,
  ];
  return parts.filter(Boolean).join('; ');
}

function failure(error: unknown): RunReport {
  return { exit: 1, error: errorMessage(error) };
}

function reasonOf({ error, refusal, outcome }: RunReport): string {
  return error ?? refusal?.refused ?? outcome?.verification ?? 'it failed';
}

function rolloutText({ waves, leftOut }: Shown, plans: ReadonlyMap<EngineId, RunReport>, now: number): string {
  const shown = new Map<string, EngineId[]>();
  const inOrder = waves.flat();
  for (const host of inOrder) {
    const { plan, danger = 0, reasons = [] } = plans.get(host) ?? {};
    const text = plan ? planText(plan, danger, reasons, now) : '';
    shown.set(text, [...(shown.get(text) ?? []), host]);
  }
  const waveLine = (wave: readonly EngineId[], at: number) =>
    `  ${at === 0 ? 'canary ' : `batch ${at}`}  ${wave.join(', ')}`;
  return [
    ...[...shown].flatMap(([text, hosts]) => [
      `${hosts.join(', ')}:`,
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ]),
    ...(waves.length === 0 ? [] : ['In this order:', ...waves.map(waveLine)]),
    ...leftOut.map(({ host, why }) => `! ${host} is left out: ${why}`),
  ]
    .map((line) => `${safe(line)}\n`)
    .join('');
}

/** Refusals of what was to be done stand in the log, too. */
async function refuse(deps: HostsDeps, flags: HostsFlags, refusal: Refusal): Promise<number> {
  if (flags.yes) await recordRefusal(deps.audit, 'fleet', refusal, flags.reason);
  if (flags.json) return ended(deps, flags, { exit: 2, refusal });
  return told(deps, refusalText(refusal), 2);
}

function told({ print }: HostsDeps, text: string, exit: number): number {
  print(text.split('\n').map(safe).join('\n'));
  return exit;
}

function ended({ print }: HostsDeps, flags: HostsFlags, report: { exit: number } & Record<string, unknown>): number {
  const masked = (_: string, value: unknown) => (typeof value === 'string' ? maskText(value) : value);
  if (flags.json) print(`${jsonText({ schema: 1, ...report }, 2, masked)}\n`);
  return report.exit;
}
