import { describe, expect, it } from 'vitest';
import { compose, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import { engineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import type { Verdict } from './model.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

const poller = compose('p', 'price-poller');

/** A reading at that many seconds after noon, with so many bytes a second coming in. */
const reading = (seconds: number, received: number): DeskMessage => ({
  type: 'usage',
  id: poller.id,
  usage: {
    at: NOON + seconds * SECOND,
    totals: { received: 0, sent: 0, read: 0, written: 0 },
    rates: { received, sent: 0, read: 0, written: 0 },
  },
});
const every = (from: number, to: number, received: number) =>
  Array.from({ length: Math.floor((to - from) / 3) }, (_, n) => reading(from + n * 3, received));

function verdictAt(seconds: number, ...messages: readonly DeskMessage[]): Verdict | undefined {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'containers', at: NOON, containers: [poller] },
    ...messages,
    { type: 'tick', now: NOON + seconds * SECOND },
  ]);
  return new Deriver().derive(state).services[0]?.verdict;
}

describe('a feed that stops', () => {
  const stopped = [...every(0, 60, 5000), ...every(60, 180, 0)];

  it('is reported a minute later', () => {
    expect(verdictAt(119, ...stopped)?.level).toBe('ok');
    expect(verdictAt(121, ...stopped)).toMatchObject({ code: 'stalled', since: NOON + 60 * SECOND });
  });

  it('does not become ok for one keep-alive', () => {
    const alive = [...stopped, reading(180, 23), ...every(183, 240, 0)];
    expect(verdictAt(181, ...alive)).toMatchObject({ code: 'stalled', since: NOON + 60 * SECOND });
    expect(verdictAt(240, ...alive, reading(240, 40), ...every(243, 300, 0))?.code).toBe('stalled');
  });

  it('gets a minute from each start, and is reported again if that did not help', () => {
    const restarted = compose('p', 'price-poller', { detail: { startedAt: NOON + 180 * SECOND } });
    const restart: DeskMessage = { type: 'containers', at: NOON + 180 * SECOND, containers: [restarted] };
    const silent = [...stopped, restart, ...every(180, 300, 0)];
    expect(verdictAt(235, ...silent)?.level).toBe('ok');
    expect(verdictAt(241, ...silent)).toMatchObject({ code: 'stalled', since: NOON + 180 * SECOND });
  });

  it('recovers with real input, or with repeated small input', () => {
    expect(verdictAt(184, ...stopped, reading(180, 900))?.level).toBe('ok');
    expect(verdictAt(190, ...stopped, reading(180, 40), reading(183, 40))?.level).toBe('ok');
  });
});

describe('a feed that was silent before the console started', () => {
  const idle = every(0, 120, 2);
  const log = (lastAgo: number, pause: number, count = 20): DeskMessage => ({
    type: 'lines',
    id: poller.id,
    at: NOON,
    lines: Array.from({ length: count }, () => 'tick'),
    times: Array.from({ length: count }, (_, n) => NOON - lastAgo - (count - 1 - n) * pause),
  });

  it('is suspected from the time of its last line', () => {
    expect(verdictAt(70, log(12 * MINUTE, SECOND), ...idle)).toMatchObject({
      level: 'degraded',
      code: 'stalled',
      reason: 'up, but silent since its last log line, and receives nothing from the network',
      since: NOON - 12 * MINUTE,
    });
  });

  it.each<[string, readonly DeskMessage[]]>([
    ['something still arrives', [log(12 * MINUTE, SECOND), ...every(0, 120, 500)]],
    ['it logs seldom', [log(12 * MINUTE, 2 * MINUTE), ...idle]],
    ['its log is not silent', [log(SECOND, SECOND), ...idle]],
    ['it has said next to nothing', [log(12 * MINUTE, SECOND, 3), ...idle]],
    ['nothing has been read of it yet', [log(12 * MINUTE, SECOND)]],
  ])('is not suspected where %s', (_, messages) => {
    expect(verdictAt(70, ...messages)?.level).toBe('ok');
  });
});
