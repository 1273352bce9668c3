import { describe, expect, it } from 'vitest';
import { type FakeLog, fakeLog } from '../../../test/builders/fake-log.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import { containerId, engineId } from '../../lib/ids.ts';
import type { LogEngine } from './follower.ts';
import { type LogSource, openLogs } from './session.ts';

const AT = 1_768_468_502_000_000_000n;
const line = (ms: number, text: string) => ({ nanos: AT + BigInt(ms) * 1_000_000n, text });
const source = (id: string, running = true) => ({
  engine: engineId('fake'),
  id: containerId(id),
  name: `name-${id}`,
  running,
});

function setup(logs: Record<string, FakeLog>) {
  const clock = fakeClock();
  const emitted: string[] = [];
  const of = (id: string) => logs[id] ?? fakeLog();
  const engine: LogEngine = {
    logs: (id, query) => of(id).logs(id, query),
    container: (id) => of(id).container(id),
  };
  const session = openLogs(
    engine,
    clock,
    { kind: 'tail', lines: 100 },
    {
      lines(number, batch, from, to) {
        for (let i = from; i < to; i += 1)
          emitted.push(`${number} ${batch.bytes.toString('utf8', batch.starts[i], batch.ends[i])}`);
      },
    },
  );
  return { clock, emitted, session };
}

describe('openLogs', () => {
  it('merges the history of all replicas by time', async () => {
    const [a, b] = [fakeLog(), fakeLog()];
    a.write(line(1, 'a1'), line(4, 'a4'));
    b.write(line(2, 'b2'), line(3, 'b3'));
    const { clock, emitted, session } = setup({ a, b });
    session.setSources([source('a'), source('b')]);
    await clock.advance(300);
    expect(emitted).toEqual(['0 a1', '1 b2', '1 b3', '0 a4']);
    session.close();
  });

  it('adds a new replica by itself and keeps the lines of a removed one', async () => {
    const [a, b] = [fakeLog(), fakeLog()];
    a.write(line(1, 'a1'));
    const { clock, emitted, session } = setup({ a, b });
    session.setSources([source('a')]);
    await clock.settle();
    b.write(line(5, 'b5'));
    session.setSources([source('a'), source('b')]);
    await clock.advance(300);
    a.write(line(6, 'goodbye'));
    a.state = 'dead';
    a.cut();
    session.setSources([source('b')]);
    await clock.advance(300);
    b.write(line(7, 'b7'));
    await clock.advance(300);
    expect(emitted).toEqual(['0 a1', '1 b5', '0 goodbye', '1 b7']);
    expect(session.statuses().map(({ name, state }) => [name, state])).toEqual([
      ['name-a', 'gone'],
      ['name-b', 'live'],
    ]);
    session.close();
  });

  it('follows the next run as soon as the container is reported running', async () => {
    const a = fakeLog();
    const { clock, emitted, session } = setup({ a });
    session.setSources([source('a')]);
    await clock.settle();
    a.state = 'exited';
    a.cut();
    session.setSources([source('a', false)]);
    await clock.advance(60_000);
    a.state = 'running';
    a.write(line(9, 'again'));
    session.setSources([source('a', true)]);
    await clock.settle();
    expect(emitted).toEqual(['0 again']);
    session.close();
  });

  it('closes the streams of removed sources, and continues where it stopped if they return', async () => {
    const a = fakeLog();
    const b = fakeLog();
    const { clock, emitted, session } = setup({ a, b });
    const now = BigInt(clock.now()) * 1_000_000n;
    a.write({ nanos: now, text: 'one' });
    session.setSources([source('a'), source('b')]);
    await clock.advance(300);
    session.setSources([source('b')]);
    await clock.advance(3000);
    expect(a.queries.at(-1)?.signal?.aborted).toBe(true);
    a.write({ nanos: now + 5_000_000n, text: 'two' });
    session.setSources([source('a'), source('b')]);
    await clock.advance(1500);
    expect(emitted).toEqual(['0 one', '0 two']);
    session.close();
  });

  it('follows a limited number and names those left out', () => {
    const { session } = setup({});
    session.setSources(Array.from({ length: 100 }, (_, i) => source(`c${i}`)));
    expect(session.statuses().length).toBe(64);
    expect(session.leftOut()).toHaveLength(36);
    session.close();
  });

  it('prefers running containers over ended ones if there are too many', async () => {
    const { session } = setup({});
    const ended = Array.from({ length: 60 }, (_, i) => source(`ended-${i}`, false));
    const running = Array.from({ length: 10 }, (_, i) => source(`running-${i}`));
    session.setSources([...ended, ...running]);
    const followed = session.statuses().map(({ id }) => id);
    expect(followed.length).toBe(64);
    expect(session.leftOut()).toHaveLength(6);
    expect(followed).toEqual(expect.arrayContaining(running.map(({ id }) => id)));
    session.close();
  });
});

