import { bytes, clockTime } from '../lib/format.ts';
import { explainExit, lastUseWords } from './exit.ts';
import { healthFault, probedHealth, unhealthySince } from './health.ts';
import { loopIn, restartLoop } from './loop.ts';
import type { Found } from './state.ts';
import { type Evidence, type Judged, mayEndWithEngine, startOf, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

type Exit = Evidence['memory']['exits'][number];

/** The verdict on a running container: the first of these rules that applies. */
export function judgeRunning(evidence: Evidence): Judged {
  return (
    restartLoop(evidence) ??
    stopping(evidence) ??
    withoutNamespace(evidence) ??
    flapping(evidence) ??
    unhealthy(evidence) ??
    logTrouble(evidence) ??
    quiet(evidence) ??
    past(evidence) ??
    well(evidence)
  );
}

/** Past problems that are over: every current problem comes first. */
function past(evidence: Evidence): Judged | undefined {
  return oomRestarted(evidence) ?? oomInside(evidence) ?? restarted(evidence);
}

function withoutNamespace({ lost }: Evidence): Judged | undefined {
  return lost && { verdict: verdict('degraded', 'namespace-lost', `up, but ${lost.words}`, lost.since) };
}

/** Signals that `docker stop` sends first; others do not stop a program, or kill it at once. */
const STOP_SIGNALS: ReadonlySet<string> = new Set([
  '15',
  '2',
  '3',
  'TERM',
  'INT',
  'QUIT',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
]);

/** It was asked to stop: until the timeout its health and silence mean nothing. */
function stopping({ facts, memory, now }: Evidence): Judged | undefined {
  const own = facts.detail?.stopSignal;
  const asked = memory.kills.findLast(({ signal }) => STOP_SIGNALS.has(signal) || signal === own);
  const seconds = facts.detail?.stopTimeoutSeconds ?? 10;
  const recheckAt = (asked?.at ?? 0) + seconds * 1000 + WINDOW.stopSlack;
  if (!asked || now >= recheckAt) return undefined;
  const reason = `is stopping: asked to end, killed after ${seconds}s`;
  return { verdict: verdict('unknown', 'stopping', reason, asked.at), recheckAt };
}

/** Several health changes within the window; over once the health has lasted longer than between any two changes. */
function flapping({ facts, memory, now }: Evidence): Judged | undefined {
  const after = memory.resetAt ?? 0;
  const changes = memory.healthChanges.filter(({ at }) => now - at < WINDOW.recent && at > after);
  const [first, last] = [changes[0], changes.at(-1)];
  if (!first || !last || changes.length < WINDOW.flaps || facts.health === 'none') return undefined;
  const spells = changes.slice(1).map(({ at }, index) => at - (changes[index]?.at ?? at));
  const steadyAt = last.health === 'healthy' ? last.at + Math.max(WINDOW.steadyHealth, ...spells) : undefined;
  if (steadyAt !== undefined && now >= steadyAt) return undefined;
  const fault = facts.detail?.probes.findLast((probe) => probe.exitCode !== 0);
  const why = fault ? faultWords({ ...facts, detail: facts.detail && { ...facts.detail, probes: [fault] } }) : '';
  const reason = `health is flapping: ${changes.length} changes in 10m${why}`;
  const recheckAt = Math.min(first.at + WINDOW.recent, steadyAt ?? Number.POSITIVE_INFINITY);
  return { verdict: verdict('degraded', 'flapping', reason, first.at), recheckAt };
}

/** The Health pane shows how many probes failed in a row: probes cause no event, so a count here would be outdated. */
function unhealthy({ facts, memory }: Evidence): Judged | undefined {
  if (probedHealth(facts) !== 'unhealthy') return undefined;
  const code = healthFault(facts)?.probeItself ? 'probe-broken' : 'unhealthy';
  return { verdict: verdict('degraded', code, `unhealthy${faultWords(facts)}`, unhealthySince(facts, memory)) };
}

function faultWords(facts: Evidence['facts']): string {
  const fault = healthFault(facts);
  if (!fault) return '';
  return fault.probeItself ? `: the probe cannot work, ${fault.words}` : `: probe ${fault.words}`;
}

/** It was killed for memory and runs again: Docker has forgotten that, but the events show it. Changing the limit ends this verdict. */
function oomRestarted(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const exit = memory.exits.findLast((one) => one.oom && one.at < started);
  if (!exit || exit.at < (memory.updatedAt ?? 0) || hasOtherLimit(exit, facts)) return undefined;
  // The operator who started or recreated it knows why; only remind them that the limit is unchanged.
  const window = isStartedByHand(facts) || exit.at < (memory.resetAt ?? 0) ? WINDOW.crashed : WINDOW.oom;
  if (now - exit.at >= window) return undefined;
  const limit = facts.detail?.limits.memory;
  const parts = [...(limit ? [`limit ${bytes(limit)}`] : []), ...lastUseWords(exit.lastUse, limit)];
  const reason = `ran out of memory and ${cameBack(facts)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  return { verdict: verdict('degraded', 'oom-killed', reason, exit.at), recheckAt: exit.at + window };
}

/** Any restart, requested or not, of a service with in-memory state: the loss is shown for a quarter of an hour. */
function lostMemory({ facts, held, now, engineLostAt }: Evidence, exit: Exit, started: number): Judged | undefined {
  const recheckAt = started + WINDOW.lostMemory;
  if (now >= recheckAt || started === 0) return undefined;
  const { words } = explainExit({ exit, exitCode: exit.exitCode, error: '', oomKilled: exit.oom });
  const withEngine = mayEndWithEngine(exit.at, engineLostAt) && started > (engineLostAt ?? 0);
  const asked = withEngine ? 'restarted with the engine or the host' : 'restarted on request';
  const how = exit.wanted || withEngine ? asked : `${words}; ${cameBack(facts)}`;
  return { verdict: verdict('degraded', 'restarted', `${how}; lost: ${held}`, exit.at), recheckAt };
}

/** Its memory limit was changed after that exit. */
function hasOtherLimit(exit: Exit, { detail }: Evidence['facts']): boolean {
  return exit.memoryLimit !== undefined && exit.memoryLimit !== detail?.limits.memory;
}

function cameBack(facts: Evidence['facts']): string {
  return isStartedByHand(facts) ? 'was started again' : 'was restarted';
}

/** Without a restart policy an operator started it, not the engine. */
function isStartedByHand({ detail }: Evidence['facts']): boolean {
  return detail?.restartPolicy.name === 'no' || detail?.restartPolicy.name === '';
}

/** It crashed and runs again: for some minutes the crash matters more than its new run. */
function restarted(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const exit = memory.exits.findLast((one) => one.at <= started);
  const emptied = exit && evidence.held !== undefined ? lostMemory(evidence, exit, started) : undefined;
  if (emptied) return emptied;
  if (!exit || exit.wanted || exit.exitCode === 0 || exit.at < (memory.resetAt ?? 0)) return undefined;
  // The operator who started it again has dealt with it.
  if (isStartedByHand(facts)) return undefined;
  const recheckAt = exit.at + WINDOW.crashed;
  if (now >= recheckAt || (exit.oom && hasOtherLimit(exit, facts))) return undefined;
  const { words } = explainExit({ exit, exitCode: exit.exitCode, error: '', oomKilled: exit.oom });
  const loop = loopIn(evidence);
  const before = loop ? `restart loop of ${loop.exits.length} exits, last one` : 'crashed:';
  return { verdict: verdict('degraded', 'restarted', `${before} ${words}; ${cameBack(facts)}`, exit.at), recheckAt };
}

/** When its main process was killed, its exit is reported within this time of the event (ms). */
const OOM_EXIT_MS = 1_000;

function oomInside(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const after = Math.max(started, memory.updatedAt ?? 0);
  const last = memory.ooms.findLast((at) => at >= after && now - at < WINDOW.oom);
  if (last === undefined) return undefined;
  if (now < last + OOM_EXIT_MS) return atTheLatest(restarted(evidence) ?? well(evidence), last + OOM_EXIT_MS);
  const limit = facts.detail?.limits.memory;
  const reason = `a process inside was killed, out of memory${limit ? ` (limit ${bytes(limit)})` : ''}; the container keeps running`;
  return { verdict: verdict('degraded', 'oom-inside', reason, last), recheckAt: last + WINDOW.oom };
}

/** Problems that the last lines name plainly. A refused connection must also persist, or a dependency must be failing: see causes.ts. */
function logTrouble(evidence: Evidence): Judged | undefined {
  const found = foundInRun(evidence);
  if (!found || evidence.now >= found.until) return undefined;
  if (found.kind === 'connection' && found.at - found.since < WINDOW.lastingRefusal) return undefined;
  return { verdict: verdict('degraded', 'log-errors', `up, but ${found.words}`, found.since), recheckAt: found.until };
}

function foundInRun(evidence: Evidence): Found | undefined {
  const found = evidence.lines?.found;
  return found && found.at >= (startOf(evidence) ?? 0) - LINE_SLACK_MS ? found : undefined;
}

/** The engine stamps a line slightly before it records the start of the run. */
const LINE_SLACK_MS = 1_000;

/** A problem that the log reported until recently. */
function pastTrouble(evidence: Evidence): string {
  const found = foundInRun(evidence);
  const over = found && found.kind !== 'connection' && evidence.now < found.until + WINDOW.recent;
  return over ? `; ${found.past} until ${clockTime(found.at)}, by its log` : '';
}

/** It depends on its input: nothing else (a health check, a port) would show that it has stopped working. */
function livesOnInput({ facts }: Evidence): boolean {
  return facts.health === 'none' && !facts.ports.some((port) => port.host !== undefined);
}

/** It receives no more input, although the input was steady or the log shows earlier work. */
function quiet(evidence: Evidence): Judged | undefined {
  const { usageSignals, now } = evidence;
  if (!usageSignals || !livesOnInput(evidence)) return undefined;
  // A new run counts from its own start: it may receive input again.
  const fell = usageSignals.quietSince && Math.max(usageSignals.quietSince, startOf(evidence) ?? 0);
  const silent = fell === undefined && usageSignals.idleSince !== undefined ? silentSince(evidence) : undefined;
  const since = fell ?? silent;
  if (since === undefined) return undefined;
  const recheckAt = (fell ?? usageSignals.idleSince ?? since) + WINDOW.quiet;
  if (now < recheckAt) return atTheLatest(past(evidence) ?? well(evidence), recheckAt);
  const words =
    fell === undefined
      ? 'up, but silent since its last log line, and receives nothing from the network'
      : 'up, but no longer receives anything from the network';
  return { verdict: verdict('degraded', 'stalled', words, since) };
}

/** How many lines of the current run count as a regular rhythm. */
function atTheLatest(judged: Judged, recheckAt: number): Judged {
  return { ...judged, recheckAt: Math.min(recheckAt, judged.recheckAt ?? Number.POSITIVE_INFINITY) };
}

const HABIT = 5;

/** When its log, which had been regular, fell silent. */
function silentSince(evidence: Evidence): number | undefined {
  const { lines, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const times = (lines?.times ?? []).filter((at) => at >= started);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || times.length < HABIT) return undefined;
  const pause = (last - first) / (times.length - 1);
  return now - last >= Math.max(WINDOW.silent, 10 * pause) ? last : undefined;
}

function well(evidence: Evidence): Judged {
  const { facts, memory, job } = evidence;
  const since = startOf(evidence);
  // Set for any process, without a time, and kept across restarts by some engines: worth a note, not an alarm (the event raises that).
  const ofRunBefore = memory.exits.some((exit) => exit.oom && exit.at <= (since ?? 0));
  const killed = facts.detail?.oomKilled && !ofRunBefore ? '; a process inside was killed for memory' : '';
  const once = `${killed}${pastTrouble(evidence)}`;
  const running = evidence.oneoff ? 'a compose run is running' : 'job is running';
  if (job) return { verdict: verdict('ok', 'job-running', running, since) };
  const health = probedHealth(facts);
  if (health === 'healthy') {
    const change = memory.healthChanges.at(-1);
    const healthySince = change?.health === 'healthy' && change.at >= (since ?? 0) ? change.at : since;
    return { verdict: verdict('ok', 'healthy', `healthy${once}`, healthySince) };
  }
  if (health === 'starting') {
    const failed = facts.detail?.failingStreak ?? 0;
    const reason = `starting: no healthy probe yet${failed > 0 ? `, ${failed} failed` : ''}`;
    return { verdict: verdict('starting', 'starting', reason, since) };
  }
  if (health === 'none') return { verdict: verdict('ok', 'running', `running, no health check${once}`, since) };
  const probedFrom = (since ?? 0) + STARTED_MS;
  if (health === 'unknown' && evidence.now < probedFrom && facts.health === 'unknown')
    return { verdict: verdict('starting', 'starting', 'starting: just started', since), recheckAt: probedFrom };
  if (health !== facts.health) return unprobed(evidence, since);
  return { verdict: verdict('unknown', 'unknown', 'running; the engine does not say its health', since) };
}

/** The health of a container that has just started is unknown until the engine is asked again (ms). */
const STARTED_MS = 5_000;

/** The engine reports it unhealthy without a failed probe: after a pause, until the next probe. */
function unprobed({ facts }: Evidence, since: number | undefined): Judged {
  const last = facts.detail?.probes.at(-1);
  const passed = last?.exitCode === 0;
  const reason = `running; not probed since it was paused${passed ? ' (last probe passed)' : ''}`;
  return { verdict: verdict(passed ? 'ok' : 'starting', passed ? 'running' : 'starting', reason, since) };
}
