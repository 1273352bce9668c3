import { FLAGS } from './flags.ts';
import { compareStamps, type Stamp } from './stamp.ts';

/**
 * Irregularities of a stream: `gap`, lines may be missing before this one; `back`, this one is older than the previous one of its stream.
 * If a log is rotated faster than it is read, Docker sends whole files again (`docker logs -f` does too); a clock that is set back looks
 * the same. The two cannot be distinguished, so the line is let through.
 */
export type Break = 'gap' | 'back';

/** The last time of one stream, and how many lines had exactly that time. */
type Last = { seconds: number; nanos: number; count: number };

/**
 * Lets every line of a container through once, however often its stream is read again from an earlier time.
 * The engine's times rise within stdout and within stderr (one goroutine each stamps them), though not between the two: so
 * each stream remembers its own last line. Lines at the very same nanosecond are counted.
 */
export class Replay {
  readonly #streams: [Last | undefined, Last | undefined] = [undefined, undefined];
  /** Per stream: replayed lines seen at the last time; undefined when the replay is over. */
  readonly #same: [number | undefined, number | undefined] = [undefined, undefined];
  /** The earliest time ever emitted: the query left out earlier lines, and they stay out. */
  #floor?: Stamp;
  #newest?: Stamp;
  #expected = false;
  #overlapped = false;
  /** The engine's last note about the stream, if no new line came since. */
  #note?: string;

  /** The newest time emitted so far. */
  get newest(): Stamp | undefined {
    return this.#newest;
  }

  /** The stream is read again from a time that includes the newest line. */
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

  /** Whether the engine's note about the stream is new: it repeats it every time a damaged log is read. */
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
