import { dark } from './dark.ts';
import type { Skin } from './skin.ts';

/** Teal, pink and red: distinguishable without blue and yellow. */
export const tritanopia: Skin = {
  tones: {
    ...dark.tones,
    good: { color: '#2fd6d0', basic: 'cyan' },
    warn: { color: '#ffc2d9', basic: 'magentaBright' },
    bad: { color: '#ff4040', basic: 'red', bold: true },
    busy: { color: '#ffffff', basic: 'white' },
    info: { color: '#d8d8d8', basic: 'white' },
  },
  series: (['#2fd6d0', '#ff4040', '#ffc2d9', '#ffffff', '#a0a0a0', '#d45087'] as const).map((color) => ({ color })),
};
