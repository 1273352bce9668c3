import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { noDebug } from './patches/no-debug.ts';
import { noDevtools } from './patches/no-devtools.ts';
import { ownInkOutput } from './patches/own-ink-output.ts';
import { singleCellWidths } from './patches/single-cell-widths.ts';
import { slimDockerode } from './patches/slim-dockerode.ts';
import { startingSooner } from './patches/start-up.ts';
import { synchronousYoga } from './patches/synchronous-yoga.ts';

/**
 * The bundles: CommonJS files that start in half the time of the unbundled program. What costs start-up or cannot be bundled is replaced
 * on the way in, by one file of build/patches for each reason.
 */

/** What few invocations need is a file of its own, which nothing else loads. */
const APART = { simulator: 'source/simulator/simulator.ts', mcp: 'source/commands/mcp/server.ts' } as const;

const apart: Plugin = {
  name: 'apart',
  setup({ onResolve }) {
    for (const [name, entry] of Object.entries(APART)) {
      onResolve({ filter: new RegExp(`/${basename(entry)}$`) }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' && resolve(resolveDir, path) === resolve(entry)
          ? { path: `./${name}.cjs`, external: true }
          : undefined,
      );
    }
  },
};

/** Writes the bundle as it starts soonest. */
const soonest: Plugin = {
  name: 'start-up',
  setup({ initialOptions, onEnd }) {
    initialOptions.write = false;
    onEnd(({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, startingSooner(text));
      }
    });
  },
};

const patches = [soonest, slimDockerode, noDebug, noDevtools, synchronousYoga, ownInkOutput, singleCellWidths];

/** The version of package.json. */
export const version: string = JSON.parse(readFileSync('package.json', 'utf8')).version;

/** What `--version` says: the version and, where it is known, the commit. */
function versionText(): string {
  const commit = process.env.DESKHAND_COMMIT ?? git('rev-parse', '--short=10', 'HEAD');
  return commit === '' ? version : `${version} (${commit})`;
}

/** Empty where this is no checkout, such as an unpacked npm package. */
function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

function common(): BuildOptions {
  return {
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
      'process.env.DESKHAND_VERSION': JSON.stringify(versionText()),
      'import.meta.url': '__bundleUrl',
    },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  };
}

/** dist/deskhand.cjs and, apart from it, the simulated engine and the MCP server. */
export async function buildBundles(): Promise<void> {
  const options = common();
  const program = { entryPoints: ['source/cli.ts'], outfile: 'dist/deskhand.cjs' };
  await build({ ...options, ...program, plugins: [apart, ...patches] });
  for (const [name, entry] of Object.entries(APART))
    await build({ ...options, entryPoints: [entry], outfile: `dist/${name}.cjs` });
}

/** All in one file: a single-file executable can load no other. */
export async function buildWhole(outfile: string): Promise<void> {
  await build({ ...common(), entryPoints: ['source/cli.ts'], outfile, plugins: patches });
}
