import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** React's developer tools are no part of the program, and the top-level awaits that load them cannot stand in CommonJS. */
export const noDevtools: Plugin = {
  name: 'no-devtools',
  setup({ onLoad }) {
    onLoad({ filter: /ink\/build\/reconciler\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const awaits = /\bawait (import\('\.\/devtools\.js'\)|loadPackageJson\(\))/g;
      if (contents.match(awaits)?.length !== 2)
        throw new Error('ink loads its devtools in another way now: see build/patches/no-devtools.ts');
      return { contents: contents.replace(awaits, '{}') };
    });
  },
};
