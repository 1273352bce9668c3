import { BASIC, type SkinFile, type Style, type Tone } from './skin.ts';

/** Where k9s defines the colour of each tone; the first one set is used. */
const PLACES: Partial<Readonly<Record<Tone, readonly string[]>>> = {
  plain: ['body.fgColor'],
  dim: ['frame.status.completedColor'],
  good: ['frame.status.addColor', 'frame.status.newColor'],
  busy: ['frame.status.modifyColor', 'frame.status.pendingColor'],
  warn: ['frame.status.highlightColor', 'frame.status.highlightcolor'],
  bad: ['frame.status.errorColor', 'frame.status.killColor'],
  info: ['info.fgColor', 'info.sectionColor'],
  title: ['frame.title.fgColor'],
  key: ['frame.menu.keyColor'],
  border: ['frame.border.fgColor'],
  focus: ['frame.border.focusColor'],
  mark: ['views.table.markColor'],
};

/** Colour names of the terminal library of k9s, as far as its skins use them. */
const NAMES: Readonly<Record<string, string>> = {
  aqua: '#00ffff',
  aquamarine: '#7fffd4',
  black: '#000000',
  blue: '#0000ff',
  cadetblue: '#5f9ea0',
  chartreuse: '#7fff00',
  coral: '#ff7f50',
  cornflowerblue: '#6495ed',
  crimson: '#dc143c',
  cyan: '#00ffff',
  darkgray: '#a9a9a9',
  darkorange: '#ff8c00',
  deepskyblue: '#00bfff',
  dodgerblue: '#1e90ff',
  fuchsia: '#ff00ff',
  ghostwhite: '#f8f8ff',
  gold: '#ffd700',
  gray: '#808080',
  green: '#008000',
  greenyellow: '#adff2f',
  indianred: '#cd5c5c',
  lawngreen: '#7cfc00',
  lightgray: '#d3d3d3',
  lightgreen: '#90ee90',
  lightskyblue: '#87cefa',
  lime: '#00ff00',
  magenta: '#ff00ff',
  mediumpurple: '#9370db',
  mediumspringgreen: '#00fa9a',
  navajowhite: '#ffdead',
  navy: '#000080',
  orange: '#ffa500',
  orangered: '#ff4500',
  palegreen: '#98fb98',
  papayawhip: '#ffefd5',
  pink: '#ffc0cb',
  purple: '#800080',
  red: '#ff0000',
  royalblue: '#4169e1',
  seagreen: '#2e8b57',
  silver: '#c0c0c0',
  skyblue: '#87ceeb',
  slategray: '#708090',
  springgreen: '#00ff7f',
  steelblue: '#4682b4',
  teal: '#008080',
  tomato: '#ff6347',
  turquoise: '#40e0d0',
  violet: '#ee82ee',
  white: '#ffffff',
  whitesmoke: '#f5f5f5',
  yellow: '#ffff00',
  yellowgreen: '#9acd32',
};

/** The skin in a k9s file, as far as it applies here; undefined if it is not one. Unknown colours are left out. */
export function fromK9s(file: unknown): SkinFile | undefined {
  const root = at(file, 'k9s');
  if (root === undefined) return undefined;
  const tones: Partial<Record<Tone, Style>> = {};
  for (const [tone, places] of Object.entries(PLACES)) {
    const color = places.map((place) => colourOf(at(root, ...place.split('.')))).find((one) => one !== undefined);
    if (color !== undefined) tones[tone as Tone] = { color };
  }
  const cursor = colourOf(at(root, 'views', 'table', 'cursorBgColor'));
  const text = colourOf(at(root, 'views', 'table', 'cursorFgColor'));
  if (cursor !== undefined) tones.cursor = { background: cursor, ...(text === undefined ? {} : { color: text }) };
  return { tones, glyphs: {} };
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** `default` and `-` leave the colour to the terminal, as they do in k9s. */
function colourOf(value: unknown): Style['color'] {
  if (typeof value !== 'string') return undefined;
  if (/^#[0-9a-f]{6}$/i.test(value)) return value;
  return NAMES[value.toLowerCase()] ?? BASIC.find((name) => name === value);
}
