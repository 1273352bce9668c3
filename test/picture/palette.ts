/** The colours of the picture: a dark terminal's sixteen, and the 256-colour cube that every terminal shares. */

export const BACKGROUND = '#14181f';
export const FOREGROUND = '#d5dae3';

const SIXTEEN = [
  '#2b303b',
  '#ef6b73',
  '#8fcf7f',
  '#e6c26a',
  '#6ca9f2',
  '#c792ea',
  '#5fc9d6',
  '#d5dae3',
  '#6b7385',
  '#ff8b92',
  '#a9e59a',
  '#ffd98a',
  '#8fc1ff',
  '#dcb0ff',
  '#85e3ee',
  '#ffffff',
] as const;

const CUBE = [0, 95, 135, 175, 215, 255] as const;

/** The colour of a cell: a palette index or #rrggbb as it is; undefined stays undefined. */
export function colour(value: number | string | undefined): string | undefined {
  if (typeof value !== 'number') return value;
  if (value < 16) return SIXTEEN[value];
  if (value >= 232) return hex([0, 0, 0].map(() => 8 + (value - 232) * 10));
  const index = value - 16;
  return hex([Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((step) => CUBE[step] ?? 0));
}

/** `share` of the one colour over the other: 1 is all of it. */
export function mix(over: string, under: string, share: number): string {
  const [a, b] = [channels(over), channels(under)];
  return hex(a.map((value, index) => Math.round(value * share + (b[index] ?? 0) * (1 - share))));
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

function hex(values: readonly number[]): string {
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
