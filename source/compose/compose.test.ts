import { describe, expect, it } from 'vitest';
import { parseListed } from '../engine/parse/parse-container.ts';
import { byteCount } from '../lib/format.ts';
import { engineId } from '../lib/ids.ts';
import { runChild } from './child.ts';
import { composeCommand, composeEnvironment, findCompose } from './cli.ts';
import { maskedConfig, parseConfig } from './config.ts';
import { driftOf, parseHashes } from './drift.ts';
import { changesOf, parseProgress } from './progress.ts';
import { projectOf } from './project.ts';
import { referenced } from './references.ts';

const NEVER = new AbortController().signal;

function container(labels: Record<string, string>, more: object = {}) {
  const all = Object.entries(labels).map(([name, value]) => [`com.docker.compose.${name}`, value]);
  return parseListed({
    Id: 'c1',
    Names: ['/c'],
    State: 'running',
    Created: 100,
    Labels: Object.fromEntries(all),
    ...more,
  });
}
const IN_SRV = { project: 'desk', service: 'api', 'project.working_dir': '/srv/desk' };

describe('a project from labels', () => {
  it('has its files in order, with the directory in front of relative ones', () => {
    const files = 'compose.yml,/etc/desk/override.yml';
    const project = projectOf('desk', [container({ ...IN_SRV, 'project.config_files': files })]);
    expect(project).toMatchObject({
      directory: '/srv/desk',
      files: ['/srv/desk/compose.yml', '/etc/desk/override.yml'],
    });
  });

  it('follows the newest container, and leaves out one-off ones', () => {
    const old = container({ ...IN_SRV, 'project.config_files': 'old.yml' }, { State: 'exited', Created: 1 });
    const now = container({ ...IN_SRV, 'project.config_files': 'new.yml' });
    const run = container(
      { ...IN_SRV, service: 'tool', oneoff: 'True', 'project.config_files': 'x.yml' },
      { Created: 200 },
    );
    expect(projectOf('desk', [old, now, run])).toMatchObject({ files: ['/srv/desk/new.yml'], services: ['api'] });
  });

  it('is refused when one name runs from two directories, or names no files', () => {
    const here = container({ ...IN_SRV, 'project.config_files': 'a.yml' });
    const there = container({ ...IN_SRV, 'project.working_dir': '/tmp/copy', 'project.config_files': 'a.yml' });
    expect(() => projectOf('desk', [here, there])).toThrow('run from 2 directories: /srv/desk, /tmp/copy');
    expect(() => projectOf('desk', [container(IN_SRV)])).toThrow('do not name their compose files');
    expect(() => projectOf('other', [here])).toThrow('no container of a compose project other');
  });
});

