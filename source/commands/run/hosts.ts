import type { Refusal } from '../../actions/action.ts';
import { recordRefusal } from '../../actions/execute.ts';
import type { Given } from '../../actions/parameters.ts';
import { selectHosts } from '../../fleet/select.ts';
import type { Clock } from '../../lib/clock.ts';
import { type EngineId, engineId } from '../../lib/ids.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText, safe } from '../../lib/text.ts';
import {
  type HostResult,
  type HostsPlan,
  isDone,
  planOnHosts,
  type RolloutDeps,
  reasonOf,
  resultText,
  rollOut,
} from '../../runtime/rollout.ts';
import { EXIT } from '../command-line.ts';
import { parseRun, type RunFlags } from './request.ts';
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

export type HostsDeps = RolloutDeps & { clock: Clock; print(text: string): void };

/** More hosts than this are a slip of the finger. */
const MOST = 50;

/**
 * `deskhand run ACTION TARGET --hosts …`: one plan per host, the canary first, then batches, each verified and left to soak. Exit status 0
 * done on all (or planned), 1 failed somewhere, 2 refused, 64 no sense.
 */
export async function runOnHosts(
  words: readonly string[],
  flags: HostsFlags,
  deps: HostsDeps,
  given: Given = {},
): Promise<number> {
  const request = parseRun(words, given);
  if (typeof request === 'string') return printed(deps, `${request}\n`, EXIT.usage);
  const fleet = await deps.look();
  const chosen = selectHosts(fleet, flags.hosts);
  if (typeof chosen === 'string') return printed(deps, `${chosen}\n`, EXIT.usage);
  const refusal = (refused: string, change: string) =>
    refuse(deps, flags, { action: request.action.name, name: request.target, refused, change });
  const most = flags.most ?? MOST;
  if (chosen.length > most)
    return refusal(`${chosen.length} hosts are more than ${most}`, 'choose fewer, or raise --most');
  const plan = await planOnHosts(request, chosen, fleet, deps, flags.batch);
  const { waves, leftOut, danger, name } = plan;
  const shown = { action: request.action.name, target: request.target, waves, leftOut, danger };
  if (!flags.json) deps.print(maskText(hostsPlanText(plan, deps.clock.now())));
  if (waves.length === 0) return ended(deps, flags, { ...shown, exit: 2 });
  if (flags.dryRun || !flags.yes) {
    const typed = danger >= 2 ? ` --confirm "${name}"` : '';
    if (!flags.json) printed(deps, `Nothing was done.\nTo do it: the same with --yes${typed}\n`, 0);
    return ended(deps, flags, { ...shown, exit: 0 });
  }
  if (danger >= 2 && flags.confirm !== name)
    return refusal(`danger ${danger} on many hosts needs the number typed`, `add --confirm "${name}"`);
  const result = await rollOut(plan, { soakMs: flags.soakMs, reason: flags.reason }, deps);
  if (result.unrecorded !== undefined)
    return refusal(`the audit log cannot be written: ${result.unrecorded}`, 'see audit.directory in the settings');
  if (!flags.json) printed(deps, `${resultText(result)}\n`, 0);
  const { done, failed, ...rest } = result;
  const hosts = { done: done.map(hostJson), failed: failed.map(hostJson) };
  return ended(deps, flags, { ...shown, exit: isDone(result) ? 0 : 1, ...hosts, ...rest });
}

function hostJson(one: HostResult): object {
  const { outcome, danger } = one.report;
  return { host: one.host, danger, outcome, error: reasonOf(one) };
}

/** Equal plans are printed once, for all their hosts. */
function hostsPlanText({ waves, leftOut, plans }: HostsPlan, now: number): string {
  const texts = new Map<string, EngineId[]>();
  for (const host of waves.flat()) {
    const { plan, danger = 0, reasons = [] } = plans.get(host) ?? {};
    const text = plan ? planText(plan, danger, reasons, now) : '';
    texts.set(text, [...(texts.get(text) ?? []), host]);
  }
  const indented = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`);
  const order = waves.map((wave, at) => `  ${at === 0 ? 'canary ' : `batch ${at}`}  ${wave.join(', ')}`);
  return [
    ...[...texts].flatMap(([text, hosts]) => [`${hosts.join(', ')}:`, ...indented(text)]),
    ...(order.length === 0 ? [] : ['In this order:', ...order]),
    ...leftOut.map(({ host, why }) => `! ${host} is left out: ${why}`),
  ]
    .map((line) => `${safe(line)}\n`)
    .join('');
}

/** Refusals of what was to be done stand in the log, too. */
async function refuse(deps: HostsDeps, flags: HostsFlags, refusal: Refusal): Promise<number> {
  if (flags.yes) await recordRefusal(deps.audit, engineId('fleet'), refusal, flags.reason);
  if (flags.json) return ended(deps, flags, { exit: 2, refusal });
  return printed(deps, refusalText(refusal), 2);
}

function printed({ print }: HostsDeps, text: string, exit: number): number {
  print(text.split('\n').map(safe).join('\n'));
  return exit;
}

function ended({ print }: HostsDeps, flags: HostsFlags, report: { exit: number } & Record<string, unknown>): number {
  const masked = (_: string, value: unknown) => (typeof value === 'string' ? maskText(value) : value);
  if (flags.json) print(`${jsonText({ schema: 1, ...report }, 2, masked)}\n`);
  return report.exit;
}
