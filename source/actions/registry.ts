import type { Desk } from '../desk/model.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { DiskUse } from '../engine/facts.ts';
import type { Action, Plan, Refusal, Target } from './action.ts';
import { PRUNES, type PruneOptions, prune, removeVolume } from './prune.ts';
import type { PruneWhat } from './prune-select.ts';
import { restart, restartWithDependants } from './restart.ts';
import { rollingRestart } from './rolling.ts';
import { readTemplate, scaleTo } from './scale.ts';
import { start } from './start.ts';
import { kill, killWith, pause, remove, stop, unpause } from './stop.ts';
import { refuse } from './targets.ts';

/** The actions that need no more than a target, by name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  start,
  stop,
  restart,
  'restart-with-dependants': restartWithDependants,
  'rolling-restart': rollingRestart,
  kill,
  pause,
  unpause,
  remove,
};

/** What the other actions are told. */
export type ActionArguments = PruneOptions & {
  /** scale: the replicas wanted. */
  wanted?: number;
  /** prune: what. */
  what?: PruneWhat;
  /** remove-volume: its name. */
  volume?: string;
  /** kill: another signal than SIGKILL. */
  signal?: string;
};

export type ActionSource = { engine: Engine & EngineChanges; desk: Desk; target: Target; signal?: AbortSignal };

/** The action of a name, with what it must know before it can plan: prune and remove-volume ask for the disk use, which takes time. */
export async function actionFor(name: string, args: ActionArguments, source: ActionSource): Promise<Action | Refusal> {
  if (name === 'kill' && args.signal !== undefined) return killWith(args.signal);
  const simple = ACTIONS[name];
  if (simple !== undefined) return simple;
  if (name === 'scale') {
    const service = source.desk.byId.get(source.target.id);
    const template = service && (await readTemplate(source.engine, service, source.signal));
    return scaleTo(args.wanted ?? Number.NaN, template);
  }
  const unknown = unknownAction(name, source.target.id);
  if (unknown !== undefined) return unknown;
  const { engine, signal } = source;
  const [use, networks] = await Promise.all([engine.diskUse({ signal }), engine.networks({ signal })]);
  if (name === 'remove-volume') return removeVolume(args.volume ?? '', { use, networks });
  return prune(args.what ?? 'images', { use, networks }, args);
}

/** The refusal of an action that does not exist; undefined for those that do. */
export function unknownAction(name: string, about: string): Refusal | undefined {
  const known = [...Object.keys(ACTIONS), 'scale', 'prune', 'remove-volume'];
  if (known.includes(name)) return undefined;
  return refuse(name, about, 'there is no such action', `there are: ${known.join(', ')}`);
}

const NOTHING: DiskUse = { layers: 0, images: [], containers: [], volumes: [], buildCache: [] };

/** The action that a plan was made by, good for running and verifying it: these take all they need from the plan. */
export function actionOf(plan: Plan): Action | undefined {
  const { options = {} } = plan;
  const source = { use: NOTHING, networks: [] };
  if (plan.action === 'kill') return killWith(String(options.signal ?? 'SIGKILL'));
  if (plan.action === 'scale') return scaleTo(Number(options.wanted));
  if (plan.action === 'remove-volume') return removeVolume(plan.name, source);
  if (plan.action === 'prune') {
    const what = Object.keys(PRUNES).find((known): known is PruneWhat => known === options.what);
    return what && prune(what, source);
  }
  return ACTIONS[plan.action];
}
