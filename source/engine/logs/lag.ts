/** A smaller lag is not shown. */
const NOTICEABLE = 1000;
/** A lag this large for this long: the reader will not catch up. */
const TOO_FAR = 5000;
const TOO_LONG = 3000;

/**
 * How far a live log lags behind its container. The clocks of the engine and this machine may differ: the smallest distance ever seen
 * between a line's time and its arrival counts as zero. Milliseconds throughout.
 */
export class Lag {
  #skew = Number.POSITIVE_INFINITY;
  #farSince?: number;
  #from = 0;
  #lines = 0;
  #rate = 0;
  #behind = 0;

  /** `lines` lines have been read, the newest of them stamped `newest`. */
  see(now: number, newest: number, lines: number): void {
    this.#skew = Math.min(this.#skew, now - newest);
    const distance = now - newest - this.#skew;
    this.#behind = distance < NOTICEABLE ? 0 : distance;
    if (distance < TOO_FAR) this.#farSince = undefined;
    else this.#farSince ??= now;
    this.#count(now, lines);
  }

  get behind(): number {
    return this.#behind;
  }

  /** Whether it is time to jump to the end of the log. */
  hopeless(now: number): boolean {
    return this.#farSince !== undefined && now - this.#farSince >= TOO_LONG;
  }

  /** Records a jump and resets the lag to 0; returns the number of lines dropped, estimated from the reading rate. */
  jump(): number {
    const skipped = Math.round((this.#behind / 1000) * this.#rate);
    this.#behind = 0;
    this.#farSince = undefined;
    return skipped;
  }

  #count(now: number, lines: number): void {
    if (now - this.#from > 1000) {
      this.#rate = this.#from === 0 ? this.#rate : (this.#lines * 1000) / (now - this.#from);
      this.#from = now;
      this.#lines = 0;
    }
    this.#lines += lines;
  }
}
