import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import { isUp } from '../lib/container-state.ts';
import { containerId, type EngineId } from '../lib/ids.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { Action, Plan, Refusal, Target } from './action.ts';
import type { ActionSettings } from './action-settings.ts';
import { type Check, capacityChecks } from './capacity.ts';
import type { ActionTools } from './host-tools.ts';
import { containersOf } from './targets.ts';

/** What a plan is asked for: the action, what it is about, and its parameters as its schema made them. */
export type DraftRequest = { action: Action; target: Target; parameters?: unknown };

/**
 * A plan on fresh facts: containers are inspected first, for stop timeouts and start times are not in the list; those that only
 * the plan names are inspected then, and it is made again. What cannot be read stays unknown, and the plan says so.
 */
export async function draft(
  { action, target, parameters = {} }: DraftRequest,
  source: {
    engine: Engine & EngineChanges;
    tools: ActionTools;
    state: DeskState;
    buildDesk: (state: DeskState) => Desk;
  },
  settings: ActionSettings = {},
  signal?: AbortSignal,
): Promise<Plan | Refusal> {
  const { engine, tools, state, buildDesk } = source;
  if (target.engine !== engine.id) return otherEngine(action.name, target, engine.id);
  const containers = new Map(state.containers);
  const read = new Set<string>();
  let facts: unknown;
  let next = containersOf(state, buildDesk(state), target).map(({ id }) => id);
  for (;;) {
    await forEachLimited(next, READ_WIDTH, async (id) => {
      read.add(id);
      const fresh = await engine.container(id, { signal }).catch(() => undefined);
      if (fresh !== undefined) containers.set(id, fresh);
    });
    const seen: DeskState = { ...state, containers };
    const given = { state: seen, desk: buildDesk(seen), target, settings, parameters };
    facts ??= await action.prepare?.({ ...given, engine, tools, signal });
    const plan = action.plan({ ...given, facts });
    if (isRefusal(plan)) return plan;
    next = plan.objects.filter(({ kind, fresh }) => kind === 'container' && !fresh).map(({ id }) => containerId(id));
    next = next.filter((id) => !read.has(id) && containers.has(id));
    if (next.length > 0) continue;
    const checks = await checkRoom(plan, seen, engine, tools, signal);
    return { ...plan, ...(checks.length > 0 ? { checks } : {}), baseDanger: plan.danger };
  }
}

/** More containers are not read for the sum of their limits. */
const SUMMED = 500;

/** Limits are not in the list of containers: those that are not known yet are read. */
async function checkRoom(
  plan: Plan,
  state: DeskState,
  engine: Engine,
  tools: ActionTools,
  signal?: AbortSignal,
): Promise<readonly Check[]> {
  if (!plan.objects.some(({ need }) => need !== undefined)) return [];
  const containers = new Map(state.containers);
  const unknown = [...containers.values()].filter((one) => isUp(one) && one.detail === undefined).slice(0, SUMMED);
  await forEachLimited(unknown, READ_WIDTH, async ({ id }) => {
    const fresh = await engine.container(id, { signal }).catch(() => undefined);
    if (fresh !== undefined) containers.set(id, fresh);
  });
  // The host of a simulated engine is not this machine.
  const room = state.engine?.simulated ? undefined : await tools.room?.(state.engine?.rootDirectory);
  return capacityChecks({ ...state, containers }, plan.objects, room);
}

/** Containers that are inspected at the same time. */
const READ_WIDTH = 4;

/** Ids hold within one engine: what has the same name on another one may be anything. */
function otherEngine(action: string, { id, engine }: Target, here: EngineId): Refusal {
  return {
    action,
    name: id,
    refused: `it is on ${engine}, and this is ${here}`,
    change: 'start the action again here',
  };
}

export function isRefusal(plan: Plan | Refusal): plan is Refusal {
  return 'refused' in plan;
}
