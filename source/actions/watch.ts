import { EngineError } from '../engine/engine.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { errorMessage } from '../lib/error.ts';
import { DURATION, duration } from '../lib/format.ts';
import type { PlanObject, RunContext } from './action.ts';

/** The observation on the engine, in words. */
export type Finding = { ok: boolean; text: string };

export type Watching = {
  /** The start of reported times (ms). */
  since: number;
  /** The result by the facts; undefined while it is too early. `container` is undefined when it is gone. */
  judge: (container: ContainerFacts | undefined, now: number) => Finding | undefined;
  /** Its current activity, for the progress. */
  waiting: (container: ContainerFacts) => string;
  /** The text when its time is up; `limit` in words. */
  overdue?: (container: ContainerFacts, limit: string) => Finding;
};

/** Interval of checks, and their duration if the plan does not say. */
const LOOK_MS = 250;
const TIMEOUT_MS = 60_000;

/** Watches a container until its facts show the result, its time is up, or the signal aborts. Survives a lost engine. */
export async function watch(object: PlanObject, context: RunContext, watching: Watching): Promise<Finding> {
  const limit = object.verifyTimeoutMs ?? TIMEOUT_MS;
  const begun = context.now();
  while (!context.signal.aborted) {
    const look = await read(object.id, context);
    const now = context.now();
    const finding = 'trouble' in look ? undefined : watching.judge(look.container, now);
    if (finding !== undefined) return reported(object, finding, context);
    if (now - begun > limit) return reported(object, overdue(look, duration(limit), watching), context);
    const doing = look.container === undefined ? (look.trouble ?? '') : watching.waiting(look.container);
    context.progress(`${object.name}: ${doing} (${duration(now - watching.since)})`);
    context.status?.(object.name, doing);
    await context.wait(LOOK_MS, context.signal).catch(() => undefined);
  }
  return { ok: false, text: 'not verified: cancelled' };
}

function reported({ name }: PlanObject, finding: Finding, { status }: RunContext): Finding {
  status?.(name, finding.text, finding.ok);
  return finding;
}

type Look = { container?: ContainerFacts; trouble?: string };

/** The container, nothing when it is gone, or the trouble in words while the engine does not answer. */
async function read(id: string, context: RunContext): Promise<Look> {
  try {
    return { container: await context.engine.container(id, { signal: context.signal }) };
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'not-found') return { container: undefined };
    return { trouble: errorMessage(error) };
  }
}

function overdue(look: Look, limit: string, watching: Watching): Finding {
  if (look.container === undefined) return { ok: false, text: `not known after ${limit}: ${look.trouble ?? 'gone'}` };
  const finding = watching.overdue?.(look.container, limit);
  return finding ?? { ok: false, text: `still ${look.container.state} after ${limit}` };
}

/**
 * Combines the findings on several objects: problems by name, or all of them, equal texts together. They were checked when the last step
 * was done, so only the total time can be reported.
 */
function together(findings: readonly { name: string; finding: Finding }[], took: string): Finding {
  const [only] = findings;
  if (only === undefined) return { ok: true, text: 'nothing to verify' };
  if (findings.length === 1) return only.finding;
  const bad = findings.filter(({ finding }) => !finding.ok);
  if (bad.length > 0) {
    const text = bad.map(({ name, finding }) => `${name} ${finding.text}`).join('; ');
    return { ok: false, text: `${findings.length - bad.length} of ${findings.length} ok; ${text}` };
  }
  const same = new Map<string, string[]>();
  for (const { name, finding } of findings) {
    const what = finding.text.replace(TIME, '');
    same.set(what, [...(same.get(what) ?? []), name]);
  }
  const parts = [...same].map(([what, names]) => `${names.join(', ')} ${what}`);
  return { ok: true, text: `${findings.length} of ${findings.length} ok after ${took}: ${parts.join('; ')}` };
}

const TIME = new RegExp(` after (?:${DURATION.source})\\b`);

/** Checks all objects of a plan at once. */
export async function watchAll(
  objects: readonly PlanObject[],
  context: RunContext,
  each: (object: PlanObject) => Promise<Finding>,
): Promise<Finding> {
  const findings = objects.map(async (object) => ({ name: object.name, finding: await each(object) }));
  const all = await Promise.all(findings);
  return together(all, duration(context.now() - context.begun));
}
