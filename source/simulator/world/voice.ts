import type { Random } from './random.ts';

/** A line and how long after its moment it is said, ms. */
export type Said = { after: number; text: string; stream?: 'stdout' | 'stderr' };

type Slot = {
  /** Which one since the mood began. */
  index: number;
  at: number;
  chance: Random;
  /** Work done since the container's start, ms: stands still while a program is stalled. */
  work: number;
};

/** A rule that gives the lines of any moment: in each slot of `every` ms it says what `say` returns, in order. */
export type Voice = { every: number; say(slot: Slot): readonly Said[] };
