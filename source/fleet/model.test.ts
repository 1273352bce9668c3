import { describe, expect, it } from 'vitest';
import { container, NOON } from '../../test/builders/facts.ts';
import { deriveDesk } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import { type Connection, EngineError, type FailureKind } from '../engine/engine.ts';
import { engineId } from '../lib/ids.ts';
import { type FleetHost, type HostSpec, isOff, reaching } from './model.ts';
import { urgency } from './urgency.ts';

const ready: Connection = { state: 'ready', since: NOON };
const lost = (kind: FailureKind): Connection => ({
  state: 'lost',
  since: NOON,
  why: new EngineError(kind, 'why', 'do this'),
  attempt: 1,
  nextTry: NOON,
});

describe('how a host is reached', () => {
  it.each<[string, Connection, { heard?: true; waits?: number; later?: number }, string]>([
    ['before the first answer', { state: 'connecting', since: NOON, attempt: 1 }, {}, 'connecting'],
    ['that does not answer at all', { state: 'connecting', since: NOON, attempt: 1 }, { waits: 2000 }, 'late'],
    ['that answers', ready, { heard: true, waits: 100 }, 'live'],
    ['with a question open for two seconds', ready, { heard: true, waits: 2000 }, 'late'],
    ['that refuses the list', { ...ready, refused: '503' }, { heard: true }, 'late'],
    ['lost just now', lost('closed'), { heard: true, later: 59_000 }, 'stale'],
    ['lost a minute ago', lost('closed'), { heard: true, later: 60_000 }, 'lost'],
    ['that was never there', lost('connection-refused'), {}, 'lost'],
    ['that refuses the key', lost('login-refused'), { heard: true }, 'refused'],
    ['whose socket is not ours', lost('permission-denied'), {}, 'refused'],
    ['whose certificate is not trusted', lost('tls'), {}, 'refused'],
    ['that is no engine', lost('not-docker'), {}, 'refused'],
  ])('%s', (_, connection, { heard, waits, later = 0 }, expected) => {
    const now = NOON + later;
    const contact = waits === undefined ? {} : { waitingSince: now - waits };
    const seen = reaching({ connection, lastUpdateAt: heard && NOON }, contact, now);
    expect(seen.state).toBe(expected);
    if (connection.state === 'lost') expect(seen).toMatchObject({ why: 'why', advice: 'do this' });
  });

  it('is off until the time that was said, or for good', () => {
    const spec = (until?: number): HostSpec => ({
      name: engineId('a'),
      off: { reason: 'x', until },
      member: true,
      readonly: false,
      where: '',
    });
    expect([isOff(spec(), NOON), isOff(spec(NOON + 1), NOON), isOff(spec(NOON), NOON)]).toEqual([true, true, false]);
  });
});

it('what cannot be seen and what is down come first, what is off last', () => {
  const host = (name: string, state: FleetHost['state'], exitCode?: number): FleetHost => {
    const facts = container('web', exitCode === undefined ? {} : { state: 'exited', exitCode });
    const deskState = reduceAll(initialState(NOON, engineId(name)), [
      { type: 'connection', connection: ready },
      { type: 'containers', at: NOON, containers: [facts] },
    ]);
    const spec = { name: engineId(name), member: true, readonly: false, where: '' };
    return { spec, state, since: NOON, deskState, desk: deriveDesk(deskState) };
  };
  const hosts = [
    host('off', 'off'),
    host('ok', 'live'),
    host('late', 'late'),
    host('down', 'live', 1),
    host('stale', 'stale'),
    host('lost', 'lost'),
  ];
  const order = hosts.toSorted((a, b) => urgency(a) - urgency(b)).map(({ spec }) => spec.name);
  expect(order).toEqual(['lost', 'down', 'stale', 'late', 'ok', 'off']);
});
