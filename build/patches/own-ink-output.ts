import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const INK = '8.0.0';
const SOURCE = join(import.meta.dirname, '../../source/ui/ink-output');

/** What of Ink is replaced: file of ink/build, what makes its stand-in from Ink's parts, and where that is. */
const STAND_INS = {
  'output.js': { make: 'steadyOutput(parts)', from: 'output.ts' },
  'line-update.js': { make: 'changedCells(parts, Stock)', from: 'line-update.ts' },
} as const;

/**
 * Ink makes every cell of the screen anew for each frame and writes a line to its end when one number of it changed;
 * source/ui/ink-output keeps rows from frame to frame and writes what changed: a frame takes a quarter of the time and of the
 * bytes, and the memory does not swell. Private API, so this holds for one version of Ink only; at run time
 * DESKHAND_STOCK_OUTPUT=1 takes Ink's own.
 */
export const ownInkOutput: Plugin = {
  name: 'own-ink-output',
  setup({ onLoad, onResolve, onStart }) {
    onStart(async () => {
      const { version } = JSON.parse(await readFile('node_modules/ink/package.json', 'utf8'));
      if (version === INK) return;
      const text =
        `source/ui/ink-output stands in for the output stage of ink ${INK}, but ink ${version} is installed: compare ` +
        `${Object.keys(STAND_INS).join(', ')} and log-update.js of the two, run its tests, then change the version here`;
      return { errors: [{ text, location: { file: 'build/patches/own-ink-output.ts' } }] };
    });
    onResolve({ filter: /^\.\/stock-(output|line-update)\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('stock-', '')),
      suffix: '?stock',
    }));
    onLoad({ filter: /ink\/build\/(output|line-update)\.js$/ }, ({ path, suffix }) => {
      if (suffix === '?stock') return undefined;
      const file = basename(path) as keyof typeof STAND_INS;
      const { make, from } = STAND_INS[file];
      return {
        resolveDir: dirname(path),
        contents: `
          import stringWidth from 'string-width';
          import * as ansi from '@alcalzone/ansi-tokenize';
          import Stock from './stock-${file}';
          import { ${make.replace(/\(.*/, '')} } from '${SOURCE}/${from}';
          const parts = { ...ansi, stringWidth };
          export default process.env.DESKHAND_STOCK_OUTPUT === '1' ? Stock : ${make};`,
      };
    });
    onLoad({ filter: /ink\/build\/log-update\.js$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8')).replace("buffer.join('')", "stepTogether(buffer.join(''))");
      if (!contents.includes('stepTogether'))
        throw new Error('ink writes its frames in another way now: see build/patches/own-ink-output.ts');
      return { contents: `import { stepTogether } from '${SOURCE}/line-update.ts';\n${contents}` };
    });
  },
};
