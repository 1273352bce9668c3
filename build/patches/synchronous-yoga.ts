import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Yoga's loader is asynchronous and goes through fetch(); instantiated at once it needs no top-level await and 20 ms less. */
export const synchronousYoga: Plugin = {
  name: 'synchronous-yoga',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, async ({ path }) => {
      const folder = dirname(path);
      const emscripten = await readFile(join(folder, '../binaries/yoga-wasm-base64-esm.js'), 'utf8');
      const wasm = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)/.exec(emscripten)?.[1];
      if (!wasm)
        throw new Error(
          'yoga-layout no longer carries its WebAssembly as base64: see build/patches/synchronous-yoga.ts',
        );
      return {
        resolveDir: folder,
        contents: `
          import load from '../binaries/yoga-wasm-base64-esm.js';
          import wrapAssembly from './wrapAssembly.js';
          const exports = {};
          const yoga = {
            instantiateWasm(imports, done) {
              done(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from('${wasm}', 'base64')), imports));
              return {};
            },
          };
          load(yoga);
          export default wrapAssembly(yoga);
          export * from './generated/YGEnums.js';`,
      };
    });
    // The second copy of the same base64 text, inside the loader itself, is dead weight once the bytes are handed in.
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/data:application\/octet-stream;base64,[A-Za-z0-9+/=]+/, ''),
    }));
  },
};
