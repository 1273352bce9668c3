import { describe, expect, it } from 'vitest';
import { NOON } from '../../test/builders/facts.ts';
import { EngineError } from '../engine/engine.ts';
import { engineId } from '../lib/ids.ts';
import { deskVerdict } from './projects.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

describe('the desk without its engine', () => {
  it('is unknown, and does not call missing data old', () => {
    const why = new EngineError('no-socket', 'No socket at /var/run/docker.sock', 'Is the engine running?');
    const lost: DeskMessage = {
      type: 'connection',
      connection: { state: 'lost', since: NOON, why, attempt: 1, nextTry: NOON },
    };
    const received: DeskMessage = { type: 'containers', at: NOON, containers: [] };
    const reason = (...messages: DeskMessage[]) =>
      deskVerdict([], reduceAll(initialState(NOON, engineId('fake')), messages)).reason;
    expect(reason(lost)).toBe('the engine is not reachable');
    expect(reason(received, lost)).toBe('the engine is not reachable: what is shown is old');
  });
});
