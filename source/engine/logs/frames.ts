/**
 * The engine's stream of a container without a TTY: frames of eight bytes of header (stream, 0, 0, 0, length as a big-endian
 * uint32) and a payload. Frames break anywhere across the chunks of a connection.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */

/** Stream byte of a frame; `engine` frames hold the engine's messages about the stream. */
export const STREAMS = { stdin: 0, stdout: 1, stderr: 2, engine: 3 } as const;

/**
 * A part of a frame's payload: `bytes[start, end)`. `first` marks the part that begins the frame; it is never shorter than
 * `HEAD` bytes unless the frame is, so that a time stamp is never broken across two parts.
 */
export type OnPiece = (stream: number, bytes: Buffer, start: number, end: number, first: boolean) => void;

const HEADER = 8;
const HEAD = 64;
const NOTHING = Buffer.alloc(0);

export class FrameReader {
  readonly #onPiece: OnPiece;
  /** An incomplete header and head, waiting for the next chunk. */
  #rest: Buffer = NOTHING;
  #stream = 0;
  /** Bytes of the current frame that are still to come. */
  #missing = 0;
  /** Not framed at all: a TTY that was not recognised (podman, an inspect that came too late). */
  #raw = false;

  constructor(onPiece: OnPiece) {
    this.#onPiece = onPiece;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = NOTHING;
    let at = this.#continue(bytes);
    while (at < bytes.length) {
      const next = this.#frame(bytes, at);
      if (next < 0) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** Whether the stream is between two frames: false at the end means that it was cut. */
  get whole(): boolean {
    return this.#missing === 0 && this.#rest.length === 0;
  }

  #continue(bytes: Buffer): number {
    if (this.#missing === 0) return 0;
    const end = Math.min(bytes.length, this.#missing);
    this.#missing -= end;
    this.#onPiece(this.#stream, bytes, 0, end, false);
    return end;
  }

  /** Reads the frame at `at`; returns where the next one starts, or -1 if it is incomplete. */
  #frame(bytes: Buffer, at: number): number {
    if (this.#raw || !plausible(bytes, at)) {
      this.#raw = true;
      this.#onPiece(STREAMS.stdout, bytes, at, bytes.length, false);
      return bytes.length;
    }
    if (bytes.length - at < HEADER) return -1;
    const length = bytes.readUInt32BE(at + 4);
    if (bytes.length - at - HEADER < Math.min(length, HEAD)) return -1;
    const start = at + HEADER;
    const end = Math.min(bytes.length, start + length);
    this.#stream = bytes[at] ?? 0;
    this.#missing = length - (end - start);
    this.#onPiece(this.#stream, bytes, start, end, true);
    return end;
  }
}

function plausible(bytes: Buffer, at: number): boolean {
  const last = Math.min(bytes.length, at + 4);
  if ((bytes[at] ?? 0) > STREAMS.engine) return false;
  for (let i = at + 1; i < last; i += 1) if (bytes[i] !== 0) return false;
  return true;
}
