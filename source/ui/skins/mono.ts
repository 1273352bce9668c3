import type { Skin, Style } from './skin.ts';

/** No colour at all: bold, underlined and inverse. */
export const mono: Skin = {
  tones: {
    plain: {},
    dim: { dim: true },
    good: {},
    busy: {},
    warn: { bold: true },
    bad: { bold: true, underline: true },
    info: {},
    title: { bold: true },
    key: { bold: true },
    border: { dim: true },
    focus: { bold: true },
    cursor: { inverse: true },
    mark: { bold: true },
    banner: { bold: true, inverse: true },
  },
  series: [{}, { bold: true }, { underline: true }, { dim: true }] satisfies Style[],
};
