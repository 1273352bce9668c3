import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeLog, fakeLog } from '../../../test/builders/fake-log.ts';
import { type FakeClock, fakeClock } from '../../../test/fake-clock.ts';
import { containerId } from '../../lib/ids.ts';
import { EngineError } from '../engine.ts';
import { LastLinesReader, type LinesRequest } from '../watch/last-lines-reader.ts';
import { readLastLines } from './last-lines.ts';

const at = (ms: number) => BigInt(ms) * 1_000_000n;

describe('the last lines', () => {
  it('are the last hundred lines of both streams, oldest first, with their times', async () => {
    const log = fakeLog();
    log.write(...Array.from({ length: 110 }, (_, n) => ({ nanos: at(n), text: `line ${n}`, stderr: n % 2 === 0 })));
    log.chunk = () => 7;
    const { lines, times } = await readLastLines(log, { id: 'a', tty: false });
    expect(lines).toEqual(Array.from({ length: 100 }, (_, n) => `line ${n + 10}`));
    expect(times).toEqual(Array.from({ length: 100 }, (_, n) => n + 10));
    expect(log.queries[0]).toMatchObject({ follow: false, tail: 100 });
  });

  it('can come from a TTY, and be limited to the current run', async () => {
    const log = fakeLog({ tty: true });
    log.write({ nanos: at(1000), text: 'earlier run' }, { nanos: at(5000), text: 'this run' });
    expect((await readLastLines(log, { id: 'a', tty: true, since: 4000 })).lines).toEqual(['this run']);
  });

  it('are cut and masked, even a key over several lines', async () => {
    const log = fakeLog();
    log.write(
      { nanos: at(1), text: 'connect postgresql://app:hunter2@db:5432/app' },
      { nanos: at(2), text: '-----BEGIN PRIVATE KEY-----' },
      { nanos: at(3), text: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC' },
      { nanos: at(4), text: '-----END PRIVATE KEY-----' },
      { nanos: at(5), text: `PASSWORD=${'x'.repeat(60_000)}` },
      { nanos: at(6), text: 'long '.repeat(10_000) },
    );
    const { lines } = await readLastLines(log, { id: 'a', tty: false });
    expect(lines.join('\n')).not.toMatch(/hunter2|MIIE|xxx/);
    expect(Math.max(...lines.map((line) => line.length))).toBe(4000);
  });
});

describe('the reader of last lines', () => {
  let clock: FakeClock;
  let log: FakeLog;
  let emitted: { id: string; lines: readonly string[] }[];
  let reader: LastLinesReader;
  beforeEach(() => {
    clock = fakeClock();
    log = fakeLog();
    emitted = [];
    reader = new LastLinesReader({ engine: log, clock, emit: (message) => emitted.push(message) });
  });
  const dead = (run: string): LinesRequest => ({ id: containerId('a'), tty: false, run });

  it('reads once for each finished run', async () => {
    log.write({ nanos: at(1), text: 'panic' });
    reader.want([dead('1')]);
    await clock.advance(250);
    reader.want([dead('1')]);
    await clock.advance(600_000);
    expect(emitted.map(({ lines }) => lines)).toEqual([['panic']]);
    expect([log.queries.length, clock.waiting()]).toEqual([1, 0]);
    log.write({ nanos: at(2), text: 'panic again' });
    reader.want([dead('2')]);
    await clock.advance(250);
    expect(emitted.at(-1)?.lines).toEqual(['panic', 'panic again']);
  });

  it('re-reads a running container at intervals and emits only new lines', async () => {
    log.write({ nanos: at(1), text: 'one' });
    reader.want([{ ...dead('1'), again: 30_000 }]);
    await clock.advance(90_250);
    expect([log.queries.length, emitted.length]).toEqual([4, 1]);
    log.write({ nanos: at(2), text: 'two' });
    await clock.advance(30_000);
    expect(emitted.at(-1)?.lines).toEqual(['one', 'two']);
    reader.want([]);
    await clock.advance(600_000);
    expect([log.queries.length, clock.waiting()]).toEqual([5, 0]);
  });

  it('does not read a container in a fast restart loop after every run', async () => {
    for (let run = 0; run < 100; run += 1) {
      reader.want([dead(String(run))]);
      await clock.advance(200);
    }
    expect(log.queries.length).toBeLessThanOrEqual(5);
  });

  it('retries after a temporary failure, but not if the log is unreadable', async () => {
    log.failure = new EngineError('timeout', 'no answer');
    reader.want([dead('1')]);
    await clock.advance(20_250);
    expect(log.queries).toHaveLength(5);
    log.failure = undefined;
    await clock.advance(5_000);
    expect(emitted).toHaveLength(1);

    log.failure = new EngineError('engine-error', 'configured logging driver does not support reading');
    reader.want([dead('2')]);
    await clock.advance(60_000);
    expect(log.queries).toHaveLength(7);
    expect(clock.waiting()).toBe(0);
  });

  it('reads nothing while paused', async () => {
    reader.want([dead('1')]);
    reader.pause();
    await clock.advance(60_000);
    expect([log.queries.length, clock.waiting()]).toEqual([0, 0]);
    reader.resume();
    await clock.advance(0);
    expect(emitted).toHaveLength(1);
    reader.stop();
    expect(clock.waiting()).toBe(0);
  });
});
