import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine, engineHost } from './require-engine.ts';

/** What is built for hosts without Node: the executable, the image and the packages. They are made once, here. */

const EXECUTABLE = 'dist/executable/deskhand';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const SOCKET = engineHost.replace('unix://', '');
const IMAGE = `deskhand:${version}`;
const environment = { ...process.env, DOCKER_HOST: engineHost };

const make = (what: string) =>
  execFileSync(process.execPath, [`build/${what}.ts`], { env: environment, stdio: 'pipe' });
const docker = (...args: readonly string[]) => spawnSync('docker', args, { env: environment, encoding: 'utf8' });

/** Without any variable, so without a PATH and without a Node in it. */
const alone = (...args: readonly string[]) => spawnSync(EXECUTABLE, args, { env: {}, encoding: 'utf8' });
const bundle = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['bin/deskhand.js', ...args], { env: {}, encoding: 'utf8' });

describeEngine('deskhand without Node', () => {
  beforeAll(() => {
    make('executable');
    make('image');
  });
  afterAll(() => void docker('image', 'rm', '--force', IMAGE));

  it.each([['--help'], ['demo', '--incident', 'list'], ['man'], ['glance', '--every', 'soon']])(
    'the executable answers as the bundle does: %s %s %s',
    (...args) => {
      const { status, stdout, stderr } = bundle(...args);
      expect(alone(...args)).toMatchObject({ status, stdout, stderr });
      expect(stdout + stderr).not.toBe('');
    },
  );

  it('names the version and the commit', () => {
    expect(alone('--version').stdout).toMatch(
      new RegExp(`^${version.replaceAll('.', '\\.')}( \\([0-9a-f]{10}\\))?\n$`),
    );
  });

  it('runs in the image from scratch, as a user who may use the socket, and shows the engine it runs on', () => {
    const user = docker('image', 'inspect', '--format', '{{.Config.User}}', IMAGE).stdout.trim();
    expect(user).toBe('65534:65534');
    const socket = ['--volume', `${SOCKET}:/var/run/docker.sock`, '--network', 'none'];
    const group = ['--group-add', String(statSync(SOCKET).gid)];
    const { status, stdout } = docker('run', '--rm', ...socket, ...group, IMAGE, 'glance', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ exit: status, engine: { reachable: true } });
  });

  it('is packed with its man page, completions, bill of materials and checksums', () => {
    make('packages');
    const packed = execFileSync('dpkg-deb', ['--contents', `dist/packages/deskhand_${version}_amd64.deb`], {
      encoding: 'utf8',
    });
    for (const path of ['usr/bin/deskhand', 'man1/deskhand.1.gz', 'completions/deskhand', '_deskhand', 'deskhand.fish'])
      expect(packed).toContain(path);
    const { components } = JSON.parse(readFileSync('dist/packages/sbom.cdx.json', 'utf8'));
    expect(components).toContainEqual(expect.objectContaining({ name: 'dockerode' }));
    const checked = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: 'dist/packages', encoding: 'utf8' });
    expect(checked.status).toBe(0);
  });
});
