import type { Random } from './random.ts';

/** A line, and its delay in ms. */
export type Said = { after: number; text: string; stream?: 'stdout' | 'stderr' };

type Slot = {
  /** Index since the mood began. */
  index: number;
  at: number;
  chance: Random;
  /** Work done since the container's start, in ms: constant while the program is stalled. */
  work: number;
};

/** A rule for generating lines: in each interval of `every` ms it logs the lines that `say` returns, in order. */
export type Voice = { every: number; say(slot: Slot): readonly Said[] };
