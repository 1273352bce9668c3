import { dark } from './dark.ts';
import type { Skin } from './skin.ts';

/** Blue, yellow and vermilion (Okabe and Ito): distinguishable without red and green. */
export const deuteranopia: Skin = {
  tones: {
    ...dark.tones,
    good: { color: '#56b4e9', basic: 'blueBright' },
    warn: { color: '#f0e442', basic: 'yellow' },
    bad: { color: '#e8640a', basic: 'redBright', bold: true },
    busy: { color: '#c3c3ff', basic: 'cyan' },
  },
  series: (['#56b4e9', '#f0e442', '#e8640a', '#ffffff', '#cc79a7', '#9a9aff'] as const).map((color) => ({ color })),
};
