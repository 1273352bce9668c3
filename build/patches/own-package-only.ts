import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** meow brings npm's reader of foreign package.json files (25 ms, tables of licences and hosts); it reads this program's own. */
export const ownPackageOnly: Plugin = {
  name: 'own-package-only',
  setup({ onLoad }) {
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const needless = 'var normalizeExports = requireNormalize();';
      if (!contents.includes(needless))
        throw new Error('meow reads package.json in another way now: see build/patches/own-package-only.ts');
      return { contents: contents.replace(needless, 'var normalizeExports = () => {};') };
    });
  },
};
