import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import type { PlanObject, RunContext } from './action.ts';
import { seconds } from './call.ts';

/** How often an awaited container is looked at, and how long one without a health check is watched. */
const LOOK_MS = 250;
export const STABLE_MS = 2000;
const PATIENCE_MS = 60_000;

export type Finding = { ok: boolean; text: string };

/** The first sight of the new run: one that has another start time later has died in between. */
type Sight = { at: number; startedAt?: number };

/**
 * Waits until a container is back: running and healthy where it has a health check, running for `stableMs` where it has none,
 * ended with exit code 0 where it is a one-shot job. Says what went wrong otherwise. Ends at once on abort.
 */
export async function awaitBack(object: PlanObject, context: RunContext, stableMs = STABLE_MS): Promise<Finding> {
  const since = context.begun;
  const limit = object.patience ?? PATIENCE_MS;
  const started = context.now();
  let sight: Sight | undefined;
  let lost: string | undefined;
  while (!context.signal.aborted) {
    const look = await read(object.id, context);
    lost = typeof look === 'string' ? look : undefined;
    if (look === undefined) return { ok: false, text: 'was removed meanwhile' };
    if (typeof look !== 'string') {
      const now = context.now();
      if (sight === undefined && look.state === 'running') sight = { at: now, startedAt: look.detail?.startedAt };
      const finding = judge(look, object, { sight, now, since, stableMs });
      if (finding !== undefined) return finding;
      context.progress(`${object.name}: ${waiting(look, object)} (${seconds(now - since)})`);
    }
    if (context.now() - started > limit) return overdue(look, object, limit, lost);
    await context.wait(LOOK_MS, context.signal).catch(() => undefined);
  }
  return { ok: false, text: 'not watched to the end: cancelled' };
}

/** The container; undefined when it is gone; the trouble in words while the engine does not answer. */
async function read(id: string, context: RunContext): Promise<ContainerFacts | string | undefined> {
  try {
    return await context.engine.container(id, { signal: context.signal });
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the facts say already, or undefined while it is too early to tell. */
export function judge(
  container: ContainerFacts,
  object: PlanObject,
  watch: { sight: Sight | undefined; now: number; since: number; stableMs: number },
): Finding | undefined {
  const took = seconds(watch.now - watch.since);
  const code = container.exitCode ?? 'unknown';
  if (container.state === 'exited' || container.state === 'dead') {
    if (object.job && container.exitCode === 0) return { ok: true, text: `completed with exit code 0 after ${took}` };
    return { ok: false, text: `exited again with code ${code}${why(container)} after ${took}` };
  }
  const startedAt = container.detail?.startedAt;
  const died = watch.sight?.startedAt !== undefined && startedAt !== undefined && startedAt !== watch.sight.startedAt;
  if (container.state === 'restarting' || died) {
    const last = container.state === 'restarting' ? ` with code ${code}` : '';
    return { ok: false, text: `exited again${last} and is being restarted by its policy, after ${took}` };
  }
  if (container.state === 'paused') return { ok: false, text: 'is paused' };
  if (container.state !== 'running' || watch.sight === undefined || object.job) return undefined;
  if (container.health === 'unhealthy') return { ok: false, text: `is unhealthy after ${took}${lastProbe(container)}` };
  if (container.health === 'healthy') return { ok: true, text: `healthy again after ${took}` };
  if (container.health === 'starting' || object.healthCheck === true) return undefined;
  if (watch.now - watch.sight.at < watch.stableMs) return undefined;
  const back = seconds(watch.sight.at - watch.since);
  return { ok: true, text: `running again after ${back} (no health check; watched for ${seconds(watch.stableMs)})` };
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
  if (object.job) return 'running, its end is awaited';
  return object.healthCheck ? `running, health ${container.health}` : 'running, watched';
}

function overdue(look: ContainerFacts | string, object: PlanObject, limit: number, lost: string | undefined): Finding {
  if (lost !== undefined || typeof look === 'string') return { ok: false, text: `not known: ${lost ?? look}` };
  if (object.job && look.state === 'running')
    return { ok: true, text: `started; still running after ${seconds(limit)}` };
  const health = object.healthCheck ? `, health ${look.health}` : '';
  return { ok: false, text: `not back within ${seconds(limit)}: ${look.state}${health}` };
}

/** The findings on several objects as one: the troubles by name, or how many are well and when the last one was. */
export function together(findings: readonly { name: string; finding: Finding }[]): Finding {
  const [only] = findings;
  if (only === undefined) return { ok: true, text: 'nothing to look at' };
  if (findings.length === 1) return only.finding;
  const bad = findings.filter(({ finding }) => !finding.ok);
  const shown = bad.length > 0 ? bad : findings;
  const text = shown.map(({ name, finding }) => `${name} ${finding.text}`).join('; ');
  if (bad.length === 0) return { ok: true, text };
  return { ok: false, text: `${findings.length - bad.length} of ${findings.length} well; ${text}` };
}
