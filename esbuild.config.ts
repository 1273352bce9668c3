import { type BuildOptions, build, type Plugin } from 'esbuild';
import { noDevtools } from './build/patches/no-devtools.ts';
import { ownInkOutput } from './build/patches/own-ink-output.ts';
import { ownPackageOnly } from './build/patches/own-package-only.ts';
import { singleCellWidths } from './build/patches/single-cell-widths.ts';
import { slimDockerode } from './build/patches/slim-dockerode.ts';
import { synchronousYoga } from './build/patches/synchronous-yoga.ts';

/**
 * Two CommonJS files in dist/: the program, and the simulated engine, which only `demo` loads. A bundle starts in half the
 * time of the unbundled program. What costs start-up or cannot be bundled is replaced on the way in, by one file of
 * build/patches for each reason.
 */

/** The simulated engine is a program of its own: no one who looks at a real engine loads it. */
const simulatorApart: Plugin = {
  name: 'simulator-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/simulator\/simulator\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './simulator.cjs', external: true } : undefined,
    );
  },
};

const common: BuildOptions = {
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
  logLevel: 'warning',
};

await build({
  ...common,
  entryPoints: ['source/cli.ts'],
  outfile: 'dist/deskhand.cjs',
  plugins: [simulatorApart, slimDockerode, noDevtools, synchronousYoga, ownInkOutput, singleCellWidths, ownPackageOnly],
});
await build({ ...common, entryPoints: ['source/simulator/simulator.ts'], outfile: 'dist/simulator.cjs' });
