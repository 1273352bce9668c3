import type { History, Tracked } from './history.ts';
import { increase } from './rate.ts';
import type { Threshold } from './thresholds.ts';

/**
 * Service level objectives over two counters: events and failed events. The error budget is the share of failures that the
 * objective allows; the burn rate is the actual share divided by the allowed one (Google, The Site Reliability Workbook, chapter 5). Pure;
 * times in ms.
 */
export type Slo = {
  title: string;
  /** Counters of the failed events and of all events. */
  bad: string;
  total: string;
  /** Labels for both counters, and for the failed events only, as in a Selection. */
  where: Readonly<Record<string, string>>;
  badWhere: Readonly<Record<string, string>>;
  /** Percent of the events that must be good. */
  objective: number;
  /** Burn rates at which the level becomes warn and critical. */
  warn: number;
  critical: number;
  /** When the session that the budget belongs to began; undefined outside sessions, when nothing is evaluated. */
  session(now: number): number | undefined;
};

const MINUTE = 60_000;
/** Both windows must exceed the rate: the long one shows that it matters, the short one that it is still going on. */
const WINDOWS = [5 * MINUTE, 30 * MINUTE] as const;
/** Used percentage of the session's budget at which the level becomes warn; 100 is critical. */
const USED_WARN = 80;

/** The share of failures as a multiple of what the objective allows; undefined without events. */
function burnRate(bad: number, total: number, objective: number): number | undefined {
  return total > 0 ? bad / total / (1 - objective / 100) : undefined;
}

/** The thresholds of an objective on one endpoint: how fast its budget burns, and how much of it the session has used. */
export function sloReadings(slo: Slo, history: History, now: number): (readonly [Threshold, number])[] {
  const bad = history.select({ metric: slo.bad, where: { ...slo.where, ...slo.badWhere } });
  const total = history.select({ metric: slo.total, where: slo.where });
  if (total.length === 0) return [];
  const began = slo.session(now);
  const rate = (window: number) =>
    began === undefined ? 0 : (burnRate(gained(bad, now, window), gained(total, now, window), slo.objective) ?? 0);
  return [
    [burning(slo), Math.min(...WINDOWS.map(rate))],
    // The budget is a share of the events so far, which at the close are all events of the session.
    [used(slo), began === undefined ? 0 : 100 * rate(Math.max(1, now - began))],
  ];
}

function gained(tracked: readonly Tracked[], now: number, window: number): number {
  return tracked.reduce((sum, { track }) => sum + (increase(track, now, window) ?? 0), 0);
}

/** The threshold of its burn rate. */
export function burning({ title, warn, critical }: Slo): Threshold {
  return {
    id: `slo burn ${title}`,
    from: 'settings',
    title: `${title}: burn rate of the error budget`,
    well: `${title}: the error budget burns no faster than it may`,
    unit: 'count',
    bad: 'above',
    warn,
    critical,
    forMs: 0,
  };
}

function used({ title }: Slo): Threshold {
  return {
    id: `slo used ${title}`,
    from: 'settings',
    title: `${title}: error budget used in this session`,
    well: `${title}: the error budget is within its limits`,
    unit: 'percent',
    bad: 'above',
    warn: USED_WARN,
    critical: 100,
    forMs: 0,
  };
}

/** The burn rate in PromQL for a server: a line for each target, over the last five minutes and the last half hour. */
export function burnQueries(slo: Slo): readonly string[] {
  return WINDOWS.map((window) => {
    const rate = (metric: string, where: Readonly<Record<string, string>>) =>
      `sum by (job, instance) (rate(${metric}${matchers(where)}[${window / MINUTE}m]))`;
    const share = `${rate(slo.bad, { ...slo.where, ...slo.badWhere })} / ${rate(slo.total, slo.where)}`;
    return `(${share}) / ${Number((1 - slo.objective / 100).toPrecision(6))}`;
  });
}

function matchers(where: Readonly<Record<string, string>>): string {
  const all = Object.entries(where).map(([name, value]) => {
    const pattern = /^\/(.*)\/$/s.exec(value)?.[1];
    return pattern === undefined ? `${name}=${JSON.stringify(value)}` : `${name}=~${JSON.stringify(pattern)}`;
  });
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}