describe('the compose CLI', () => {
  const answering = (answers: Record<string, string>) => async (command: readonly string[]) => {
    const stdout = answers[command.join(' ')];
    if (stdout === undefined) throw new Error('spawn ENOENT');
    return { code: 0, cancelled: false, stdout, output: stdout };
  };

  it.each([
    [{ 'docker compose version --short': '2.39.1\n' }, ['docker', 'compose'], true, true],
    [{ 'docker-compose version --short': '2.12.0' }, ['docker-compose'], false, true],
    [{ 'docker-compose version --short': '1.29.2\n' }, ['docker-compose'], false, false],
    [{ 'docker compose version --short': 'v5.0.0-rc.1' }, ['docker', 'compose'], true, true],
  ])('is found, with what it can do: %o', async (answers, program, dryRun, modern) => {
    expect(await findCompose({}, NEVER, answering(answers))).toMatchObject({ program, dryRun, modern });
  });

  it('is missed with what was tried', async () => {
    await expect(findCompose({}, NEVER, answering({}))).rejects.toThrow(
      'neither "docker compose" nor "docker-compose"',
    );
  });

  it('is called with project, directory, files and profiles, each an argument of its own', () => {
    const cli = {
      program: ['docker', 'compose'],
      version: '2.30',
      dryRun: true,
      progress: true,
      ansi: true,
      modern: true,
    };
    const project = {
      name: 'desk',
      directory: '/srv/my desk',
      files: ['/srv/$(x).yml'],
      envFiles: ['/e'],
      services: [],
    };
    expect(composeCommand({ cli, project, profiles: ['tools'], dryRun: true }, ['up', '--detach', 'api'])).toEqual(
      ['docker', 'compose', '--progress', 'plain', '--ansi', 'never', '--project-name', 'desk'].concat(
        ['--project-directory', '/srv/my desk', '--file', '/srv/$(x).yml', '--env-file', '/e', '--profile', 'tools'],
        ['--dry-run', 'up', '--detach', 'api'],
      ),
    );
  });

  it('reaches the engine of the console, whatever the shell says', () => {
    const endpoint = {
      url: 'unix:///run/e.sock',
      context: 'default',
      origin: '',
      name: engineId(''),
      host: '',
      headers: {},
    };
    const shell = { PATH: '/bin', DOCKER_HOST: 'tcp://other', DOCKER_CONTEXT: 'prod', COMPOSE_FILE: 'x' };
    const target = { kind: 'unix' as const, path: '/run/e.sock' };
    expect(composeEnvironment({ ...endpoint, target }, shell)).toEqual({
      PATH: '/bin',
      DOCKER_HOST: 'unix:///run/e.sock',
    });
    expect(composeEnvironment({ ...endpoint, target, context: 'lab' }, shell)).toEqual({
      PATH: '/bin',
      DOCKER_CONTEXT: 'lab',
    });
    // A host of the settings is no docker context.
    const host = { ...endpoint, target, context: 'lon-1', origin: 'host lon-1', url: 'ssh://lon-1' };
    expect(composeEnvironment(host, shell)).toEqual({ PATH: '/bin', DOCKER_HOST: 'ssh://lon-1' });
  });
});

describe('a child process', () => {
  it('gives its lines, output and exit status', async () => {
    const lines: string[] = [];
    const command = ['sh', '-c', 'echo one; echo two >&2; printf three; exit 3'];
    const result = await runChild(command, { env: process.env, signal: NEVER, onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ code: 3, cancelled: false, stdout: 'one\nthree' });
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
  });

  it('is interrupted by the signal', async () => {
    const ending = new AbortController();
    const onLine = () => ending.abort();
    const command = ['sh', '-c', 'trap "echo stopped; exit 130" INT; echo ready; while :; do sleep 0.05; done'];
    const result = await runChild(command, { env: process.env, signal: ending.signal, onLine });
    expect(result).toMatchObject({ code: 130, cancelled: true });
    expect(result.stdout).toContain('stopped');
  });

  it('that is not there is an error', async () => {
    await expect(runChild(['/no/such/program'], { env: {}, signal: NEVER })).rejects.toThrow('ENOENT');
  });
});

describe('progress', () => {
  it.each([
    [
      ' Container exness-redis-1  Started',
      { kind: 'Container', name: 'exness-redis-1', state: 'Started', dryRun: false },
    ],
    [
      ' DRY-RUN MODE -  Network dhx_default  Creating',
      { kind: 'Network', name: 'dhx_default', state: 'Creating', dryRun: true },
    ],
    [' Volume "dhx_data"  Created', { kind: 'Volume', name: 'dhx_data', state: 'Created', dryRun: false }],
    [
      'Creating network "old_default" with the default driver',
      { kind: 'Network', name: 'old_default', state: 'Creating', dryRun: false },
    ],
    [
      'Recreating old_web_1 ... done',
      { kind: 'Container', name: 'old_web_1', state: 'Recreating done', dryRun: false },
    ],
    [' db IPv4 forwarding is disabled. Networking will not work. ', undefined],
    ['', undefined],
  ])('of %j', (line, expected) => expect(parseProgress(line)).toEqual(expected));

  it('of a dry run becomes one change for each object', () => {
    const lines = [
      ' DRY-RUN MODE -  Container dhx-db-1  Running',
      ' DRY-RUN MODE -  Container dhx-api-1  Recreate',
      ' DRY-RUN MODE -  Container dhx-api-1  Recreated',
      ' DRY-RUN MODE -  Container dhx-db-1  Healthy',
      ' DRY-RUN MODE -  Container dhx-api-1  Started',
      ' DRY-RUN MODE -  Container 1507531ec166_dhx-api-1  Started',
      ' DRY-RUN MODE -  Container dhx-new-1  Creating',
      ' DRY-RUN MODE -  Container dhx-new-1  Starting',
    ];
    expect(changesOf(lines)).toEqual([
      { kind: 'Container', name: 'dhx-db-1', change: 'none' },
      { kind: 'Container', name: 'dhx-api-1', change: 'recreate' },
      { kind: 'Container', name: 'dhx-new-1', change: 'create' },
    ]);
  });
});

