import { describe, expect, it } from 'vitest';
import { container, event, exited, MINUTE, NOON, SECOND } from '../../test/builders/facts.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { Deriver } from './derive.ts';
import { initialState, reduceAll } from './reduce.ts';
import type { DeskMessage } from './state.ts';

function serviceWith(facts: ContainerFacts, ...more: readonly DeskMessage[]) {
  const state = reduceAll(initialState(NOON, engineId('fake')), [
    { type: 'containers', at: NOON, containers: [facts] },
    ...more,
    { type: 'tick', now: NOON },
  ]);
  return new Deriver().derive(state).services[0];
}

const written = (id: string, ...lines: readonly (readonly [at: number, line: string])[]): DeskMessage => ({
  type: 'lines',
  id: containerId(id),
  at: NOON,
  lines: lines.map(([, line]) => line),
  times: lines.map(([at]) => at),
});

describe('the headline of a service', () => {
  const engine = container('engine');

  it('is the last error of the finished run, and part of the verdict', () => {
    const dead = exited(engine, 1, { at: NOON - MINUTE });
    const service = serviceWith(
      dead,
      written(
        dead.id,
        [NOON - 2 * MINUTE, '2026-01-15T11:58:00.123456Z ERROR nanoarb: Configuration error: no venue'],
        [NOON - MINUTE, '2026-01-15T11:59:00.000000Z  INFO nanoarb: Shutting down'],
      ),
    );
    expect(service?.said).toEqual({ text: 'Configuration error: no venue', isError: true });
    expect(service?.verdict.reason).toBe('exit 1: Configuration error: no venue');
  });

  it('is not taken from the next run', () => {
    const again = container('engine', {
      state: 'restarting',
      exitCode: 1,
      detail: { startedAt: NOON - 20 * SECOND, finishedAt: NOON - 10 * SECOND, restartCount: 2 },
    });
    const service = serviceWith(
      again,
      written(
        again.id,
        [NOON - 90 * SECOND, 'Error: of a run before'],
        [NOON - 11 * SECOND, 'Error: of the run that ended'],
        [NOON - 2 * SECOND, 'Error: of the run that goes on'],
      ),
    );
    expect(service?.said?.text).toBe('Error: of the run that ended');
    expect(service?.verdict.reason).toMatch(/: Error: of the run that ended$/);
  });

  it('of a crash is reported while the next run is ok', () => {
    const up = container('engine', { detail: { startedAt: NOON - 20 * SECOND, finishedAt: NOON - 21 * SECOND } });
    const service = serviceWith(
      up,
      { type: 'event', event: event(up, 'start', NOON - 90 * SECOND) },
      { type: 'event', event: event(up, 'die', NOON - 21 * SECOND, { exitCode: '1' }) },
      { type: 'event', event: event(up, 'start', NOON - 20 * SECOND) },
      written(
        up.id,
        [NOON - 21 * SECOND, "thread 'main' (7) panicked at src/main.rs:4:5:"],
        [NOON - 21 * SECOND, 'no venue'],
        [NOON - 10 * SECOND, 'ERROR: of the run that goes on'],
      ),
    );
    expect(service?.verdict).toMatchObject({ level: 'degraded', code: 'restarted' });
    expect(service?.verdict.reason).toMatch(
      /; last error: thread 'main' \(7\) panicked at src\/main.rs:4:5: no venue$/,
    );
  });

  it('is the last line if there is no error, and then not part of the verdict', () => {
    const dead = exited(engine, 1, { at: NOON - MINUTE });
    const service = serviceWith(dead, written(dead.id, [NOON - MINUTE, 'INFO:app:bye'], [NOON - MINUTE, ']']));
    expect(service?.said).toEqual({ text: 'bye', isError: false });
    expect(service?.verdict.reason).toBe('exit 1');
  });
});
