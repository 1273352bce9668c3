import type { Skin } from './skin.ts';

/** Shades that are readable on white; with sixteen colours degraded is yellow, never red. */
export const light: Skin = {
  tones: {
    plain: {},
    dim: { color: '#57606a', basic: 'gray' },
    good: { color: '#116329', basic: 'green' },
    busy: { color: '#0550ae', basic: 'blue' },
    warn: { color: '#7d4e00', basic: 'yellow' },
    bad: { color: '#b3201a', basic: 'red' },
    info: { color: '#0550ae', basic: 'blue' },
    title: { bold: true },
    key: { color: '#8250df', basic: 'magenta' },
    border: { color: '#57606a', basic: 'gray' },
    focus: { color: '#0550ae', basic: 'blue' },
    cursor: { inverse: true },
    mark: { color: '#8250df', basic: 'magenta', bold: true },
    banner: { bold: true, inverse: true },
  },
  series: [
    { color: '#0550ae', basic: 'blue' },
    { color: '#8250df', basic: 'magenta' },
    { color: '#116329', basic: 'green' },
    { color: '#b3201a', basic: 'red' },
    { color: '#1b6e75', basic: 'cyan' },
    { color: '#57606a', basic: 'gray' },
  ],
};
