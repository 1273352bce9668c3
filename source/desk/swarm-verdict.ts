import type { SwarmService, SwarmTask } from '../engine/swarm-facts.ts';
import { isTrouble, severity } from './levels.ts';
import type { Verdict } from './model.ts';
import { taskErrorWords } from './task-error.ts';
import { type Judged, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

/**
 * Swarm's view of a service: how many tasks should run (from ServiceStatus and the tasks: the number alone is 0 while a global service's
 * task is rejected repeatedly), which completed for good, and the state of its last update.
 */

/** Its running containers on this engine, and all of them, with verdicts. */
type Here = { running: readonly Verdict[]; all: readonly Verdict[]; now: number };

/** Tasks that run, that should run, and that completed for good. */
export type TaskCounts = { running: number; wanted: number; done: number };

export function taskCounts(swarm: SwarmService): TaskCounts {
  const { mode, running, completed = 0 } = swarm;
  if (mode === 'job') {
    const total = swarm.total ?? Math.max(swarm.desired ?? 0, running + completed);
    return { running, wanted: total, done: completed };
  }
  const places = newestTasks(swarm);
  const runsOnce = swarm.restartCondition === 'none' || swarm.restartCondition === 'on-failure';
  const done = runsOnce ? places.filter(({ state }) => state === 'complete').length : 0;
  if (mode !== 'global') return { running, wanted: swarm.wanted ?? running, done };
  const open = places.filter((task) => !isPutAway(task)).length;
  return { running, wanted: Math.max(running, swarm.desired ?? 0, open), done };
}

const FAILED: ReadonlySet<string> = new Set(['failed', 'rejected', 'orphaned']);

/** Swarm no longer needs it, and nothing failed: its node was drained, or the service scaled down. */
function isPutAway({ state, desired }: SwarmTask): boolean {
  return state === 'shutdown' || (desired === 'shutdown' && !FAILED.has(state) && state !== 'complete');
}

/** The newest task of each replica, or of each node for a global service. */
function newestTasks({ tasks = [] }: SwarmService): SwarmTask[] {
  const newest = new Map<string, SwarmTask>();
  for (const task of tasks) {
    const place = String(task.slot ?? task.nodeId ?? '');
    const known = newest.get(place);
    if (!known || task.created > known.created) newest.set(place, task);
  }
  return [...newest.values()];
}

/** The newest error of any task, and since when. */
function lastError({ tasks = [] }: SwarmService): { words: string; since?: number } | undefined {
  const failed = tasks
    .filter(({ error }) => error !== '')
    .sort((a, b) => (a.since ?? a.created) - (b.since ?? b.created));
  const last = failed.at(-1);
  return last && { words: taskErrorWords(last.error), since: last.since };
}

/** Combines the manager's view of all nodes and the local containers into one verdict. */
export function swarmVerdict(swarm: SwarmService, here: Here): Judged {
  if (swarm.mode === 'job') return { verdict: jobVerdict(swarm, here) };
  if (swarm.wanted === 0) return { verdict: verdict('ok', 'stopped', 'scaled to 0') };
  const counts = taskCounts(swarm);
  const words = `${counts.running} of ${counts.wanted} tasks run`;
  if (counts.wanted === 0) return { verdict: placeless(swarm, words) };
  if (counts.running >= counts.wanted) return wholeVerdict(swarm, words, here);
  return { verdict: ended(swarm, counts) ?? shortVerdict(swarm, words, here) };
}

/** A global service that no node accepts. */
function placeless(swarm: SwarmService, words: string): Verdict {
  const why = lastError(swarm)?.words ?? 'no node fits its placement constraints';
  return verdict('degraded', 'replicas-missing', `${words}; ${why}`);
}

/** Services that are not restarted: completed tasks are done, failed ones stay down. */
function ended(swarm: SwarmService, { running, wanted, done }: TaskCounts): Verdict | undefined {
  const places = newestTasks(swarm);
  const failed = swarm.restartCondition === 'none' ? places.find(({ state }) => FAILED.has(state)) : undefined;
  if (failed) {
    const reason = `${taskErrorWords(failed.error) || failed.state}; not restarted (restart condition none)`;
    return verdict(running > 0 || done > 0 ? 'degraded' : 'down', 'job-failed', reason, failed.since);
  }
  if (done === 0 || running + done < wanted) return undefined;
  const since = Math.max(0, ...places.map((task) => task.since ?? 0)) || undefined;
  if (running === 0) return verdict('done', 'completed', `completed (${done} of ${wanted} tasks, exit 0)`, since);
  return verdict('ok', 'running', `${running} running, ${done} completed`, since);
}

function shortVerdict(swarm: SwarmService, words: string, { all }: Here): Verdict {
  const error = lastError(swarm);
  const container = worst(all.filter(({ level }) => level === 'down'));
  const update = updateWords(swarm);
  // The container's reason already contains its task's error and its log's headline.
  const why =
    error && container?.reason.startsWith(error.words) ? container.reason : (error?.words ?? container?.reason);
  const reason = [words, ...(update ? [update] : []), ...(why ? [why] : [])].join('; ');
  const level = swarm.running === 0 ? 'down' : 'degraded';
  return verdict(level, 'replicas-missing', reason, swarm.shortSince ?? error?.since ?? container?.since);
}

/**
 * Adds the time since when tasks have been missing. Every failed attempt creates a new task, and Swarm forgets the oldest: the time
 * from one reading is kept until all tasks run.
 */
export function withShortSince(services: readonly SwarmService[], before: readonly SwarmService[]): SwarmService[] {
  const known = new Map(before.map(({ id, shortSince }) => [id, shortSince]));
  return services.map((service) => {
    const { running, wanted, done } = taskCounts(service);
    if (service.mode === 'job' || running + done >= wanted) return service;
    const shortSince = known.get(service.id) ?? firstFailure(service);
    return shortSince === undefined ? service : { ...service, shortSince };
  });
}

/** When the oldest known of its failed tasks failed. */
function firstFailure({ tasks = [] }: SwarmService): number | undefined {
  const failed = tasks.flatMap(({ error, since }) => (error !== '' && since !== undefined ? since : []));
  return failed.length > 0 ? Math.min(...failed) : undefined;
}

/** All tasks run: the verdict follows its update and the local containers. */
function wholeVerdict(swarm: SwarmService, words: string, { running, now }: Here): Judged {
  const { updateState = '' } = swarm;
  const here = worst(running);
  if (/paused/.test(updateState))
    return { verdict: verdict('degraded', 'replicas-missing', `${words}; ${updateWords(swarm)}`, swarm.updatedAt) };
  const well =
    here && (isTrouble(here) || running.length >= swarm.running) ? here : verdict('ok', 'running', words, here?.since);
  if (isTrouble(well)) return { verdict: well };
  if (updateState === 'updating' || updateState === 'rollback_started')
    return { verdict: verdict('starting', 'starting', `${words}; ${updateWords(swarm)}`, swarm.updatedAt) };
  if (updateState !== 'rollback_completed') return { verdict: well };
  const until = (swarm.updatedAt ?? 0) + WINDOW.rolledBack;
  const why = lastError(swarm)?.words;
  const update = [updateWords(swarm), ...(why ? [`a task of it ended with: ${why}`] : [])].join('; ');
  if (now >= until) return { verdict: { ...well, reason: `${well.reason}; ${updateWords(swarm)}` } };
  const reason = `${words}; ${update}`;
  return { verdict: verdict('degraded', 'replicas-missing', reason, swarm.updatedAt), recheckAt: until };
}

const UPDATES: Readonly<Record<string, string>> = {
  updating: 'an update is in progress',
  paused: 'its update is paused',
  rollback_started: 'its update is being rolled back',
  rollback_paused: 'its rollback is paused',
  rollback_completed: 'its last update was rolled back',
};

/** The state of its update with Swarm's message; undefined if it completed successfully. */
function updateWords({ updateState = '', updateMessage = '' }: SwarmService): string | undefined {
  const words = UPDATES[updateState];
  const said = updateMessage
    .replace(/^(?:update|rollback) (?:in progress|completed|paused)\s*/, '')
    .replace(/ of task \w+$/, ' of a task');
  return words && (said === '' ? words : `${words}: ${said}`);
}

function jobVerdict(swarm: SwarmService, { running: here, all }: Here): Verdict {
  const { running, wanted, done } = taskCounts(swarm);
  const counts = `${done} of ${wanted} completed`;
  if (wanted > 0 && done >= wanted) return verdict('done', 'completed', counts, lastChange(swarm));
  const error = lastError(swarm);
  if (running > 0) return verdict('ok', 'job-running', `${running} running, ${counts}`, worst(here)?.since);
  if (error) {
    const again = swarm.restartCondition === 'none' ? '; not restarted (restart condition none)' : '';
    return verdict('down', 'job-failed', `job failed: ${error.words}, ${counts}${again}`, error.since);
  }
  if (swarm.tasks && swarm.tasks.length > 0) return verdict('starting', 'starting', `its tasks start, ${counts}`);
  return worst(all) ?? verdict('unknown', 'unknown', 'the result of this job is not known here');
}

function lastChange({ tasks = [] }: SwarmService): number | undefined {
  return Math.max(0, ...tasks.map((task) => task.since ?? 0)) || undefined;
}

function worst(all: readonly Verdict[]): Verdict | undefined {
  return all.reduce<Verdict | undefined>((a, b) => (a && severity(a.level) >= severity(b.level) ? a : b), undefined);
}
