/** What the console may cost; what is undefined is not limited. */
export type Budget = {
  /** Percent of one CPU. */
  cpu?: number;
  /** Bytes a second to the terminal. */
  bandwidth?: number;
};

/** What the console cost lately: percent of one CPU, and bytes a second to the terminal. */
export type Spent = { cpuPercent: number; bytesPerSecond: number };

/** Below this share of the budget the rates go up again: the gap keeps them from swinging. */
const ROOM = 0.7;
/** How much faster at most in one step, so that what follows is seen before the next. */
const FASTER = 1.5;
/** The most that rates are lowered: a reading every minute and a half instead of every three seconds. */
export const SLOWEST = 32;

/**
 * By how much the intervals of reading and drawing are to be stretched from now on, given by how much they are stretched
 * now and what that costs: 1 (not at all) to 32. Over the budget they grow with the excess at once, below it they shrink
 * slowly. Keys are drawn at once however long the intervals are.
 */
export function stretched(now: number, spent: Spent, budget: Budget): number {
  const used = Math.max(share(spent.cpuPercent, budget.cpu), share(spent.bytesPerSecond, budget.bandwidth));
  if (used > 1) return Math.min(SLOWEST, now * Math.max(1.25, used));
  if (used > ROOM || now === 1) return now;
  return Math.max(1, now / Math.min(FASTER, ROOM / Math.max(used, 0.01)));
}

function share(spent: number, allowed: number | undefined): number {
  return allowed === undefined ? 0 : spent / allowed;
}
