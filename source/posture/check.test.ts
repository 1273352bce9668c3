import { describe, expect, it } from 'vitest';
import { parseInspected } from '../engine/parse/parse-container.ts';
import { parseHardening } from '../engine/parse/parse-hardening.ts';
import { imageName } from '../lib/image-name.ts';
import { baselineOf, readBaseline, withoutAccepted } from './baseline.ts';
import { checkPosture } from './check.ts';
import { pressureShare } from './local-host.ts';
import { cpuList } from './model/cpu-list.ts';
import { type Role, roleOf } from './model/role.ts';
import type { HostFacts, LocalHost, PostureInput, Subject } from './model/rule.ts';
import { rules } from './rules/all.ts';
import { sarif } from './sarif.ts';

const GIB = 1024 ** 3;

/** A container that no rule complains about. */
const SOUND = {
  Image: 'app:1.2',
  User: '1000',
  Healthcheck: { Test: ['CMD', 'true'] },
};
const SOUND_HOST = {
  ReadonlyRootfs: true,
  SecurityOpt: ['no-new-privileges'],
  Memory: GIB,
  MemorySwap: GIB,
  PidsLimit: 100,
  RestartPolicy: { Name: 'unless-stopped' },
  LogConfig: { Type: 'local', Config: {} },
  NetworkMode: 'app_default',
  Ulimits: [
    { Name: 'memlock', Soft: -1, Hard: -1 },
    { Name: 'rtprio', Soft: 99, Hard: 99 },
  ],
};

type Given = {
  config?: object;
  host?: object;
  role?: Role;
  job?: boolean;
  name?: string;
  ports?: object;
  mounts?: object[];
  stopTimeout?: number;
};

function subject({
  config,
  host,
  role = 'other',
  job = false,
  name = 'app',
  ports,
  mounts,
  stopTimeout,
}: Given): Subject {
  const json = {
    Id: `id-${name}`,
    Name: `/${name}`,
    State: { Status: 'running', Running: true },
    Config: { ...SOUND, ...config },
    HostConfig: { ...SOUND_HOST, ...host },
    NetworkSettings: { Ports: ports ?? {} },
    Mounts: mounts ?? [],
  };
  return { facts: parseInspected(json), hardening: parseHardening(json), role, job, name, stopTimeout };
}

function findings(given: Given | Given[], more: Partial<PostureInput> = {}) {
  const subjects = [given].flat().map(subject);
  return checkPosture({ subjects, host: { memory: 64 * GIB }, now: 1e12, ...more });
}

/** `rule: what was found` of each finding. */
function words(given: Given | Given[], more: Partial<PostureInput> = {}): string[] {
  return findings(given, more).map(({ rule, found, severity, state }) =>
    state === 'unknown' ? `${rule}: unknown` : `${rule} ${severity}: ${found}`,
  );
}

const open = (port: number, address = '0.0.0.0') => ({
  [`${port}/tcp`]: [{ HostIp: address, HostPort: String(port) }],
});