describe('a rendered file', () => {
  const FILE = `
name: desk
services:
  api:
    image: app:2
    command: ["run", "--fast"]
    environment: { DB_PASSWORD: hunter22, MODE: live, EMPTY: null }
    profiles: [tools]
    deploy: { replicas: 2, resources: { limits: { memory: 512m, cpus: "1.5" } } }
  web: { build: {context: .}, environment: ["A=b=c", "FROM_SHELL"], mem_limit: 1gb }
volumes: { data: { name: real_name }, other: }
networks: { default: { name: desk_default } }
`;
  it('is read from YAML and JSON', () => {
    const config = parseConfig(FILE, 'desk');
    expect(config.services.get('api')).toMatchObject({
      image: 'app:2',
      environment: { DB_PASSWORD: 'hunter22', MODE: 'live' },
      profiles: ['tools'],
      replicas: 2,
      memory: 512 * 1024 ** 2,
      cpus: 1.5,
    });
    expect(config.services.get('web')).toMatchObject({ build: true, environment: { A: 'b=c' }, memory: 1024 ** 3 });
    expect(config.volumes).toEqual(['real_name', 'desk_other']);
    expect(parseConfig('{"services":{"a":{"image":"x"}}}', 'p').services.get('a')?.image).toBe('x');
  });

  it('shows no secret', () => {
    const shown = maskedConfig(FILE);
    expect(shown).not.toContain('hunter22');
    expect(shown).toContain('MODE: live');
  });

  it.each([
    ['1.5gb', 1.5 * 1024 ** 3],
    ['64M', 64 * 1024 ** 2],
    ['1048576', 1048576],
    [2048, 2048],
    ['half', undefined],
    ['0', undefined],
  ])('understands %s of memory', (text, bytes) => expect(byteCount(text)).toBe(bytes));
});

describe('drift', () => {
  const hash = (digit: string) => digit.repeat(64);
  const lists = { profiles: [], ports: [], binds: [], dependsOn: [] };
  const service = { build: false, environment: {}, replicas: 1, image: 'app:2', ...lists };

  it('is what differs when the hash differs', () => {
    const one = container({ ...IN_SRV, 'config-hash': hash('a') }, { Image: 'app:1', ImageID: 'sha256:1' });
    expect(driftOf({ container: one, service, hash: hash('b') }).reasons).toEqual(['image app:1 -> app:2']);
    expect(driftOf({ container: one, service: { ...service, image: 'app:1' }, hash: hash('b') }).reasons).toEqual([
      'configuration changed',
    ]);
    expect(driftOf({ container: one, service, hash: hash('a') }).reasons).toEqual([]);
    expect(driftOf({ container: one, service, hash: hash('a'), imageId: 'sha256:2' }).reasons).toEqual([
      'image app:1 was rebuilt or pulled',
    ]);
  });

  it('reads the hashes of services', () => {
    expect([...parseHashes(`api ${hash('a')}\nweb   ${hash('b')}\nWARN something\n`)]).toEqual([
      ['api', hash('a')],
      ['web', hash('b')],
    ]);
  });
});

it('knows the files that a compose file names', () => {
  const text = `
include: [common.yaml, { path: [more.yaml] }]
services:
  a: { env_file: a.env, extends: { file: base.yaml, service: x }, environment: { path: no } }
  b: { env_file: [b.env, { path: c.env, required: false }] }
`;
  expect(referenced(text).sort()).toEqual(['a.env', 'b.env', 'base.yaml', 'c.env', 'common.yaml', 'more.yaml']);
  expect(referenced('services: [')).toEqual([]);
});
