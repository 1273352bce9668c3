import type { InkParts } from './cells.ts';
import { type Clip, intersect } from './clip.ts';
import { type Finish, type PaintedPiece, Painter } from './painter.ts';
import { steadyCells } from './steady.ts';

/** Changes a line as it is written; `index` counts from the first line of its text. */
type Transformer = (line: string, index: number) => string;
type Write = { type: 'write'; x: number; y: number; text: string; transformers: readonly Transformer[] };
type Operation = Write | { type: 'clip'; clip: Clip } | { type: 'unclip' };

type Size = { width: number; height: number };

/** Ink's class as its renderer uses it. */
export type Output = Size & {
  write(x: number, y: number, text: string, options: { transformers: readonly Transformer[] }): void;
  clip(clip: Clip): void;
  unclip(): void;
  get(): { output: string; height: number };
};

/**
 * A text that begins this far right is a broken layout (a box narrower than its padding), for which Ink would fill its memory with gaps.
 */
const FARTHEST = 10_000;

/**
 * The output stage of Ink 8.0.0 (build/output.js), over Ink's own parts, with the same result, but cached from frame to frame: an unchanged
 * row costs one look-up, whereas Ink rebuilds every cell of every frame. All outputs of the class share the cache.
 */
export function cachedOutput(parts: InkParts, finish?: Finish): new (size: Size) => Output {
  const painter = new Painter(parts, finish);
  return class CachedOutput implements Output {
    readonly #operations: Operation[] = [];
    width: number;
    height: number;

    constructor({ width, height }: Size) {
      this.width = width;
      this.height = height;
    }

    write(x: number, y: number, text: string, { transformers }: { transformers: readonly Transformer[] }): void {
      if (text !== '') this.#operations.push({ type: 'write', x, y, text, transformers });
    }

    clip(clip: Clip): void {
      this.#operations.push({ type: 'clip', clip });
    }

    unclip(): void {
      this.#operations.push({ type: 'unclip' });
    }

    get(): { output: string; height: number } {
      const rows: PaintedPiece[][] = [];
      for (let y = 0; y < this.height; y += 1) rows.push([]);
      const clips: Clip[] = [];
      for (const operation of this.#operations) {
        if (operation.type === 'clip') clips.push(intersect(clips.at(-1), operation.clip));
        else if (operation.type === 'unclip') clips.pop();
        else place(operation, clips.at(-1), rows, painter);
      }
      const output = rows.map((pieces) => painter.row(pieces, this.width)).join('\n');
      return { output, height: rows.length };
    }
  };
}

/** Like `cachedOutput`; additionally each cell is in its column in every terminal. */
export function steadyOutput(parts: InkParts): new (size: Size) => Output {
  return cachedOutput(parts, steadyCells(parts));
}

function place(
  { x, y, text, transformers }: Write,
  clip: Clip | undefined,
  rows: PaintedPiece[][],
  painter: Painter,
): void {
  const placed = clip ? painter.clip(text, x, y, clip) : { x, y, lines: painter.split(text) };
  if (placed.x > FARTHEST) return;
  placed.lines.forEach((part, index) => {
    const row = placed.y + index;
    const line = rows[row] && transformers.reduce((text, transform) => transform(text, row - y), part);
    if (line) rows[row]?.push({ x: placed.x, line });
  });
}