describe('posture of a container', () => {
  it('is clean for a service that is set up well', () => {
    expect(words({})).toEqual([]);
    expect(words({ role: 'engine' })).toEqual([]);
  });

  const cases: [name: string, given: Given, expected: string[]][] = [
    ['privileged', { host: { Privileged: true } }, ['privileged high: privileged: true']],
    [
      'an engine socket, wherever it is mounted',
      { mounts: [{ Type: 'bind', Source: '/run/user/1000/podman/podman.sock', Destination: '/s', RW: false }] },
      ['docker-socket high: /run/user/1000/podman/podman.sock at /s'],
    ],
    [
      'a system directory',
      { mounts: [{ Type: 'bind', Source: '/etc/', Destination: '/host/etc', RW: false }] },
      ['host-path medium: /etc/, read-only'],
    ],
    ['strong capabilities', { host: { CapAdd: ['CAP_SYS_ADMIN'] } }, ['added-capabilities high: SYS_ADMIN']],
    ['a capability a latency-critical engine needs', { role: 'engine', host: { CapAdd: ['SYS_NICE'] } }, []],
    ['the same on another service', { host: { CapAdd: ['SYS_NICE'] } }, ['added-capabilities medium: SYS_NICE']],
    ['host network', { host: { NetworkMode: 'host' } }, ['host-network medium: network_mode: host']],
    ['host processes', { host: { PidMode: 'host' } }, ['host-pid medium: pid: host']],
    ['root, by name and number', { config: { User: '0:0' } }, ['root-user low: user: 0:0']],
    [
      'root, unset, in a trading engine',
      { role: 'engine', config: { User: '' } },
      ['root-user medium: no user set: root'],
    ],
    ['a user whose name begins with root', { config: { User: 'rootless' } }, []],
    [
      'confinement turned off',
      { host: { SecurityOpt: ['no-new-privileges:true', 'seccomp=unconfined'] } },
      ['unconfined high: seccomp=unconfined'],
    ],
    [
      'privileges explicitly allowed',
      { host: { SecurityOpt: ['no-new-privileges:false'] } },
      ['new-privileges low: no-new-privileges is not set'],
    ],
    ['no memory limit', { host: { Memory: 0, MemorySwap: 0 } }, ['no-memory-limit medium: unlimited']],
    ['a CPU quota on an engine', { role: 'engine', host: { NanoCpus: 4e9 } }, ['cpu-quota medium: 4 CPUs by quota']],
    ['swap of an engine', { role: 'engine', host: { MemorySwap: 3 * GIB } }, ['swap low: 2GiB of swap allowed']],
    [
      'no locked memory',
      { role: 'engine', host: { Ulimits: [{ Name: 'rtprio', Soft: 1, Hard: 1 }] } },
      ['memlock low: memlock is not unlimited'],
    ],
    [
      'few open files',
      { host: { Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }] } },
      ['nofile low: nofile 1024'],
    ],
    ['killed first', { role: 'database', host: { OomScoreAdj: 500 } }, ['oom-score medium: oom_score_adj 500']],
    ['never killed', { host: { OomKillDisable: true } }, ['oom-kill-disabled high: oom_kill_disable: true']],
    ['no health check', { config: { Healthcheck: undefined } }, ['no-health-check low: none']],
    ['a disabled health check', { config: { Healthcheck: { Test: ['NONE'] } } }, ['no-health-check low: none']],
    [
      'a job without either',
      { job: true, config: { Healthcheck: undefined }, host: { RestartPolicy: { Name: 'no' } } },
      [],
    ],
    [
      'a job that is restarted for ever',
      { job: true, host: { RestartPolicy: { Name: 'always' } } },
      ['restart-policy low: a job with always'],
    ],
    [
      'a cache that stays down',
      { role: 'cache', host: { RestartPolicy: { Name: '' } } },
      ['restart-policy high: restart: no'],
    ],
    [
      'an unbounded log',
      { host: { LogConfig: { Type: 'json-file', Config: {} } } },
      ['log-size medium: json-file without max-size'],
    ],
    ['a bounded log', { host: { LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } } } }, []],
    [
      'gunicorn with the default stop timeout',
      { config: { Cmd: ['gunicorn', 'app:app'] } },
      ['stop-timeout medium: 10s, but gunicorn finishes requests for 30s'],
    ],
    ['gunicorn with its own', { config: { Cmd: ['gunicorn', '--graceful-timeout', '5', 'app:app'] } }, []],
    ['a need from the settings', { stopTimeout: 45 }, ['stop-timeout medium: 10s, but the settings give it 45s']],
    [
      'latest',
      { config: { Image: 'registry:5000/team/app:latest' } },
      ['latest-tag low: registry:5000/team/app:latest'],
    ],
    [
      'no tag',
      { role: 'engine', config: { Image: 'registry:5000/app' } },
      ['latest-tag medium: registry:5000/app (no tag: latest)'],
    ],
    ['a digest', { config: { Image: 'app@sha256:abc' } }, []],
    ['an open port', { ports: open(8000, '::') }, ['open-port low: 8000/tcp']],
    ['a port on loopback', { ports: open(8000, '127.0.0.1') }, []],
    ['a published Redis', { ports: open(6379) }, ['database-published high: 6379 to Redis']],
    [
      'a default password',
      { config: { Env: ['POSTGRES_PASSWORD=Postgres'] } },
      ['weak-password high: POSTGRES_PASSWORD is a well-known default', 'secret-in-env low: POSTGRES_PASSWORD'],
    ],
    [
      'a password equal to the user',
      { config: { Env: ['DB_USER=desk-reader', 'DB_PASSWORD=desk-reader'] } },
      ['weak-password high: DB_PASSWORD equals a name', 'secret-in-env low: DB_PASSWORD'],
    ],
    [
      'a short one in a URL',
      { config: { Env: ['DATABASE_URL=postgres://app:x7!@db/app'] } },
      [
        'weak-password high: the password in the URL of DATABASE_URL is shorter than 8 characters',
        'secret-in-env low: DATABASE_URL',
      ],
    ],
    ['a secret file', { config: { Env: ['POSTGRES_PASSWORD_FILE=/run/secrets/pg'] } }, []],
    [
      'trust',
      { config: { Env: ['POSTGRES_HOST_AUTH_METHOD=trust'] } },
      ['no-password high: PostgreSQL trusts every connection (POSTGRES_HOST_AUTH_METHOD)'],
    ],
    ['security turned on', { config: { Env: ['xpack.security.enabled=true', 'DISABLE_SECURITY_PLUGIN=false'] } }, []],
  ];
  it.each(cases)('finds %s', (_, given, expected) => {
    expect(words(given)).toEqual(expected);
  });

  it('never quotes a secret', () => {
    const text = JSON.stringify(findings({ config: { Env: ['API_SECRET=abc', 'DATABASE_URL=amqp://u:hunter2@mq/'] } }));
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('"abc"');
  });

  it('reports the age of the last backup, or that it is not known', () => {
    const db: Given = {
      role: 'database',
      mounts: [{ Type: 'volume', Name: 'p_data', Source: '/x', Destination: '/data', RW: true }],
    };
    const at = (hours: number) => ({ backups: new Map([['p_data', 1e12 - hours * 3_600_000]]) });
    expect(words(db)).toEqual(['backup-age: unknown']);
    expect(words(db, { backups: new Map() })).toEqual(['backup-age high: p_data: never']);
    expect(words(db, at(30))).toEqual(['backup-age medium: p_data: 1d6h ago']);
    expect(words(db, at(20))).toEqual([]);
  });
});

