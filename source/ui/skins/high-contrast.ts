import { dark } from './dark.ts';
import type { Skin } from './skin.ts';

/** Bright on black, and no dim text: for projectors, low vision and sunlight. */
export const highContrast: Skin = {
  tones: {
    ...dark.tones,
    plain: { color: '#ffffff', basic: 'whiteBright' },
    dim: { color: '#d0d0d0', basic: 'white' },
    good: { color: '#5cff5c', basic: 'greenBright' },
    busy: { color: '#5cffff', basic: 'cyanBright' },
    warn: { color: '#ffff5c', basic: 'yellowBright', bold: true },
    bad: { color: '#ff9090', basic: 'redBright', bold: true },
    info: { color: '#5cffff', basic: 'cyanBright' },
    border: { color: '#d0d0d0', basic: 'white' },
    key: { color: '#ffb0ff', basic: 'magentaBright', bold: true },
  },
  series: (['#5cffff', '#ffb0ff', '#ffff5c', '#5cff5c', '#a0c8ff', '#ff9090'] as const).map((color) => ({ color })),
};
