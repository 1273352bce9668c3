import * as v from 'valibot';

/** A skin as data: the look of each tone, series and glyph. A user's skin file has the same shape. */

export const TONES = [
  'plain',
  'dim',
  'good',
  'busy',
  'warn',
  'bad',
  'info',
  'title',
  'key',
  'border',
  'focus',
  'cursor',
  'mark',
  'banner',
] as const;

/** The meaning of a colour. Only skins name colours; every tone also has a glyph or a word where it is shown. */
export type Tone = (typeof TONES)[number];

export const GLYPHS = [
  'ok',
  'done',
  'starting',
  'maintenance',
  'unknown',
  'degraded',
  'down',
  'up',
  'falling',
  'cause',
  'fold',
  'unfold',
  'ellipsis',
] as const;

export type Glyph = (typeof GLYPHS)[number];

/** The sixteen colours of a terminal, as its own palette shades them. */
export const BASIC = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'gray',
  'redBright',
  'greenBright',
  'yellowBright',
  'blueBright',
  'magentaBright',
  'cyanBright',
  'whiteBright',
] as const;

export type Basic = (typeof BASIC)[number];

const Colour = v.union([v.picklist(BASIC), v.pipe(v.string(), v.regex(/^#[0-9a-fA-F]{6}$/))], 'must be a colour');

const StyleSchema = v.strictObject({
  color: v.optional(Colour),
  background: v.optional(Colour),
  /** For terminals with sixteen colours, where the nearest colour to a #rrggbb may have another meaning. */
  basic: v.optional(v.picklist(BASIC)),
  bold: v.optional(v.boolean()),
  dim: v.optional(v.boolean()),
  underline: v.optional(v.boolean()),
  inverse: v.optional(v.boolean()),
});

export type Style = v.InferOutput<typeof StyleSchema>;

const COLOURS = `${BASIC.join(', ')} or #rrggbb`;

/** A style, or only its colour. */
const StyleInput = v.union(
  [
    v.pipe(
      Colour,
      v.transform((color): Style => ({ color: color as Style['color'] })),
    ),
    StyleSchema,
  ],
  `must be a colour (${COLOURS}) or { color, background, basic, bold, dim, underline, inverse }`,
);

/** One column wide, as tables are drawn around it. */
const GlyphSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(2));

/** A user's skin file: missing parts come from the skin that it is based on. */
export const SkinFile = v.strictObject({
  base: v.optional(v.string()),
  tones: v.optional(v.partial(v.strictObject(v.entriesFromList(TONES, StyleInput))), {}),
  series: v.optional(v.pipe(v.array(StyleInput), v.minLength(1))),
  glyphs: v.optional(v.partial(v.strictObject(v.entriesFromList(GLYPHS, GlyphSchema))), {}),
});

export type SkinFile = v.InferOutput<typeof SkinFile>;

export type Skin = {
  tones: Readonly<Record<Tone, Style>>;
  /** Log prefixes and chart lines, in turn. */
  series: readonly Style[];
  glyphs?: Partial<Readonly<Record<Glyph, string>>>;
};

/** A skin with the changes of a file. */
export function refined(base: Skin, { tones, series, glyphs }: SkinFile): Skin {
  return {
    tones: { ...base.tones, ...(tones as Partial<Record<Tone, Style>>) },
    series: series ?? base.series,
    glyphs: { ...base.glyphs, ...glyphs },
  };
}
