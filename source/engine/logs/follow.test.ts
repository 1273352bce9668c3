import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type FakeLog, fakeLog, frame, stampOf } from '../../../test/builders/fake-log.ts';
import { AT, follow } from '../../../test/builders/followed-log.ts';
import { random } from '../../simulator/world/random.ts';
import { EngineError } from '../engine.ts';
import { SLICE_BYTES } from './turn-budget.ts';

/** A log that gives out what is pushed, as the engine would. */
function pushed(): FakeLog & { stream: Readable } {
  const stream = new Readable({ read() {} });
  return { ...fakeLog(), stream, logs: async (_id, { follow }) => (follow ? stream : Readable.from([])) };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    nanos: AT + BigInt(from + i) * 1_000_000n,
    text: `line ${from + i}`,
  }));
const names = (from: number, to: number) => lines(from, to).map(({ text }) => text);

/** Writes lines whose times repeat, on both streams, and breaks the connection and the chunks at random. */
async function breakAnywhere(seed: number) {
  const next = random(seed);
  const log = fakeLog({ tty: seed % 2 === 0 });
  log.chunk = () => 1 + Math.floor(next() * 90);
  const { clock, texts, notes, follower } = follow(log);
  const written: string[] = [];
  for (let round = 0, at = AT; round < 30; round += 1) {
    if (next() < 0.7) at += BigInt(Math.floor(next() * 3)) * 400n;
    log.write({ nanos: at, text: `s${seed} r${round}`, stderr: next() < 0.4 });
    written.push(`s${seed} r${round}`);
    if (next() < 0.3) log.cut(next() < 0.5 ? new Error('read ECONNRESET') : undefined);
    if (next() < 0.6) await clock.settle();
    if (next() < 0.2) await clock.advance(20_000);
  }
  await clock.advance(60_000);
  follower.close();
  await follower.done;
  return { written, texts, notes };
}

