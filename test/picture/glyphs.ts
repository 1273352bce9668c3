/** Characters that must meet their neighbours exactly are drawn, not written: fonts leave gaps between lines. */

/** Which arms a box-drawing character has: up, right, down, left. */
const ARMS: Readonly<Record<string, string>> = {
  '─': 'rl',
  '━': 'rl',
  '│': 'ud',
  '┃': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '╭': 'rd',
  '╮': 'dl',
  '╰': 'ur',
  '╯': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
};

const EIGHTHS = ' ▁▂▃▄▅▆▇█';

/** Bits of a braille pattern to column and row of its dot. */
const BRAILLE: readonly (readonly [column: number, row: number])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
];

/** SVG for one character in the cell at x, y; undefined when it is to be written as text. */
export function drawn(
  char: string,
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
): string | undefined {
  const arms = ARMS[char];
  if (arms) return lines(arms, x, y, width, height, fill);
  const eighths = EIGHTHS.indexOf(char);
  if (eighths > 0) {
    const tall = (height * eighths) / 8;
    return `<rect x="${round(x)}" y="${round(y + height - tall)}" width="${round(width)}" height="${round(tall)}" fill="${fill}"/>`;
  }
  const pattern = (char.codePointAt(0) ?? 0) - 0x2800;
  return pattern > 0 && pattern < 256 ? dots(pattern, x, y, width, height, fill) : undefined;
}

function lines(arms: string, x: number, y: number, width: number, height: number, stroke: string): string {
  const [middle, centre] = [x + width / 2, y + height / 2];
  const ends: Readonly<Record<string, string>> = {
    u: `V${round(y)}`,
    r: `H${round(x + width)}`,
    d: `V${round(y + height)}`,
    l: `H${round(x)}`,
  };
  const path = [...arms].map((arm) => `M${round(middle)} ${round(centre)}${ends[arm]}`).join('');
  return `<path d="${path}" stroke="${stroke}" stroke-linecap="square"/>`;
}

function dots(pattern: number, x: number, y: number, width: number, height: number, fill: string): string {
  const path = BRAILLE.filter((_, bit) => pattern & (1 << bit))
    .map(([column, row]) => {
      const [left, top] = [x + width * (0.25 + column * 0.5) - 1, y + height * (0.125 + row * 0.25) - 1];
      return `M${round(left)} ${round(top)}h2v2h-2z`;
    })
    .join('');
  return `<path d="${path}" fill="${fill}"/>`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
