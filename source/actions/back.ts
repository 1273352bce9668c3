import type { ContainerFacts } from '../engine/facts.ts';
import { duration } from '../lib/format.ts';
import type { Plan, PlanObject, RunContext } from './action.ts';
import type { ActionSettings } from './action-settings.ts';

import { type Finding, watch } from './watch.ts';

/** How long a container without a health check is watched before it counts as running. */
export const STABLE_MS = 10_000;

type BackOptions = {
  stableMs?: number;
  /** The start of reported times (ms); default: the action's beginning. */
  since?: number;
  /** The wording: "healthy again" after a restart, "healthy" after a start. */
  again?: boolean;
};

/** The first sight of the new run: a different start time later means that it died in between. */
type Sight = { at: number; startedAt?: number };

/**
 * Waits until a container is back: running and healthy where it has a health check, running for `stableMs` where it has none,
 * ended with exit code 0 where it is a one-shot job. Otherwise reports what went wrong. Ends at once on abort.
 */
export async function awaitBack(object: PlanObject, context: RunContext, options: BackOptions = {}): Promise<Finding> {
  const { stableMs = STABLE_MS, since = context.begun, again = true } = options;
  let sight: Sight | undefined;
  const finding = await watch(object, context, {
    since,
    judge(container, now) {
      if (container === undefined) return { ok: false, text: 'was removed meanwhile' };
      if (sight === undefined && container.state === 'running') {
        sight = { at: now, startedAt: container.detail?.startedAt };
      }
      return judge(container, object, { sight, now, since, stableMs });
    },
    waiting: (container) => waiting(container, object),
    overdue: (container, limit) =>
      object.job && container.state === 'running'
        ? { ok: true, text: `started; still running after ${limit}` }
        : { ok: false, text: `not back within ${limit}: ${waiting(container, object)}` },
  });
  return again ? finding : { ...finding, text: finding.text.replace(/^(healthy|running|exited) again/, '$1') };
}

/** The result by the facts, or undefined while it is too early. */
function judge(
  container: ContainerFacts,
  object: PlanObject,
  watched: { sight: Sight | undefined; now: number; since: number; stableMs: number },
): Finding | undefined {
  const { sight, now, since, stableMs } = watched;
  const took = duration(now - since);
  if (container.state === 'exited' || container.state === 'dead') return ended(container, object, took);
  const startedAt = container.detail?.startedAt;
  const died = sight?.startedAt !== undefined && startedAt !== undefined && startedAt !== sight.startedAt;
  if (container.state === 'restarting' || died) {
    const last = container.state === 'restarting' ? ` with code ${container.exitCode ?? 'unknown'}` : '';
    return { ok: false, text: `exited again${last} and is being restarted by its policy, after ${took}` };
  }
  if (container.state === 'paused') return { ok: false, text: 'is paused' };
  if (container.state !== 'running' || sight === undefined || object.job) return undefined;
  if (container.health === 'unhealthy') return { ok: false, text: `is unhealthy after ${took}${lastProbe(container)}` };
  if (container.health === 'healthy') return { ok: true, text: `healthy again after ${took}` };
  if (container.health === 'starting' || object.healthCheck === true) return undefined;
  if (now - sight.at < stableMs) return undefined;
  const back = duration(sight.at - since);
  return { ok: true, text: `running again after ${back} (no health check; watched for ${duration(stableMs)})` };
}

function ended(container: ContainerFacts, object: PlanObject, took: string): Finding {
  if (object.job && container.exitCode === 0) return { ok: true, text: `completed with exit code 0 after ${took}` };
  return {
    ok: false,
    text: `exited again with code ${container.exitCode ?? 'unknown'}${why(container)} after ${took}`,
  };
}

function why(container: ContainerFacts): string {
  if (container.detail?.oomKilled === true) return ', out of memory,';
  const error = container.detail?.error ?? '';
  return error === '' ? '' : ` (${error})`;
}

function lastProbe(container: ContainerFacts): string {
  const output = container.detail?.probes.at(-1)?.output.trim().split('\n').at(-1) ?? '';
  return output === '' ? '' : `: ${output.slice(0, 200)}`;
}

function waiting(container: ContainerFacts, object: PlanObject): string {
  if (container.state !== 'running') return container.state;
  if (object.job) return 'running, waiting for its end';
  return object.healthCheck ? `running, health ${container.health}` : 'running';
}

/** How long containers without a health check are watched, as the settings say: in the options of a plan. */
export function stableOption({ stableMs }: Pick<ActionSettings, 'stableMs'>): { stableMs?: number } {
  return stableMs === undefined ? {} : { stableMs };
}

export function stableOf({ options = {} }: Plan): { stableMs?: number } {
  return typeof options.stableMs === 'number' ? { stableMs: options.stableMs } : {};
}
