import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const SINGLE_CELLS = join(import.meta.dirname, '../../source/ui/ink-output/single-cells.ts');

/**
 * string-width takes 20 ms to read its Unicode classes and as long again to compile them; it does so now at the first text that is
 * not of single cells.
 */
export const singleCellWidths: Plugin = {
  name: 'single-cell-widths',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const imports = /^(?:import .*\n)+/.exec(contents)?.[0];
      const rest = contents.slice(imports?.length).split('export default function stringWidth(');
      if (!imports || rest.length !== 2)
        throw new Error('string-width is written in another way now: see build/patches/single-cell-widths.ts');
      return {
        resolveDir: dirname(path),
        contents: `
          ${imports}
          import { singleCellWidth } from '${SINGLE_CELLS}';
          const load = () => { ${rest.join('return function stringWidth(')} };
          let anyWidth;
          export default (input, options) => {
            const single = options === undefined && typeof input === 'string' ? singleCellWidth(input) : undefined;
            return single ?? (anyWidth ??= load())(input, options);
          };`,
      };
    });
  },
};
