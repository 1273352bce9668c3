import { type LineBatch, stampAt } from '../engine/logs/batch.ts';
import type { LogEngine } from '../engine/logs/follower.ts';
import { type LogEngines, type LogSession, type LogSource, openLogs } from '../engine/logs/session.ts';
import { toMillis } from '../engine/logs/stamp.ts';
import { TurnBudget } from '../engine/logs/turn-budget.ts';
import type { Clock } from '../lib/clock.ts';
import { lineMasker } from '../lib/secrets.ts';
import { savedLine } from './log-text.ts';
import { plainText } from './spans.ts';

/** How many characters are read ahead of writing. */
const AHEAD = 4 * 1024 * 1024;

/** The complete logs that the engine still has of some containers, merged, in pieces for saving; ends with a note of missing lines. */
export async function* wholeLogs(
  engine: LogEngine | LogEngines,
  clock: Clock,
  sources: readonly LogSource[],
): AsyncGenerator<string> {
  const queue = new PieceQueue();
  let names: readonly (string | undefined)[] = [];
  const maskers = new Map<number, (line: string) => string>();
  const lines = (source: number, batch: LineBatch, from: number, to: number) => {
    let piece = '';
    const mask = maskers.get(source) ?? lineMasker();
    maskers.set(source, mask);
    for (let i = from; i < to; i += 1) {
      const text = batch.bytes.toString('utf8', batch.starts[i], batch.ends[i]);
      piece += savedLine(toMillis(stampAt(batch, i)), names[source], mask(plainText(text)));
    }
    queue.put(piece);
  };
  const range = { kind: 'head', lines: Number.MAX_SAFE_INTEGER } as const;
  const session = openLogs(engine, clock, range, { lines }, new HeldBack(queue));
  try {
    session.setSources(sources);
    names = sources.length > 1 ? session.statuses().map(({ name }) => name) : [];
    void session.ended().then(() => queue.end());
    yield* queue.pieces();
    yield missing(session);
  } finally {
    session.close();
  }
}

function missing(session: LogSession): string {
  const unread = session.statuses().filter(({ state }) => state === 'gone' || state === 'unreadable');
  const left = session.leftOut();
  const notes = unread.map(({ name, reason }) => `${name}: not read: ${reason}`);
  if (left.length > 0) notes.push(`not read, too many logs at once: ${left.join(', ')}`);
  return notes.map((note) => `[deskhand: ${note}]\n`).join('');
}

/** A queue of text between reader and writer. */
class PieceQueue {
  #pieces: string[] = [];
  #size = 0;
  #ended = false;
  #moved: (() => void)[] = [];

  get full(): boolean {
    return this.#size > AHEAD;
  }

  put(piece: string): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    this.#move();
  }

  end(): void {
    this.#ended = true;
    this.#move();
  }

  /** Resolves when something was added, taken, or ended. */
  moved(): Promise<void> {
    return new Promise((resolve) => this.#moved.push(resolve));
  }

  async *pieces(): AsyncGenerator<string> {
    while (!this.#ended || this.#size > 0) {
      const taken = this.#pieces.join('');
      this.#pieces = [];
      this.#size = 0;
      this.#move();
      if (taken === '') await this.moved();
      else yield taken;
    }
  }

  #move(): void {
    for (const resolve of this.#moved.splice(0)) resolve();
  }
}

/** Blocks reading while writing is behind. */
class HeldBack extends TurnBudget {
  readonly #queue: PieceQueue;

  constructor(queue: PieceQueue) {
    super();
    this.#queue = queue;
  }

  override async take(bytes: number): Promise<void> {
    await super.take(bytes);
    while (this.#queue.full) await this.#queue.moved();
  }
}
