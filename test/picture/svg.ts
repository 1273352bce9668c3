import type { Cell } from '../harness/screen.ts';
import { drawn, round } from './glyphs.ts';
import { BACKGROUND, colour, FOREGROUND, mix } from './palette.ts';

/** The cells of a terminal as an SVG: text that can be selected, in the cell where it stood, whatever font the reader has. */

const WIDTH = 8.4;
const HEIGHT = 18;
const SIZE = 14;
const PADDING = 14;
const FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

type Style = { fill: string; background?: string; bold: boolean; italic: boolean; underline: boolean };
type Run = { column: number; cells: number; text: string; style: Style };

export function toSvg(rows: readonly (readonly Cell[])[], title: string): string {
  const columns = Math.max(...rows.map((row) => row.reduce((sum, cell) => sum + cell.width, 0)));
  const [width, height] = [round(columns * WIDTH + 2 * PADDING), rows.length * HEIGHT + 2 * PADDING];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONTS}" font-size="${SIZE}" fill="none" shape-rendering="crispEdges" xml:space="preserve">`,
    ...rows.flatMap((row, index) => drawRow(row, PADDING + index * HEIGHT)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawRow(row: readonly Cell[], y: number): string[] {
  const all = runs(row);
  return [...all.map((run) => drawBackground(run, y)), ...all.map((run) => drawText(run, y))].filter(Boolean);
}

function drawBackground({ column, cells, style }: Run, y: number): string {
  if (!style.background) return '';
  const [x, width] = [round(PADDING + column * WIDTH), round(cells * WIDTH)];
  return `<rect x="${x}" y="${y}" width="${width}" height="${HEIGHT}" fill="${style.background}"/>`;
}

function drawText(run: Run, y: number): string {
  const text = run.text.trim();
  if (!text) return '';
  const { style } = run;
  // Blanks at the ends are cells, but not text: not every reader would give them their width.
  const x = round(PADDING + (run.column + run.text.indexOf(text)) * WIDTH);
  const cells = run.cells - (run.text.length - text.length);
  const shape =
    cells === 1 || isRule(text) ? drawn(text.charAt(0), x, y, cells * WIDTH, HEIGHT, style.fill) : undefined;
  if (shape) return shape;
  const looks = [
    style.bold && 'font-weight="bold"',
    style.italic && 'font-style="italic"',
    style.underline && 'text-decoration="underline"',
  ].filter(Boolean);
  const attributes = [`x="${x}"`, `y="${y + SIZE - 1}"`, `fill="${style.fill}"`, ...looks];
  // The reader's font may be wider or narrower than a cell: the run is made to fill its cells.
  return `<text ${attributes.join(' ')} textLength="${round(cells * WIDTH)}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
}

/** Neighbours of one style become one run, as long as they are plain ASCII or a rule; every other character stands alone. */
function runs(row: readonly Cell[]): Run[] {
  const found: Run[] = [];
  let column = 0;
  for (const cell of row) {
    const style = styleOf(cell);
    const last = found.at(-1);
    if (last && joins(last.text, cell.text) && same(last.style, style)) {
      last.text += cell.text;
      last.cells += cell.width;
    } else {
      found.push({ column, cells: cell.width, text: cell.text, style });
    }
    column += cell.width;
  }
  return found;
}

function styleOf(cell: Cell): Style {
  const ink = colour(cell.foreground) ?? FOREGROUND;
  const paper = colour(cell.background);
  const [front, back] = cell.inverse ? [paper ?? BACKGROUND, ink] : [ink, paper];
  return {
    fill: cell.dim ? mix(front, back ?? BACKGROUND, 0.6) : front,
    background: back,
    bold: cell.bold,
    italic: cell.italic,
    underline: cell.underline,
  };
}

function same(a: Style, b: Style): boolean {
  return (
    a.fill === b.fill &&
    a.background === b.background &&
    a.bold === b.bold &&
    a.italic === b.italic &&
    a.underline === b.underline
  );
}

function joins(before: string, next: string): boolean {
  return isPlain(before) ? isPlain(next) : isRule(before) && isRule(next);
}

function isPlain(text: string): boolean {
  return /^[\u0020-\u007e]+$/.test(text);
}

function isRule(text: string): boolean {
  return /^─+$/.test(text);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
