import type { Level, Verdict } from './model.ts';

/** The order of levels, and what they mean for the operator. There is no other list of them. */

/** From well to worst. */
const LEVELS: readonly Level[] = ['done', 'ok', 'starting', 'unknown', 'degraded', 'down'];

export const WORST_FIRST: readonly Level[] = LEVELS.toReversed();

/** 0 for done up to 5 for down: for sorting and for the worst of several. */
export function severity(level: Level): number {
  return LEVELS.indexOf(level);
}

/** Nothing to look after: it runs, or has done what it had to do. */
export function isWell(level: Level): boolean {
  return level === 'ok' || level === 'done';
}

/** Something must be looked after: degraded or down. */
export function isTrouble(verdict: Verdict): boolean {
  return verdict.level === 'degraded' || verdict.level === 'down';
}

/** What a table's filter for faults shows: trouble, and what is not known to be well. */
export function isFaulty(level: Level): boolean {
  return severity(level) > severity('starting');
}

/** How many there are of each level; a level that there is none of is left out. */
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
