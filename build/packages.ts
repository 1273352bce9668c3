import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { version } from './bundle.ts';

/**
 * Makes what a release has in dist/packages, from the executable that `npm run build:executable` has made: the executable, a Debian
 * package, the list of what is inside (CycloneDX) and checksums. See docs/releasing.md.
 */

const DIRECTORY = 'dist/packages';
const EXECUTABLE = 'dist/executable/deskhand';
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const at = (name: string) => join(DIRECTORY, name);
const deskhand = (...args: readonly string[]) => execFileSync(EXECUTABLE, args, { encoding: 'utf8' });

rmSync(DIRECTORY, { recursive: true, force: true });
mkdirSync(DIRECTORY, { recursive: true });
copyFileSync(EXECUTABLE, at(`deskhand-${version}-linux-${process.arch}`));
writeFileSync(at('sbom.cdx.json'), billOfMaterials());
debianPackage();
const sums = readdirSync(DIRECTORY).map((name) => `${sha256(at(name))}  ${name}\n`);
writeFileSync(at('SHA256SUMS'), sums.join(''));
process.stdout.write(sums.join(''));

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The npm packages inside; the lock file says which. */
function billOfMaterials(): string {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  return execFileSync('npm', args, { encoding: 'utf8' });
}

/** Needs dpkg-deb; on other systems there is none, and the rest is made all the same. */
function debianPackage(): void {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const root = at('deb');
  const put = (path: string, contents: string | Buffer) => {
    mkdirSync(join(root, path, '..'), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), contents);
  };
  put('DEBIAN/control', control(architecture));
  put('usr/share/man/man1/deskhand.1.gz', gzipSync(deskhand('man'), { level: 9 }));
  put('usr/share/bash-completion/completions/deskhand', deskhand('completion', 'bash'));
  put('usr/share/zsh/vendor-completions/_deskhand', deskhand('completion', 'zsh'));
  put('usr/share/fish/vendor_completions.d/deskhand.fish', deskhand('completion', 'fish'));
  put('usr/share/doc/deskhand/copyright', readFileSync('LICENSE'));
  put('usr/share/doc/deskhand/NEWS.gz', gzipSync(readFileSync('CHANGELOG.md'), { level: 9 }));
  mkdirSync(join(root, 'usr/bin'));
  cpSync(EXECUTABLE, join(root, 'usr/bin/deskhand'));
  chmodSync(join(root, 'usr/bin/deskhand'), 0o755);
  try {
    const file = at(`deskhand_${version}_${architecture}.deb`);
    execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', '-z1', root, file], { stdio: 'ignore' });
  } catch (error) {
    process.stdout.write(`no Debian package: ${(error as Error).message}\n`);
  }
  rmSync(root, { recursive: true });
}

function control(architecture: string): string {
  return `Package: deskhand
Version: ${version}
Architecture: ${architecture}
Maintainer: The deskhand developers <deskhand@localhost>
Section: admin
Priority: optional
Depends: libc6 (>= 2.28), libstdc++6 (>= 12)
Suggests: docker-cli | docker.io | docker-ce-cli, openssh-client
Description: operations console for containerised trading stacks
 Shows services, health, logs and metrics of a Docker host in one terminal, and
 restarts, scales, deploys, backs up and prunes them, with a plan before each
 action and a record after it.
`;
}
