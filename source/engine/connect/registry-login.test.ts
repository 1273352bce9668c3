import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registryLogin } from './registry-login.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-login-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const write = (config: object | string) =>
  writeFileSync(join(directory, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
const auth = (login: string) => ({ auth: Buffer.from(login).toString('base64') });
const find = (image: string) => registryLogin(image, directory);

describe('logins in config.json', () => {
  it.each([
    ['desk/engine:1', 'https://index.docker.io/v1/', 'hub'],
    ['redis', 'https://index.docker.io/v1/', 'hub'],
    ['docker.io/desk/engine', 'https://index.docker.io/v1/', 'hub'],
    ['registry.desk:5000/bots/engine:1', 'registry.desk:5000', 'bots'],
    ['localhost/x', 'localhost', 'local'],
    ['ghcr.io/desk/engine@sha256:00', 'ghcr.io', 'url'],
  ])('of %s are those of %s', async (image, serveraddress, username) => {
    write({
      auths: {
        'https://index.docker.io/v1/': auth('hub:pass:word'),
        'registry.desk:5000': auth('bots:pass:word'),
        localhost: auth('local:pass:word'),
        'https://ghcr.io/v2/': auth('url:pass:word'),
      },
    });
    expect(await find(image)).toEqual({ login: { username, password: 'pass:word', serveraddress } });
  });

  it('may be a token, and may be missing', async () => {
    write({ auths: { 'a.desk': { identitytoken: 'tok' } } });
    expect(await find('a.desk/x')).toEqual({ login: { identitytoken: 'tok', serveraddress: 'a.desk' } });
    expect(await find('b.desk/x')).toEqual({ login: undefined });
    rmSync(join(directory, 'config.json'));
    expect(await find('a.desk/x')).toEqual({ login: undefined });
    expect(await registryLogin('a.desk/x', undefined)).toEqual({});
  });

  it('that cannot be read are reported without quoting the file', async () => {
    write('{"auths": {"a.desk": hunter2');
    expect(await find('a.desk/x')).toEqual({ problem: 'config.json is not valid JSON' });
  });
});

describe('credential helpers', () => {
  const helper = (name: string, script: string) => {
    const path = join(directory, `docker-credential-${name}`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o700);
    vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
  };

  it("are queried on standard input, a registry's own before the general one", async () => {
    helper('one', 'read -r server; printf \'{"Username":"%s","Secret":"s"}\' "$1 $server"');
    helper('two', 'echo \'{"Username":"<token>","Secret":"tok"}\'');
    write({ credsStore: 'two', credHelpers: { 'a.desk': 'one' }, auths: { 'a.desk': auth('file:x') } });
    expect(await find('a.desk/x')).toEqual({
      login: { username: 'get a.desk', password: 's', serveraddress: 'a.desk' },
    });
    expect(await find('b.desk/x')).toEqual({ login: { identitytoken: 'tok', serveraddress: 'b.desk' } });
  });

  it('may know nothing, fail, print too much or be missing', async () => {
    helper('none', 'echo "credentials not found in native keychain"; exit 1');
    helper('locked', 'echo "hunter2 is locked"; exit 3');
    helper('odd', 'echo hunter2');
    write({
      credHelpers: { 'a.desk': 'none', 'b.desk': 'locked', 'c.desk': 'odd', 'd.desk': 'absent', 'e.desk': '../x' },
    });
    expect(await find('a.desk/x')).toEqual({ login: undefined });
    expect(await find('b.desk/x')).toEqual({ problem: 'docker-credential-locked ended with status 3' });
    expect(await find('c.desk/x')).toEqual({ problem: 'the answer of docker-credential-odd is not valid JSON' });
    expect(await find('d.desk/x')).toEqual({ problem: 'docker-credential-absent cannot be started (ENOENT)' });
    expect((await find('e.desk/x')).problem).toContain('no program name');
  });
});
