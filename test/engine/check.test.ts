import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Finding } from '../../source/posture/model/rule.ts';
import { openPlace, type Place } from '../actions/real.ts';
import { describeEngine, engineHost } from './require-engine.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/deskhand.js');
const SLEEP = 'sleep 600';

describeEngine('deskhand check on the real engine', () => {
  let place: Place;
  const sound = () => place.nameOf('sound');
  const exposed = () => place.nameOf('exposed');

  beforeAll(async () => {
    place = await openPlace('check');
    await place.run('exposed', SLEEP, {
      Env: ['POSTGRES_PASSWORD=postgres'],
      ExposedPorts: { '5432/tcp': {} },
      HostConfig: {
        Binds: ['/run:/host-run:ro'],
        CapAdd: ['SYS_ADMIN'],
        PidMode: 'host',
        OomScoreAdj: 300,
        PortBindings: { '5432/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }] },
      },
    });
    await place.run('sound', SLEEP, {
      User: '1000',
      Healthcheck: { Test: ['CMD', 'true'] },
      HostConfig: {
        ReadonlyRootfs: true,
        SecurityOpt: ['no-new-privileges'],
        Memory: 32 << 20,
        MemorySwap: 32 << 20,
        PidsLimit: 20,
        RestartPolicy: { Name: 'unless-stopped' },
        LogConfig: { Type: 'local', Config: {} },
      },
    });
  });
  afterAll(() => place.end());

  const check = (...flags: string[]) => checkOn(engineHost, ...flags);
  const checkOn = (host: string, ...flags: string[]) => {
    const args = [PROGRAM, 'check', '--host', host, ...flags];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, HOME: place.directory } });
  };
  const rulesOf = (stdout: string, container: string) =>
    (JSON.parse(stdout).findings as Finding[]).filter((one) => one.container === container).map(({ rule }) => rule);

  it('finds what is wrong with a container, says nothing of a sound one, and exits with 1', () => {
    const { stdout, status } = check('--json');
    expect(rulesOf(stdout, exposed())).toEqual(
      expect.arrayContaining([
        'weak-password',
        'database-published',
        'host-path',
        'added-capabilities',
        'host-pid',
        'restart-policy',
        'no-memory-limit',
      ]),
    );
    expect(rulesOf(stdout, sound())).toEqual([]);
    expect(stdout).not.toContain('"postgres"');
    expect(status).toBe(1);
    expect(check('--fail-on', 'none').status).toBe(0);
  });

  it('accepts findings by a baseline', () => {
    const file = join(place.directory, 'baseline.json');
    check('--write-baseline', file);
    expect(JSON.parse(readFileSync(file, 'utf8')).accepted.length).toBeGreaterThan(5);
    const { stdout } = check('--baseline', file, '--json');
    expect(rulesOf(stdout, exposed())).toEqual([]);
  });

  it('says what is wrong with its flags', () => {
    expect(check('--fail-on', 'sometimes')).toMatchObject({ status: 64, stderr: expect.stringContaining('--fail-on') });
    const missing = check('--baseline', join(place.directory, 'missing.json'));
    expect(missing).toMatchObject({ status: 64, stderr: expect.stringContaining('cannot be used') });
  });

  it('exits with 3 when no engine answers', () => {
    const gone = checkOn(`unix://${join(place.directory, 'none.sock')}`);
    expect(gone.status).toBe(3);
    expect(gone.stderr).toContain('none.sock');
  });
});
