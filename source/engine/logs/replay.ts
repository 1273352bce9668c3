import { FLAGS } from './flags.ts';
import { compareStamps, type Stamp } from './stamp.ts';

/**
 * What cannot be helped where a stream is read: `gap`, lines may be missing before this one; `back`, this one is older than the
 * one before it of its stream. Where a log is rotated faster than it is read, Docker gives out whole files again (`docker logs -f`
 * too), and who sets a clock back makes times fall as well: these two cannot be told apart, so that the line is let through.
 */
export type Break = 'gap' | 'back';

/** The last time that was told of one stream, and how many lines carried exactly it. */
type Last = { seconds: number; nanos: number; count: number };

/**
 * Lets every line of a container through once, however often its stream is read again from an earlier moment.
 * The engine's times rise within stdout and within stderr (one goroutine each stamps them), though not between the two: so
 * each stream remembers its own last line. Lines at the very same nanosecond are counted.
 */
export class Replay {
  readonly #streams: [Last | undefined, Last | undefined] = [undefined, undefined];
  /** Per stream: lines of the replay seen at the last time, or undefined when the replay is over. */
  readonly #same: [number | undefined, number | undefined] = [undefined, undefined];
  /** The earliest time ever told: what lies before it was left out by the query and stays out. */
  #floor?: Stamp;
  #newest?: Stamp;
  #expected = false;
  #overlapped = false;
  /** What the engine said last of the stream, with no new line since. */
  #note?: string;

  /** The newest time told so far. */
  get newest(): Stamp | undefined {
    return this.#newest;
  }

  /** The stream is being read again, from a time that includes the newest line. */
  begin(): void {
    this.#same[0] = this.#streams[0] && 0;
    this.#same[1] = this.#streams[1] && 0;
    this.#expected = this.#newest !== undefined;
    this.#overlapped = false;
  }

  /**
   * Whether this line is new. `broken` is called before the first new line of a replay that never met the newest line known, and
   * before one that goes back.
   */
  admits(flags: number, stamp: Stamp, broken: (what: Break) => void): boolean {
    if (flags & FLAGS.unstamped) return true;
    const side = flags & FLAGS.stderr ? 1 : 0;
    if (this.#isOld(side, stamp)) return false;
    if (this.#expected && this.#newest && compareStamps(stamp, this.#newest) > 0) {
      this.#expected = false;
      if (!this.#overlapped) broken('gap');
    }
    const last = this.#streams[side];
    if (last && compareStamps(stamp, last) < 0) broken('back');
    this.#remember(side, stamp);
    return true;
  }

  /** Whether what the engine says of the stream is news: it says the same again each time that a damaged log is read. */
  admitsNote(text: string): boolean {
    if (text === this.#note) return false;
    this.#note = text;
    return true;
  }

  #isOld(side: 0 | 1, stamp: Stamp): boolean {
    if (this.#newest && this.#expected && compareStamps(stamp, this.#newest) === 0) this.#overlapped = true;
    const same = this.#same[side];
    const last = this.#streams[side];
    if (same === undefined || !last) {
      return this.#expected && this.#floor !== undefined && compareStamps(stamp, this.#floor) < 0;
    }
    const order = compareStamps(stamp, last);
    if (order < 0) return true;
    if (order === 0 && same < last.count) {
      this.#same[side] = same + 1;
      return true;
    }
    this.#same[side] = undefined;
    return false;
  }

  #remember(side: 0 | 1, { seconds, nanos }: Stamp): void {
    if (this.#note !== undefined) this.#note = undefined;
    const last = this.#streams[side];
    if (last && last.seconds === seconds && last.nanos === nanos) last.count += 1;
    else if (last) {
      last.seconds = seconds;
      last.nanos = nanos;
      last.count = 1;
    } else this.#streams[side] = { seconds, nanos, count: 1 };
    this.#floor ??= { seconds, nanos };
    this.#newest ??= { seconds, nanos };
    if (seconds < this.#newest.seconds || (seconds === this.#newest.seconds && nanos <= this.#newest.nanos)) return;
    this.#newest.seconds = seconds;
    this.#newest.nanos = nanos;
  }
}
