import { describe, expect, it } from 'vitest';
import { deskOf, service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { INFO } from '../../test/builders/fake-engine.ts';
import type { Port, Usage } from '../engine/facts.ts';
import type { PlanObject } from './action.ts';
import { capacityChecks, type Need } from './capacity.ts';
import { type HostRoom, listeners } from './host-room.ts';

const GIB = 2 ** 30;
const port = (host: number, address = '0.0.0.0'): Port => ({ container: 80, host, protocol: 'tcp', address });
const starting = (name: string, need: Partial<Need>): PlanObject => ({
  kind: 'container',
  id: `id-${name}`,
  name,
  note: '',
  need: { ports: [], ...need },
});
const ROOM: HostRoom = { listening: new Set() };

const running = container('web', {
  ports: [port(8000)],
  detail: { limits: { memory: 5 * GIB, cpus: 1.5 }, publishes: [port(8000)] },
});

function checks(objects: readonly PlanObject[], room?: HostRoom, use?: number) {
  const { state } = deskOf([service('t', 'web', { containers: [running] })]);
  const usage: Usage = { at: 0, memory: use, cpuPercent: 50, totals: { received: 0, sent: 0, read: 0, written: 0 } };
  const known = { ...state, engine: INFO, usage: use === undefined ? state.usage : new Map([[running.id, usage]]) };
  return capacityChecks(known, objects, room).map(({ ok, text }) => `${ok ? '' : '! '}${text}`);
}

describe('what starts against the host', () => {
  it('is nothing when nothing starts', () => {
    expect(checks([{ kind: 'container', id: 'a', name: 'a', note: '' }])).toEqual([]);
  });

  it('sums the limits, and says what is in use', () => {
    expect(checks([starting('a', { memory: 2 * GIB, cpus: 0.25 })], undefined, GIB)).toEqual([
      'Memory: limits 5GiB + 2GiB, in use 1GiB, of 8GiB.',
      'CPU: limits 1.5 + 0.25, in use 0.5, of 2.',
    ]);
  });

  it('warns when limits, or the use and what comes, are more than the host has', () => {
    expect(checks([starting('a', { memory: 4 * GIB, cpus: 1 })])).toEqual([
      '! Memory: limits 5GiB + 4GiB, of 8GiB: more than the host has.',
      '! CPU: limits 1.5 + 1, of 2: more than the host has.',
    ]);
    const room = { ...ROOM, memoryFree: GIB };
    expect(checks([starting('a', { memory: 2 * GIB })], room)[0]).toBe(
      '! Memory: limits 5GiB + 2GiB, in use 7GiB, of 8GiB: more than the host has.',
    );
  });

  it('does not count twice what is replaced', () => {
    expect(checks([starting('web', { memory: 6 * GIB, ports: [port(8000)] })])[0]).toBe(
      'Memory: limits 0B + 6GiB, of 8GiB.',
    );
  });

  it('does not add up limits where there are none', () => {
    const { state } = deskOf([service('t', 'web', { containers: [container('web')] })]);
    const texts = capacityChecks({ ...state, engine: INFO }, [starting('a', {})]).map(({ text }) => text);
    expect(texts).toEqual([
      'Memory: no limits are set, of 8GiB, 1 without a limit may take all.',
      'CPU: no limits are set, of 2.',
    ]);
  });

  it('names what has no limit', () => {
    expect(checks([starting('a', {})])[0]).toContain('1 without a limit may take all');
  });

  it.each<[why: string, need: Partial<Need>, listening: string[], expected: string]>([
    ['by a container', { ports: [port(8000)] }, [], '! Port 8000 of a is taken by web.'],
    ['by nobody', { ports: [port(9000)] }, [], 'Ports: 9000 free.'],
    [
      'by a program of the host',
      { ports: [port(9000)] },
      ['tcp 9000'],
      '! Port 9000 of a is taken by a program on the host.',
    ],
  ])('says by whom a port is taken: %s', (_why, need, listening, expected) => {
    expect(checks([starting('a', need)], { listening: new Set(listening) })).toContain(expected);
  });

  it('knows the port of what is replaced, one address next to another, and two that want the same', () => {
    const listening = new Set(['tcp 8000']);
    expect(checks([starting('web', { ports: [port(8000)] })], { listening })).toContain('Ports: 8000 free.');
    const other = { ...port(8000, '127.0.0.1') };
    expect(checks([starting('a', { ports: [other] })], ROOM)).toContain('! Port 8000 of a is taken by web.');
    const two = [starting('a', { ports: [port(1, '10.0.0.1')] }), starting('b', { ports: [port(1, '10.0.0.2')] })];
    expect(checks(two, ROOM)).toContain('Ports: 1 free.');
    const same = [starting('a', { ports: [port(1)] }), starting('b', { ports: [port(1)] })];
    expect(checks(same, ROOM)).toContain('! Port 1 of b is taken by a.');
  });

  it('says what the disk has left', () => {
    const room = (free: number) => ({ ...ROOM, disk: { path: '/var/lib/docker', free: free * GIB, total: 100 * GIB } });
    expect(checks([starting('a', {})], room(40)).at(-1)).toBe('Disk: 40GiB of 100GiB free at /var/lib/docker.');
    expect(checks([starting('a', {})], room(4)).at(-1)).toMatch(/^! Disk: 4GiB/);
  });
});

it('reads what the kernel says of listening sockets', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0',
    '   1: 0100007F:0016 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0',
  ].join('\n');
  expect(listeners(table, 'tcp')).toEqual(['tcp 8080']);
});