describe('logs of many engines', () => {
  const at = (engine: string, id: string): LogSource => ({ ...source(id), engine: engineId(engine) });

  it("merges by the console's clock, whatever the engines' clocks say", async () => {
    const [a, b] = [fakeLog(), fakeLog()];
    a.write(line(1, 'first'), line(4, 'third'));
    // An hour ahead.
    b.write(line(3_600_002, 'second'), line(3_600_005, 'fourth'));
    const clock = fakeClock();
    const emitted: string[] = [];
    const session = openLogs(
      { of: ({ engine }) => (engine === 'a' ? a : { ...b, clockOffset: () => 3_600_000 }) },
      clock,
      { kind: 'tail', lines: 10 },
      {
        lines(_, batch, from, to) {
          for (let i = from; i < to; i += 1)
            emitted.push(
              `${batch.seconds[i]}.${batch.nanos[i]} ${batch.bytes.toString('utf8', batch.starts[i], batch.ends[i])}`,
            );
        },
      },
    );
    // Equal ids on two engines are two sources.
    session.setSources([at('a', 'same'), at('b', 'same')]);
    await clock.advance(300);
    const second = Number(AT / 1_000_000_000n);
    expect(emitted).toEqual([
      `${second}.1000000 first`,
      `${second}.2000000 second`,
      `${second}.4000000 third`,
      `${second}.5000000 fourth`,
    ]);
    session.close();
  });

  it('reads 16 logs of one engine at most, running ones first, and names the others', () => {
    const session = openLogs({ of: () => fakeLog() }, fakeClock(), { kind: 'tail', lines: 1 }, { lines() {} });
    const many = Array.from({ length: 18 }, (_, i) => ({ ...at('a', `c${i}`), running: i > 0 }));
    session.setSources([...many, at('b', 'other')]);
    expect(session.statuses()).toHaveLength(17);
    expect(session.leftOut()).toEqual(['name-c0', 'name-c17']);
    session.close();
  });

  it('reads the log of a task through a manager', async () => {
    const log = fakeLog();
    log.write(line(1, 'on another node'));
    const asked: string[] = [];
    const emitted: string[] = [];
    const clock = fakeClock();
    const engine: LogEngine = {
      logs: () => Promise.reject(new Error('it has no such container')),
      container: () => Promise.reject(new Error('it has no such container')),
      taskLogs: (id, query) => {
        asked.push(id);
        return log.logs(id, query);
      },
      inspect: async () => ({ ID: 't1', Status: { State: 'running' }, Spec: { ContainerSpec: { Image: 'web' } } }),
    };
    const session = openLogs(
      engine,
      clock,
      { kind: 'last', lines: 10 },
      { lines: (_, batch) => void emitted.push(batch.bytes.toString()) },
    );
    session.setSources([{ ...source('t1'), task: true }]);
    await clock.advance(300);
    expect(asked).toEqual(['t1']);
    expect(emitted.join('')).toContain('on another node');
    session.close();
  });
});