describe('followContainer', () => {
  it('emits the existing lines, then new ones', async () => {
    const log = fakeLog();
    log.write(...lines(0, 3));
    const { clock, texts, follower, histories } = follow(log);
    await clock.settle();
    expect(texts).toEqual(names(0, 3));
    expect(histories()).toBe(1);
    log.write(...lines(3, 5));
    await clock.settle();
    expect(texts).toEqual(names(0, 5));
    expect(follower.status).toMatchObject({ state: 'live', lines: 5 });
    follower.close();
    await follower.done;
  });

  it('continues across a restart, with each line once and no note', async () => {
    const log = fakeLog();
    log.write(...lines(0, 3));
    const { clock, texts, notes, follower } = follow(log);
    await clock.settle();
    log.state = 'exited';
    log.cut();
    await clock.settle();
    expect(follower.status.state).toBe('waiting');
    log.state = 'running';
    log.write(...lines(3, 6));
    await clock.advance(600);
    expect(texts).toEqual(names(0, 6));
    expect(notes).toEqual([]);
    follower.close();
  });

  it('emits the last lines that a stopped container wrote after its stream ended', async () => {
    const log = fakeLog();
    const { clock, texts, follower } = follow(log);
    await clock.settle();
    log.state = 'exited';
    log.cut();
    log.write(...lines(0, 1));
    await clock.settle();
    expect(texts).toEqual(names(0, 1));
    follower.close();
  });

  it('retries at once when woken', async () => {
    const log = fakeLog();
    log.state = 'exited';
    const { clock, follower } = follow(log);
    await clock.advance(60_000);
    log.state = 'running';
    follower.wake();
    await clock.settle();
    expect(follower.status.state).toBe('live');
    follower.close();
  });

  it('neither loses nor repeats lines wherever connections break', async () => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const { written, texts, notes } = await breakAnywhere(seed);
      expect([...texts].sort()).toEqual([...written].sort());
      expect(notes).toEqual([]);
    }
  });

  it('keeps the order of the log if nothing breaks', async () => {
    const log = fakeLog();
    const next = random(5);
    log.chunk = () => 1 + Math.floor(next() * 50);
    const { clock, texts, follower } = follow(log);
    for (let i = 0; i < 50; i += 1) {
      log.write(...lines(i, i + 1));
      if (next() < 0.3) await clock.settle();
    }
    await clock.settle();
    expect(texts).toEqual(names(0, 50));
    follower.close();
  });

  it('notes where lines may be missing after the log was rotated meanwhile', async () => {
    const log = fakeLog();
    log.write(...lines(0, 3));
    const { clock, texts, notes, follower } = follow(log);
    await clock.settle();
    log.cut(new Error('read ECONNRESET'));
    log.write(...lines(3, 20));
    log.rotate(10);
    await clock.advance(1000);
    expect(texts).toEqual([...names(0, 3), ...names(10, 20)]);
    expect(notes).toEqual(['the log was cut here: lines may be missing']);
    follower.close();
  });

  it('notes where a stream goes back in time, and emits the lines there as they arrive', async () => {
    const log = fakeLog();
    const { clock, texts, notes } = follow(log);
    await clock.settle();
    log.write(...lines(0, 10));
    await clock.settle();
    log.write(...lines(4, 7), ...lines(10, 12), { nanos: AT, text: 'stderr is a stream of its own', stderr: true });
    await clock.settle();
    expect(texts).toEqual([...names(0, 10), ...names(4, 7), ...names(10, 12), 'stderr is a stream of its own']);
    expect(notes).toEqual([expect.stringContaining('goes back in time')]);
  });

  it('does not emit a partial line, but the whole line later', async () => {
    const log = fakeLog();
    const { clock, texts, follower } = follow(log);
    log.write(...lines(0, 1));
    await clock.settle();
    const original = log.logs;
    const half = { nanos: AT + 5_000_000n, text: 'a whole sentence' };
    let tampered = false;
    log.logs = async (id, query) => {
      const stream = await original(id, query);
      if (!tampered && query.follow) {
        tampered = true;
        stream.push(frame(1, `${stampOf(half.nanos)} a whole sentence\n`).subarray(0, 45));
        stream.push(null);
      }
      return stream;
    };
    log.cut(new Error('gone'));
    await clock.advance(600);
    log.write(half);
    await clock.advance(5000);
    expect(texts).toEqual(['line 0', 'a whole sentence']);
    follower.close();
  });

  it('emits an unfinished long line after a second, whether or not the stream is idle', async () => {
    const log = pushed();
    const { clock, texts, follower } = follow(log);
    const piece = (text: string) => log.stream.push(frame(1, `${stampOf(AT)} ${text}`));
    await clock.settle();
    piece('a'.repeat(16_384));
    await clock.advance(900);
    expect(texts).toEqual([]);
    await clock.advance(200);
    expect(texts).toEqual([`${'a'.repeat(16_384)} [no line end yet]`]);
    piece('rest of it\n');
    await clock.settle();
    for (let at = 0; at < 30; at += 1) {
      piece('z'.repeat(16_384));
      await clock.advance(100);
    }
    piece('\n');
    piece('next\n');
    await clock.settle();
    expect(texts.slice(1).map((text) => text.replace(/z+/, 'z'))).toEqual([
      'rest of it',
      expect.stringMatching(/^z \[cut here: \d+ more bytes so far, and no line end\]$/),
      'next',
    ]);
    follower.close();
    expect(clock.waiting()).toBe(0);
  });

  it('says why a log cannot be read, and stops trying', async () => {
    const log = fakeLog();
    log.failure = new EngineError('engine-error', 'logs of c1: configured logging driver does not support reading');
    const { follower, histories } = follow(log);
    log.failure = undefined;
    log.logs = async () => {
      throw new EngineError('engine-error', 'logs of c1: configured logging driver does not support reading');
    };
    await follower.done;
    expect(follower.status.state).toBe('unreadable');
    expect(follower.status.reason).toContain('does not support reading');
    expect(histories()).toBe(1);
  });

  it('retries with increasing delays while the engine is away, and ends when the container is gone', async () => {
    const log = fakeLog();
    log.failure = new EngineError('no-socket', 'cannot connect');
    const { clock, follower, texts } = follow(log);
    await clock.advance(10_000);
    expect(follower.status).toMatchObject({ state: 'retrying', reason: 'cannot connect' });
    const before = log.queries.length;
    await clock.advance(30_000);
    expect(log.queries.length - before).toBeLessThan(5);
    log.failure = undefined;
    log.write(...lines(0, 1));
    await clock.advance(15_000);
    expect(texts).toEqual(['line 0']);
    log.state = 'dead';
    log.cut();
    await follower.done;
    expect(follower.status.state).toBe('gone');
  });

  it('ends a head range at its number of lines', async () => {
    const log = fakeLog();
    log.write(...lines(0, 40));
    const { follower, texts } = follow(log, { kind: 'head', lines: 7 });
    await follower.done;
    expect(texts).toEqual(names(0, 7));
    expect(follower.status.state).toBe('ended');
  });

  it('reads a flood of lines in bounded slices with other work in between', async () => {
    const log = fakeLog();
    log.write(...Array.from({ length: 40_000 }, (_, i) => ({ nanos: AT + BigInt(i), text: 'y' })));
    let turns = 0;
    let stop = false;
    const tick = () => {
      turns += 1;
      if (!stop) setImmediate(tick);
    };
    setImmediate(tick);
    const { follower, sizes, texts } = follow(log, { kind: 'head', lines: 40_000 });
    await follower.done;
    stop = true;
    expect(texts.length).toBe(40_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.ceil(SLICE_BYTES / 41));
    expect(turns).toBeGreaterThan(4);
  });

  it('jumps to the end of a log that grows faster than it can be read, and notes how much was dropped', async () => {
    const log = fakeLog();
    const { logs } = log;
    // What a container writes in the meantime is further than the engine reads back.
    log.logs = (id, query) => logs(id, { ...query, tail: 0 });
    const { clock, follower, notes, texts } = follow(log);
    await clock.settle();
    const start = BigInt(clock.now()) * 1_000_000n;
    let read = 0;
    for (let second = 0; second < 20; second += 1) {
      // A hundred lines per second are read, though the container is ahead by another second every second.
      const from = start + BigInt(read) * 5_000_000n;
      log.write(
        ...Array.from({ length: 100 }, (_, i) => ({ nanos: from + BigInt(i) * 5_000_000n, text: `t${read + i}` })),
      );
      read += 100;
      await clock.advance(1000);
    }
    log.write({ nanos: BigInt(clock.now()) * 1_000_000n, text: 'fresh' });
    await clock.advance(1000);
    expect(follower.status.dropped).toBeGreaterThan(100);
    expect(texts.at(-1)).toBe('fresh');
    expect(notes.join()).toMatch(/dropped about \d+ lines \(\d+\.\ds\)/);
    follower.close();
  });
});
