import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type FakeLog, fakeLog, frame, stampOf } from '../../../test/builders/fake-log.ts';
import { AT, follow } from '../../../test/builders/followed-log.ts';

describe('a log that was damaged or truncated while being read', () => {
  const note = frame(3, "Error grabbing logs: invalid character '\\x00' looking for beginning of value\n");
  const stamped = (n: number) => frame(1, `${stampOf(AT + BigInt(n) * 1_000_000_000n)} line ${n}\n`);

  it('is reported once, polled less and less often, and never shown as decades behind', async () => {
    let asked = 0;
    const log: FakeLog = {
      ...fakeLog(),
      logs: async () => {
        asked += 1;
        return Readable.from([Buffer.concat([stamped(1), note])]);
      },
    };
    const { clock, texts, notes, follower } = follow(log);
    await clock.advance(120_000);
    expect(texts).toEqual(['line 1']);
    expect(notes).toHaveLength(1);
    expect(follower.status.behind).toBe(0);
    expect(asked).toBeLessThan(20);
    follower.close();
  });

  it('is reopened if the stream is silent although there are newer lines', async () => {
    const streams: Readable[] = [];
    let cut = false;
    const log: FakeLog = {
      ...fakeLog(),
      logs: async (_id, { follow: live, tail }) => {
        if (tail === 1) return Readable.from(cut ? [stamped(9)] : [stamped(1)]);
        if (!live) return Readable.from(cut ? [stamped(9)] : [stamped(1)]);
        const stream = new Readable({ read() {} });
        if (cut) stream.push(stamped(9));
        streams.push(stream);
        return stream;
      },
    };
    const { clock, texts, notes, follower } = follow(log);
    await clock.advance(180_000);
    expect(streams).toHaveLength(1);
    cut = true;
    await clock.advance(70_000);
    expect(texts).toEqual(['line 1', 'line 9']);
    expect(notes).toEqual(['the log was cut here: lines may be missing']);
    follower.close();
  });
});
