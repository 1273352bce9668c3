import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildWhole } from './bundle.ts';

/**
 * Makes dist/executable/deskhand: this Node with the program inside, which runs where no Node is installed.
 * https://nodejs.org/api/single-executable-applications.html
 */

const DIRECTORY = 'dist/executable';
/** The mark in Node's binary that says whether a program is inside. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const at = (name: string) => join(DIRECTORY, name);

rmSync(DIRECTORY, { recursive: true, force: true });
mkdirSync(DIRECTORY, { recursive: true });
await buildWhole(at('program.cjs'));
writeFileSync(
  at('sea.json'),
  JSON.stringify({
    main: at('program.cjs'),
    output: at('program.blob'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS of the user are for Node, not for deskhand.
    execArgvExtension: 'none',
  }),
);
execFileSync(process.execPath, ['--experimental-sea-config', at('sea.json')], { stdio: 'ignore' });
copyFileSync(process.execPath, at('deskhand'));
chmodSync(at('deskhand'), 0o755);
const whole = statSync(at('deskhand')).size;
strip();
// As a child: it warns of every note that Node's binary has.
const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
const injection = [at('deskhand'), 'NODE_SEA_BLOB', at('program.blob'), '--sentinel-fuse', FUSE];
execFileSync(process.execPath, [postject, ...injection], { stdio: 'ignore' });
for (const name of ['program.cjs', 'program.blob', 'sea.json']) rmSync(at(name));
const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const size = statSync(at('deskhand')).size;
process.stdout.write(`${at('deskhand')}: ${mib(size)} (Node ${process.version}: ${mib(whole)}, ${process.arch})\n`);

/** Without the symbols, which are a seventh of it. */
function strip(): void {
  try {
    execFileSync('strip', [at('deskhand')], { stdio: 'ignore' });
  } catch {
    process.stdout.write('strip (binutils) is not installed: the executable keeps its symbols\n');
  }
}