describe('posture of the host', () => {
  it('adds up what the containers may use', () => {
    const both = [{ name: 'a', host: { Memory: 3 * GIB, MemorySwap: 3 * GIB } }, { name: 'b' }];
    expect(words(both, { host: { memory: 3 * GIB } })).toEqual([
      'memory-overcommitted medium: 4GiB of limits, 3GiB of memory',
    ]);
    expect(words(both, { host: {} })).toEqual(['memory-overcommitted: unknown']);
  });

  it('finds CPUs that two pinned containers share', () => {
    const pinned = [
      { name: 'a', host: { CpusetCpus: '0-2' } },
      { name: 'b', host: { CpusetCpus: '2,5' } },
    ];
    expect(words(pinned)).toEqual(['cpuset-overlap medium: a and b share CPU 2']);
  });

  const local = (facts: LocalHost): { host: HostFacts } => ({ host: { memory: 64 * GIB, local: facts } });
  const well: LocalHost = {
    clockSynchronised: true,
    diskFree: 0.5,
    inodesFree: 0.5,
    pressure: { cpu: 1, memory: 0, io: 0 },
    hugePages: 'madvise',
    isolatedCpus: '2-3',
    governors: ['performance'],
    swappiness: 10,
  };
  it.each<[string, Partial<LocalHost>, string[]]>([
    ['is clean', {}, []],
    [
      'a clock that drifts',
      { clockSynchronised: false },
      ['clock high: the kernel says the clock is not synchronised'],
    ],
    ['a disk that fills', { diskFree: 0.04 }, ['disk-space high: 4.0% free']],
    ['pressure', { pressure: { cpu: 35, io: 2 } }, ['pressure medium: cpu: 35% of the last minute']],
    ['a slow governor', { governors: ['powersave', 'powersave'] }, ['governor low: powersave']],
    [
      'what cannot be read',
      { governors: undefined, diskFree: undefined },
      ['governor: unknown', 'disk-space: unknown'].sort(),
    ],
  ])('%s', (_, change, expected) => {
    expect(words({ role: 'engine' }, local({ ...well, ...change })).sort()).toEqual(expected);
  });
});

describe('the parts', () => {
  it.each([
    ['registry:5000/team/postgres:15@sha256:ab', 'team/postgres'],
    ['localhost/redis', 'redis'],
    ['timescale/timescaledb:latest-pg15', 'timescale/timescaledb'],
  ])('the name of image %s', (image, name) => expect(imageName(image)).toBe(name));

  it.each([
    ['postgres:15', {}, 'database'],
    ['corp/db-image:1', { 'com.docker.compose.service': 'timescaledb' }, 'database'],
    ['redis:7', { 'deskhand.role': 'engine' }, 'engine'],
    ['bitnami/redis-exporter', {}, 'monitoring'],
    ['nginx', {}, 'other'],
  ])('the role of %s', (image, labels, role) => {
    const { facts } = subject({ config: { Image: image, Labels: labels } });
    expect(roleOf(facts)).toBe(role);
  });

  it('reads lists of CPUs and pressure files', () => {
    expect(cpuList('0-2,5, x, 9-8')).toEqual([0, 1, 2, 5]);
    expect(pressureShare('some avg10=0.00 avg60=1.25 avg300=0.40 total=12345\nfull avg60=9')).toBe(1.25);
    expect(pressureShare(undefined)).toBeUndefined();
  });

  it('a baseline accepts what it names until its value changes', () => {
    const before = findings({ ports: open(8000) });
    const baseline = readBaseline(JSON.stringify(baselineOf(before)));
    expect(withoutAccepted(before, baseline)).toEqual([]);
    expect(withoutAccepted(findings({ ports: open(8001) }), baseline)).toHaveLength(1);
    expect(() => readBaseline('{"schema":2}')).toThrow(/schema/);
    expect(() => readBaseline('nonsense')).toThrow(/not JSON/);
  });

  it('SARIF names every rule that a result names', () => {
    const report = JSON.parse(JSON.stringify(sarif(findings({ host: { Privileged: true } }), rules, '1.0.0')));
    const [run] = report.runs;
    expect(run.results).toMatchObject([{ ruleId: 'privileged', level: 'error', kind: 'fail' }]);
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(ids).toContain('privileged');
    expect(new Set(ids).size).toBe(ids.length);
  });
});
