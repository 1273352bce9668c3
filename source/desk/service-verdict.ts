import type { ContainerFacts } from '../engine/facts.ts';
import type { SwarmService } from '../engine/swarm-facts.ts';
import { healthFault } from './health.ts';
import { isClear, isTrouble, severity } from './levels.ts';
import type { Verdict, VerdictCode } from './model.ts';
import type { Activity, Beyond, DeskAlert, HttpProbe } from './state.ts';
import { swarmVerdict } from './swarm-verdict.ts';
import { type Judged, verdict } from './verdict.ts';
import { WINDOW } from './window.ts';

type Replicas = {
  replicas: readonly ContainerFacts[];
  judged: readonly Judged[];
  swarm?: SwarmService;
  running: number;
  now: number;
};

/** What is known about a service from outside its containers. */
type Outside = {
  probes: readonly HttpProbe[];
  activity?: Activity;
  breaches: readonly Beyond[];
  alerts?: readonly DeskAlert[];
};

/** Combines the verdicts of the replicas, Swarm's task states and the view from outside into one verdict. */
export function judgeService(inside: Replicas, outside: Outside): Judged {
  const { verdict: combined, recheckAt } = inside.swarm
    ? swarmVerdict(inside.swarm, hereOf(inside))
    : { verdict: combine(inside), recheckAt: undefined };
  const rechecks = [recheckAt, ...inside.judged.map((one) => one.recheckAt), ...recheckOutside(inside.now, outside)];
  const seen = withActivity(withProbes(combined, inside, outside.probes), inside.now, outside.activity);
  const due = rechecks.filter((at) => at !== undefined);
  return {
    verdict: withAlerts(withCrossings(seen, outside.breaches), outside.alerts),
    ...(due.length > 0 ? { recheckAt: Math.min(...due) } : {}),
  };
}

/** The manager counts the tasks of all nodes; the containers here are only those of this node. */
function hereOf({ judged, replicas, now }: Replicas): Parameters<typeof swarmVerdict>[1] {
  const running = judged.filter((_, index) => replicas[index]?.state === 'running');
  return { running: running.map((one) => one.verdict), all: judged.map((one) => one.verdict), now };
}

function combine({ replicas, judged, running }: Replicas): Verdict {
  const worst = worstOf(judged);
  if (!worst) return verdict('unknown', 'unknown', 'no container');
  const down = judged.filter((one) => one.verdict.level === 'down').length;
  if (down > 0 && down < judged.length) {
    const reason = `${running} of ${replicas.length} replicas run; ${worst.reason}`;
    return verdict('degraded', 'replicas-missing', reason, worst.since);
  }
  if (judged.length === 1) return worst;
  const alike = judged.filter((one) => one.verdict.code === worst.code).length;
  if (!isTrouble(worst)) return worst;
  return { ...worst, reason: `${alike} of ${judged.length} replicas: ${worst.reason}` };
}

function worstOf(judged: readonly Judged[]): Verdict | undefined {
  return judged
    .map((one) => one.verdict)
    .reduce<Verdict | undefined>(
      (worst, one) => (worst && severity(worst.level) >= severity(one.level) ? worst : one),
      undefined,
    );
}

/** A deskhand probe older than this is no longer meaningful. */
const FRESH = 5 * 60_000;

function isFailing(probe: HttpProbe): boolean {
  if (probe.guessed && !probe.vouched && probe.okAt === undefined) return probe.nothingListens === true;
  return probe.error !== undefined || (probe.status ?? 0) >= (probe.guessed ? 500 : 400);
}

function isUnhealthy({ code }: Verdict): boolean {
  return code === 'unhealthy' || code === 'probe-broken';
}

function withProbes(own: Verdict, { replicas, now }: Replicas, probes: readonly HttpProbe[]): Verdict {
  const fresh = probes.filter((probe) => now - probe.at < FRESH);
  const failing = fresh.find(isFailing);
  // A guessed probe does not override a health check.
  const good = fresh.find((probe) => probe.okAt === probe.at && (!probe.guessed || probe.status !== undefined));
  if (isUnhealthy(own) && good && !failing) {
    // Without the response time: a reason that changes with every probe is not news.
    const answer = `${good.url} answers${good.status === undefined ? '' : ` ${good.status}`}`;
    const fault = replicas.map(healthFault).find((one) => one?.probeItself);
    const why = fault ? `: the probe cannot work, ${fault.words}` : '';
    return { ...own, code: 'probe-disagrees', reason: `Docker says unhealthy, but ${answer}${why}` };
  }
  if (isUnhealthy(own) && failing && !own.reason.includes(':')) {
    return { ...own, reason: `${own.reason}; ${failing.url}: ${failing.error ?? `HTTP ${failing.status}`}` };
  }
  if (failing && isClear(own)) {
    const docker = own.code === 'healthy' ? 'Docker says healthy' : 'up';
    const answer = failing.error ?? `HTTP ${failing.status}`;
    return instead(own, 'probe-disagrees', `${docker}, but ${failing.url}: ${answer}`, failing.badSince);
  }
  return own;
}

/** A current problem, with the earlier reason appended. */
function instead(own: Verdict, code: VerdictCode, reason: string, since: number | undefined): Verdict {
  return verdict('degraded', code, own.level === 'ok' ? reason : `${reason}; before that: ${own.reason}`, since);
}

function withActivity(own: Verdict, now: number, activity: Activity | undefined): Verdict {
  if (!activity) return own;
  const { metric, zeroSince } = activity;
  if (zeroSince === undefined) {
    const atWork = isUnhealthy(own) || own.code === 'probe-disagrees';
    return atWork ? { ...own, reason: `${own.reason}; it still works (${metric} counts)` } : own;
  }
  if (!isClear(own) || now - zeroSince < WINDOW.stalled) return own;
  const state = own.code === 'healthy' ? 'healthy' : 'up';
  return instead(own, 'stalled', `${state}, but idle: ${metric} at 0/s`, zeroSince);
}

/** Up, but its own metrics are beyond their thresholds. */
function withCrossings(own: Verdict, [worst, ...others]: readonly Beyond[]): Verdict {
  if (!isClear(own) || worst === undefined) return own;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return instead(own, 'threshold', `${worst.text}${more}`, worst.since);
}

/** Up, but an alert rule of the stack fires on it. */
function withAlerts(own: Verdict, alerts: readonly DeskAlert[] = []): Verdict {
  const [worst, ...others] = alerts.toSorted((a, b) => Number(b.level === 'critical') - Number(a.level === 'critical'));
  if (!isClear(own) || worst === undefined) return own;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return instead(own, 'alert', `${worst.text}${more}`, worst.since);
}

function recheckOutside(now: number, { probes, activity }: Outside): number[] {
  const times = probes.map((probe) => probe.at + FRESH);
  if (activity?.zeroSince !== undefined) times.push(activity.zeroSince + WINDOW.stalled);
  return times.filter((at) => at > now);
}
