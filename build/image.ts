import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from './bundle.ts';

/**
 * Builds the container image deskhand:VERSION from the executable that `npm run build:executable` has made: from scratch, with nothing
 * inside but the executable and the libraries that it loads. Needs the docker CLI; takes nothing from a registry.
 */

const CONTEXT = 'dist/image';
const EXECUTABLE = 'dist/executable/deskhand';

rmSync(CONTEXT, { recursive: true, force: true });
mkdirSync(join(CONTEXT, 'rootfs/usr/bin'), { recursive: true });
copyFileSync('Containerfile', join(CONTEXT, 'Containerfile'));
cpSync(EXECUTABLE, join(CONTEXT, 'rootfs/usr/bin/deskhand'));
for (const library of libraries()) {
  const place = join(CONTEXT, 'rootfs', library);
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(realpathSync(library), place);
}
const build = ['build', '--file', join(CONTEXT, 'Containerfile'), '--tag', `deskhand:${version}`, CONTEXT];
execFileSync('docker', build, { stdio: 'inherit' });

/** The shared libraries of the executable, and the loader, by their absolute paths. */
function libraries(): string[] {
  const listed = execFileSync('ldd', [EXECUTABLE], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
}
