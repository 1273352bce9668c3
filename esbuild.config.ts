import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * One CommonJS file in dist/: it starts in half the time of the unbundled program. What costs start-up or cannot be
 * bundled is replaced on the way in; each replacement says why.
 */

/** gRPC (BuildKit sessions) and ssh2 of dockerode are never used: ssh goes through the system's own `ssh`. */
const slimDockerode: Plugin = {
  name: 'slim-dockerode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(session|buildkit|ssh)$/ }, ({ path, importer }) =>
      /node_modules\/(dockerode|docker-modem)\//.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is left out of this bundle'); };`,
    }));
  },
};

/** React's developer tools are no part of the program, and the top-level awaits that load them cannot stand in CommonJS. */
const noDevtools: Plugin = {
  name: 'no-devtools',
  setup({ onLoad }) {
    onLoad({ filter: /ink\/build\/reconciler\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const awaits = /\bawait (import\('\.\/devtools\.js'\)|loadPackageJson\(\))/g;
      if (contents.match(awaits)?.length !== 2)
        throw new Error('ink loads its devtools in another way now: see esbuild.config.ts');
      return { contents: contents.replace(awaits, '{}') };
    });
  },
};

/** Yoga's loader is asynchronous and goes through fetch(); instantiated at once it needs no top-level await and 20 ms less. */
const synchronousYoga: Plugin = {
  name: 'synchronous-yoga',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, async ({ path }) => {
      const folder = dirname(path);
      const emscripten = await readFile(join(folder, '../binaries/yoga-wasm-base64-esm.js'), 'utf8');
      const wasm = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)/.exec(emscripten)?.[1];
      if (!wasm) throw new Error('yoga-layout no longer carries its WebAssembly as base64: see esbuild.config.ts');
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

const INK = '8.0.0';
const SOURCE = join(import.meta.dirname, 'source/ui/ink-output');

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
const ownInkOutput: Plugin = {
  name: 'own-ink-output',
  setup({ onLoad, onResolve, onStart }) {
    onStart(async () => {
      const { version } = JSON.parse(await readFile('node_modules/ink/package.json', 'utf8'));
      if (version === INK) return;
      const text =
        `source/ui/ink-output stands in for the output stage of ink ${INK}, but ink ${version} is installed: compare ` +
        `${Object.keys(STAND_INS).join(', ')} and log-update.js of the two, run its tests, then change the version here`;
      return { errors: [{ text, location: { file: 'esbuild.config.ts' } }] };
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
        throw new Error('ink writes its frames in another way now: see esbuild.config.ts');
      return { contents: `import { stepTogether } from '${SOURCE}/line-update.ts';\n${contents}` };
    });
  },
};

/**
 * string-width takes 20 ms to read its Unicode classes and as long again to compile them; it does so now at the first text that is
 * not of single cells.
 */
const singleCellWidths: Plugin = {
  name: 'single-cell-widths',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const imports = /^(?:import .*\n)+/.exec(contents)?.[0];
      const rest = contents.slice(imports?.length).split('export default function stringWidth(');
      if (!imports || rest.length !== 2)
        throw new Error('string-width is written in another way now: see esbuild.config.ts');
      return {
        resolveDir: dirname(path),
        contents: `
          ${imports}
          import { singleCellWidth } from '${SOURCE}/single-cells.ts';
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

/** meow brings npm's reader of foreign package.json files (25 ms, tables of licences and hosts); it reads this program's own. */
const ownPackageOnly: Plugin = {
  name: 'own-package-only',
  setup({ onLoad }) {
    onLoad({ filter: /meow\/build\/dependencies\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const needless = 'var normalizeExports = requireNormalize();';
      if (!contents.includes(needless))
        throw new Error('meow reads package.json in another way now: see esbuild.config.ts');
      return { contents: contents.replace(needless, 'var normalizeExports = () => {};') };
    });
  },
};

await build({
  entryPoints: ['source/cli.tsx'],
  outfile: 'dist/deskhand.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Names stay as they are: stack traces are readable, and keepNames would cost a call for each function that is made.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  jsx: 'automatic',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',

    'import.meta.url': '__bundleUrl',
  },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  plugins: [slimDockerode, noDevtools, synchronousYoga, ownInkOutput, singleCellWidths, ownPackageOnly],
  logLevel: 'warning',
});
