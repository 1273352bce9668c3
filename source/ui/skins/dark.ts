import type { Skin } from './skin.ts';

/** Names of the sixteen colours, so that the terminal's own palette decides the exact shade. */
export const dark: Skin = {
  tones: {
    plain: {},
    dim: { dim: true },
    good: { color: 'green' },
    busy: { color: 'cyan' },
    warn: { color: 'yellow' },
    bad: { color: 'red' },
    info: { color: 'cyan' },
    title: { bold: true },
    key: { color: 'magentaBright' },
    border: { dim: true },
    focus: { color: 'cyanBright' },
    cursor: { inverse: true },
    mark: { color: 'magentaBright', bold: true },
    banner: { bold: true, inverse: true },
  },
  series: (['cyan', 'magenta', 'yellow', 'green', 'blueBright', 'redBright'] as const).map((color) => ({ color })),
};
