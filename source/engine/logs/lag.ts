/** Behind by less than this is not worth a word. */
const NOTICEABLE = 1000;
/** Behind by so much for so long: the reader will not catch up by reading on. */
const TOO_FAR = 5000;
const TOO_LONG = 3000;

/**
 * How far a live log lags behind its container. The clocks of the engine and of this machine may differ: the smallest distance
 * ever seen between a line's time and its arrival counts as none. Milliseconds throughout.
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

  /** Jumps: the number of lines that this leaves out, by the rate at which they were read; 0 is now the distance. */
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
