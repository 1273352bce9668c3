import { describe, expect, it } from 'vitest';
import { compose, exited, NOON } from '../../test/builders/facts.ts';
import { deriveDesk } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { engineId } from '../lib/ids.ts';
import { fleetCauses } from './causes.ts';
import type { FleetHost } from './model.ts';
import { differences } from './parity.ts';

function host(name: string, containers: readonly ContainerFacts[], role = 'engine'): FleetHost {
  const deskState = reduceAll(initialState(NOON, engineId(name)), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers },
  ]);
  const spec = { name: engineId(name), role, member: true, readonly: false, where: '' };
  return { spec, state: 'live', since: NOON, deskState, desk: deriveDesk(deskState) };
}

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;

const engine = (imageId: string, exitCode?: number, since = NOON) => {
  const facts = compose('exness', 'engine', { imageId });
  return exitCode === undefined ? facts : exited(facts, exitCode, { finishedAt: since });
};

describe('causes over hosts', () => {
  it('are one row for the same trouble on the same image, with the hosts that run well on another', () => {
    const causes = fleetCauses([
      host('a', [engine(NEW, 1, NOON - 60_000)]),
      host('b', [engine(NEW, 1, NOON - 90_000)]),
      host('c', [engine(OLD)]),
      host('d', [engine(NEW, 137)]),
    ]);
    expect(causes.map(({ service, hosts, image, since, well }) => ({ service, hosts, image, since, well }))).toEqual([
      {
        service: 'exness/engine',
        hosts: ['a', 'b'],
        image: NEW,
        since: NOON - 90_000,
        well: [{ image: OLD, hosts: ['c'] }],
      },
      { service: 'exness/engine', hosts: ['d'], image: NEW, since: NOON, well: [{ image: OLD, hosts: ['c'] }] },
    ]);
  });

  it('never cross hosts: a service is not a symptom of one on another host', () => {
    const web = compose('exness', 'web', {
      labels: { 'com.docker.compose.depends_on': 'engine:service_started:false' },
    });
    const causes = fleetCauses([host('a', [engine(NEW, 1)]), host('b', [engine(NEW), exited(web, 1)])]);
    expect(causes.map(({ service, hosts }) => [service, hosts])).toEqual([
      ['exness/engine', ['a']],
      ['exness/web', ['b']],
    ]);
  });
});

describe('parity', () => {
  const made = (over: { imageId?: string; env?: readonly string[]; memory?: number; hash?: string }) =>
    compose('exness', 'engine', {
      imageId: over.imageId ?? NEW,
      labels: { 'com.docker.compose.config-hash': over.hash ?? 'c0ffee' },
      detail: { env: over.env ?? ['LEVEL=info', 'TOKEN=hunter2'], limits: { memory: over.memory } },
    });

  it('names the odd host and what differs, of the environment the variables only', () => {
    const found = differences([
      host('a', [made({})]),
      host('b', [made({})]),
      host('c', [made({ imageId: OLD, env: ['LEVEL=debug', 'TOKEN=other'], memory: 512, hash: 'badcab' })]),
    ]);
    expect(found.map(({ service, field, hosts, has, most }) => [service, field, hosts.join(), has, most])).toEqual([
      ['exness/engine', 'image', 'c', 'sha256:aaaaaaaaaaaa', 'sha256:bbbbbbbbbbbb'],
      ['exness/engine', 'config', 'c', 'badcab', 'c0ffee'],
      ['exness/engine', 'limits', 'c', 'memory 512', 'none'],
      ['exness/engine', 'env', 'c', 'other values: LEVEL, TOKEN', 'alike'],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|debug/);
  });

  it('compares hosts of one role only, and names what is missing on one', () => {
    const found = differences([host('a', [made({})]), host('b', []), host('c', [made({})]), host('d', [], 'data')]);
    expect(found.map(({ role, field, hosts, has }) => [role, field, hosts.join(), has])).toEqual([
      ['engine', 'service', 'b', 'not there'],
    ]);
  });

  it('says that there is no majority when there is none', () => {
    const [only, ...rest] = differences([host('a', [made({})]), host('b', [made({ imageId: OLD })])]);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({
      hosts: ['a', 'b'],
      has: 'sha256:bbbbbbbbbbbb (a); sha256:aaaaaaaaaaaa (b)',
      most: 'no majority',
    });
  });

  it('leaves out hosts that are not in contact', () => {
    const lost: FleetHost = { ...host('b', [made({ imageId: OLD })]), state: 'lost' };
    expect(differences([host('a', [made({})]), host('c', [made({})]), lost])).toEqual([]);
  });
});
