import type { LineBatch } from '../../source/engine/logs/batch.ts';
import { FLAGS } from '../../source/engine/logs/flags.ts';
import { followContainer } from '../../source/engine/logs/follow.ts';
import type { LogRange } from '../../source/engine/logs/range.ts';
import { fakeClock } from '../fake-clock.ts';
import type { FakeLog } from './fake-log.ts';

/** When the first line of a followed log was written (ns). */
export const AT = 1_768_468_502_000_000_000n;
const TAIL: LogRange = { kind: 'tail', lines: 500 };

/** Follows a log on a fake clock; the texts of its lines and notes so far. */
export function follow(log: FakeLog, range: LogRange = TAIL) {
  const clock = fakeClock();
  const texts: string[] = [];
  const notes: string[] = [];
  const sizes: number[] = [];
  let histories = 0;
  const follower = followContainer(
    log,
    clock,
    { id: 'c1', range },
    {
      lines(batch: LineBatch) {
        sizes.push(batch.starts.length);
        batch.starts.forEach((start, i) => {
          const text = batch.bytes.toString('utf8', start, batch.ends[i]);
          ((batch.flags[i] ?? 0) & FLAGS.note ? notes : texts).push(text);
        });
        return undefined;
      },
      caughtUp() {
        histories += 1;
      },
    },
  );
  return { clock, texts, notes, sizes, follower, histories: () => histories };
}
