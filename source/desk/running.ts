import { bytes } from '../lib/format.ts';
import { findingIn } from './findings.ts';
import { healthFault, unhealthySince } from './health.ts';
import { restartLoop } from './loop.ts';
import { type Evidence, type Judged, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

/** The verdict on a running container: the first of these that applies. */
export function judgeRunning(evidence: Evidence): Judged {
  return (
    restartLoop(evidence) ??
    flapping(evidence) ??
    unhealthy(evidence) ??
    oomRestarted(evidence) ??
    oomInside(evidence) ??
    logTrouble(evidence) ??
    quiet(evidence) ??
    well(evidence)
  );
}

/** The newer of what the inspect and the events say: either may lag behind the other for a moment. */
function startOf({ facts, memory }: Evidence): number | undefined {
  const [told, remembered] = [facts.detail?.startedAt, memory.starts.at(-1)];
  return told !== undefined && remembered !== undefined ? Math.max(told, remembered) : (told ?? remembered);
}

function flapping({ facts, memory, now }: Evidence): Judged | undefined {
  const changes = memory.healthChanges.filter((change) => now - change.at < WINDOW.recent);
  const first = changes[0];
  if (!first || changes.length < WINDOW.flaps || facts.health === 'none') return undefined;
  const fault = facts.detail?.probes.findLast((probe) => probe.exitCode !== 0);
  const why = fault ? faultWords({ ...facts, detail: facts.detail && { ...facts.detail, probes: [fault] } }) : '';
  const reason = `health is flapping: ${changes.length} changes in 10m${why}`;
  return { verdict: verdict('degraded', 'flapping', reason, first.at), recheckAt: first.at + WINDOW.recent };
}

function unhealthy({ facts, memory }: Evidence): Judged | undefined {
  if (facts.health !== 'unhealthy') return undefined;
  const streak = facts.detail?.failingStreak ?? 0;
  const reason = `unhealthy${faultWords(facts)}${streak > 0 ? ` (${streak} probes in a row)` : ''}`;
  const code = healthFault(facts)?.probeItself ? 'probe-broken' : 'unhealthy';
  return { verdict: verdict('degraded', code, reason, unhealthySince(facts, memory)) };
}

function faultWords(facts: Evidence['facts']): string {
  const fault = healthFault(facts);
  if (!fault) return '';
  return fault.probeItself ? `: the probe cannot work, ${fault.words}` : `: probe ${fault.words}`;
}

/** It was killed for memory and came back: Docker has forgotten, the events have not. */
function oomRestarted(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const exit = memory.exits.findLast((one) => one.oom && one.at < started);
  if (!exit || now - exit.at >= WINDOW.oom) return undefined;
  const limit = facts.detail?.limits.memory;
  const parts = [
    ...(limit ? [`limit ${bytes(limit)}`] : []),
    ...(exit.lastUse === undefined ? [] : [`last use ${bytes(exit.lastUse)}`]),
  ];
  const reason = `ran out of memory and was restarted${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  return { verdict: verdict('degraded', 'oom-killed', reason, exit.at), recheckAt: exit.at + WINDOW.oom };
}

function oomInside(evidence: Evidence): Judged | undefined {
  const { facts, memory, now } = evidence;
  const started = startOf(evidence) ?? 0;
  const last = memory.ooms.findLast((at) => at >= started && now - at < WINDOW.oom);
  if (last === undefined) return undefined;
  const limit = facts.detail?.limits.memory;
  const reason = `a process inside was killed, out of memory${limit ? ` (limit ${bytes(limit)})` : ''}; the container runs on`;
  return { verdict: verdict('degraded', 'oom-inside', reason, last), recheckAt: last + WINDOW.oom };
}

/** What the last lines say plainly. A refused connection needs a second sign, a dependency in trouble: see causes.ts. */
function logTrouble(evidence: Evidence): Judged | undefined {
  const { lines } = evidence;
  const found = lines && lines.at >= (startOf(evidence) ?? 0) ? findingIn(lines) : undefined;
  if (!found || found.kind === 'connection') return undefined;
  return { verdict: verdict('degraded', 'log-errors', `up, but ${found.words}`, lines?.at) };
}

/** Nothing arrives any more where input was steady: only for one without health check and published port, that lives on its input. */
function quiet(evidence: Evidence): Judged | undefined {
  const { facts, usageSignals, now } = evidence;
  const since = usageSignals?.quietSince;
  if (since === undefined || facts.health !== 'none' || facts.ports.some((port) => port.host !== undefined))
    return undefined;
  const recheckAt = since + WINDOW.quiet;
  if (now < recheckAt) return { ...well(evidence), recheckAt };
  return { verdict: verdict('degraded', 'stalled', 'up, but receives nothing from the network any more', since) };
}

function well(evidence: Evidence): Judged {
  const { facts, memory, job } = evidence;
  const since = startOf(evidence);
  // Newer engines set the flag for any process, without a time: worth a word, no alarm (the event raises that).
  const once = facts.detail?.oomKilled ? '; a process inside was killed for memory since its start' : '';
  const running = evidence.oneoff ? 'a compose run is under way' : 'job is running';
  if (job) return { verdict: verdict('ok', 'job-running', running, since) };
  if (facts.health === 'healthy') {
    const change = memory.healthChanges.at(-1);
    const healthySince = change?.health === 'healthy' && change.at >= (since ?? 0) ? change.at : since;
    return { verdict: verdict('ok', 'healthy', `healthy${once}`, healthySince) };
  }
  if (facts.health === 'starting') {
    const failed = facts.detail?.failingStreak ?? 0;
    const reason = `starting: no healthy probe yet${failed > 0 ? `, ${failed} failed` : ''}`;
    return { verdict: verdict('starting', 'starting', reason, since) };
  }
  if (facts.health === 'none') return { verdict: verdict('ok', 'running', `running, no health check${once}`, since) };
  return { verdict: verdict('unknown', 'unknown', 'running; the engine does not say its health', since) };
}
