import type { Level, Verdict, VerdictCode } from './model.ts';

/** The order of levels and their meaning for the operator. This is the only list of them. */

/** From best to worst. */
const LEVELS: readonly Level[] = ['done', 'ok', 'maintenance', 'starting', 'unknown', 'degraded', 'down'];

export const WORST_FIRST: readonly Level[] = LEVELS.toReversed();

/** 0 for done up to 6 for down: for sorting and for the worst of several. */
export function severity(level: Level): number {
  return LEVELS.indexOf(level);
}

/** Needs no attention: it runs, has completed, or is in maintenance. */
export function isWell(level: Level): boolean {
  return level === 'ok' || level === 'done' || level === 'maintenance';
}

/** Needs attention: degraded or down. */
export function isTrouble(verdict: Verdict): boolean {
  return verdict.level === 'degraded' || verdict.level === 'down';
}

/** Shown by a table's filter for faults: problems, and services whose state is unknown. */
export function isFaulty(level: Level): boolean {
  return severity(level) > severity('starting');
}

/** The count of each level; levels with no services are left out. */
export type LevelCounts = Readonly<Partial<Record<Level, number>>>;

export function countLevels(all: readonly { verdict: { level: Level } }[]): LevelCounts {
  const counts: Partial<Record<Level, number>> = {};
  for (const { verdict } of all) counts[verdict.level] = (counts[verdict.level] ?? 0) + 1;
  return counts;
}

/** "2 down, 3 degraded, 20 ok": the worst first. */
export function levelCounts(counts: LevelCounts): string {
  return WORST_FIRST.flatMap((level) => (counts[level] ? [`${counts[level]} ${level}`] : [])).join(', ');
}

/** Codes of past problems while the service runs again: every current problem outranks them. */
const PAST: ReadonlySet<VerdictCode> = new Set<VerdictCode>(['restarted', 'oom-killed', 'oom-inside']);

/** Nothing is wrong at present, as far as this verdict goes. */
export function isClear({ level, code }: Verdict): boolean {
  return level === 'ok' || (level === 'degraded' && PAST.has(code));
}
