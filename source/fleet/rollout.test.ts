import { describe, expect, it } from 'vitest';
import { compose, exited, NOON } from '../../test/builders/facts.ts';
import { deriveDesk } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import { engineId } from '../lib/ids.ts';
import type { FleetHost, HostSpec } from './model.ts';
import { hindrance, planRollout, stopReason } from './rollout.ts';
import { selectHosts } from './select.ts';

type Over = Partial<HostSpec> & { state?: FleetHost['state']; why?: string; down?: true };

function host(name: string, { state = 'live', why, down, ...spec }: Over = {}): FleetHost {
  const engine = compose('exness', 'engine');
  const deskState = reduceAll(initialState(NOON, engineId(name)), [
    { type: 'connection', connection: { state: 'ready', since: NOON } },
    { type: 'containers', at: NOON, containers: [down ? exited(engine, 1) : engine] },
  ]);
  const known = { name: engineId(name), role: 'engine', member: true, readonly: false, where: '', ...spec };
  return { spec: known, state, since: NOON, why, deskState, desk: deriveDesk(deskState) };
}

const many = (count: number, over: Over = {}) => Array.from({ length: count }, (_, at) => host(`h${at}`, over));

describe('a rollout', () => {
  it('begins with one host, then continues in batches of a tenth', () => {
    const hosts = many(24);
    const { waves, leftOut } = planRollout(hosts, hosts);
    expect(waves.map((wave) => wave.length)).toEqual([1, 3, 3, 3, 3, 3, 3, 3, 2]);
    expect(waves.flat().sort()).toEqual(hosts.map(({ spec }) => spec.name).sort());
    expect(leftOut).toEqual([]);
  });

  it('never has both of a pair in one wave, whichever names the other', () => {
    const hosts = [
      host('x'),
      host('a', { pair: engineId('b') }),
      host('b'),
      host('c', { pair: engineId('d') }),
      host('d', { pair: engineId('c') }),
      ...many(4),
    ];
    for (const wave of planRollout(hosts, hosts, { batch: 9 }).waves) {
      expect(wave.filter((name) => name === 'a' || name === 'b').length).toBeLessThan(2);
      expect(wave.filter((name) => name === 'c' || name === 'd').length).toBeLessThan(2);
    }
  });

  it('acts on half of a role at once at most', () => {
    const hosts = many(6);
    expect(planRollout(hosts, hosts, { batch: 6 }).waves.map((wave) => wave.length)).toEqual([1, 3, 2]);
  });

  it('names who is left out: not in contact, off, with a pair that is not ok, the last healthy of a role', () => {
    const hosts = [
      host('lost', { state: 'lost', why: 'no route' }),
      host('stale', { state: 'stale' }),
      host('off', { state: 'off', why: 'repair' }),
      host('paired', { pair: engineId('broken') }),
      host('broken', { down: true }),
      host('single', { role: 'data' }),
      host('fine'),
    ];
    const { waves, leftOut } = planRollout(hosts, hosts);
    expect(Object.fromEntries(leftOut.map(({ host: name, why }) => [name, why]))).toEqual({
      lost: 'it is lost: no route',
      stale: 'it is stale',
      off: 'it is off: repair',
      paired: 'its pair broken is not ok',
      single: 'it is the last healthy host with the role data',
    });
    expect(waves.flat()).toEqual(['broken', 'fine']);
  });

  it('may repair the only unhealthy host of a role while another is healthy', () => {
    const [sick, well] = [host('sick', { down: true }), host('well')];
    expect(hindrance(sick, [sick, well])).toBeUndefined();
    expect(hindrance(well, [sick, well])).toBe('it is the last healthy host with the role engine');
  });

  it.each([
    [0, 10, true, undefined],
    [1, 10, true, 'the canary failed'],
    [1, 10, false, undefined],
    [2, 10, false, '2 of 10 hosts failed'],
  ])('after %i of %i failures (canary: %s) stops: %s', (failed, total, canary, expected) => {
    expect(stopReason(failed, total, canary)).toBe(expected);
  });
});

describe('hosts chosen by words', () => {
  const hosts = [
    host('lon-engine-1', { group: 'lon' }),
    host('nyc-engine-1', { group: 'nyc' }),
    host('lon-data-1', { role: 'data', group: 'lon' }),
  ];
  const names = (text: string) => {
    const found = selectHosts(hosts, text);
    return typeof found === 'string' ? found : found.map(({ spec }) => spec.name);
  };

  it.each([
    ['role=engine', ['lon-engine-1', 'nyc-engine-1']],
    ['role=engine,group=lon', ['lon-engine-1']],
    ['lon-data-1', ['lon-data-1']],
    ['lon-*', ['lon-engine-1', 'lon-data-1']],
    ['role=data,nyc-engine-1', ['nyc-engine-1', 'lon-data-1']],
    ['host=lon-data-1', ['lon-data-1']],
    ['lon-dat-1', 'There is no host "lon-dat-1". Did you mean lon-data-1?'],
    ['roll=engine', 'Hosts are chosen by role, group, pair, host, not by "roll".'],
    ['role=gateway', 'No host matches "role=gateway".'],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });
});
