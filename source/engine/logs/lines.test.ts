import { describe, expect, it } from 'vitest';
import { frame, lineBytes, stampOf } from '../../../test/builders/fake-log.ts';
import { random } from '../../simulator/world/random.ts';
import { FLAGS } from './flags.ts';
import { LINE_LIMIT, LogReader } from './lines.ts';

const AT = 1_768_468_502_000_000_000n;
type Seen = { flags: number; text: string; nanos: number };

function readAll(tty: boolean, chunks: readonly Buffer[], flush = false): Seen[] {
  const seen: Seen[] = [];
  const reader = new LogReader(tty, (flags, stamp, bytes, start, end) => {
    seen.push({ flags, text: bytes.toString('utf8', start, end), nanos: stamp.nanos });
  });
  for (const chunk of chunks) reader.push(chunk);
  if (flush) reader.flush();
  return seen;
}

function cutAt(bytes: Buffer, next: () => number, most: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + Math.floor(next() * most));
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

describe('LogReader', () => {
  it('distinguishes stdout and stderr and removes stamp and line end', () => {
    const bytes = Buffer.concat([
      lineBytes({ nanos: AT + 1n, text: 'started' }),
      lineBytes({ nanos: AT + 2n, text: 'oops', stderr: true }),
      lineBytes({ nanos: AT + 3n, text: '' }),
    ]);
    expect(readAll(false, [bytes])).toEqual([
      { flags: 0, text: 'started', nanos: 1 },
      { flags: FLAGS.stderr, text: 'oops', nanos: 2 },
      { flags: 0, text: '', nanos: 3 },
    ]);
  });

  it('reads the same lines however the bytes are split', () => {
    const texts = ['Ünïcode ₹ 312.50 📈', 'plain', '', 'x'.repeat(300), 'ends in return\r', '日本語ログ'];
    const lines = Array.from({ length: 60 }, (_, i) => ({
      nanos: AT + BigInt(i),
      text: texts[i % texts.length] ?? '',
      stderr: i % 3 === 0,
    }));
    for (const tty of [false, true]) {
      const bytes = Buffer.concat(lines.map((line) => lineBytes(line, tty)));
      const whole = readAll(tty, [bytes]);
      expect(whole.map(({ text }) => text)).toEqual(lines.map(({ text }) => text.replace(tty ? /$^/ : /\r$/, '')));
      for (let seed = 1; seed <= 40; seed += 1) {
        expect(readAll(tty, cutAt(bytes, random(seed), 1 + seed * 3))).toEqual(whole);
      }
    }
  });

  it('joins a line that the engine split into frames of 16 KiB, each with a stamp', () => {
    const stamp = `${stampOf(AT)} `;
    const pieces = [frame(1, `${stamp}${'a'.repeat(16_384)}`), frame(1, `${stamp}${'b'.repeat(100)}\n`)];
    const [line] = readAll(false, [Buffer.concat(pieces)]);
    expect(line?.text).toBe('a'.repeat(16_384) + 'b'.repeat(100));
  });

  it('keeps stderr separate from an unfinished line on stdout', () => {
    const stamp = `${stampOf(AT)} `;
    const seen = readAll(false, [frame(1, `${stamp}one `), frame(2, `${stamp}err\n`), frame(1, `${stamp}two\n`)]);
    expect(seen.map(({ text }) => text)).toEqual(['err', 'one two']);
  });

  it('removes the stamps within a long line of a TTY', () => {
    const stamp = `${stampOf(AT)} `;
    const bytes = Buffer.from(`${stamp}${'a'.repeat(16_384)}${stamp}${'b'.repeat(16_384)}${stamp}c\r\n`);
    expect(readAll(true, [bytes])[0]?.text).toBe(`${'a'.repeat(16_384)}${'b'.repeat(16_384)}c`);
  });

  it('cuts a line of a megabyte with a note and continues with the next', () => {
    const long = frame(1, `${stampOf(AT)} ${'z'.repeat(1_000_000)}\n`);
    for (const chunks of [[long], cutAt(long, random(7), 70_000)]) {
      const seen = readAll(false, [...chunks, lineBytes({ nanos: AT + 9n, text: 'next' })]);
      expect(seen[0]?.text.length).toBeLessThan(LINE_LIMIT + 100);
      expect(seen[0]?.text).toMatch(/^z+ \[cut here: 93\d{4} more bytes\]$/);
      expect(seen[0]?.flags).toBe(FLAGS.cut);
      expect(seen[1]?.text).toBe('next');
    }
  });

  it('emits the received part of an unfinished long line, then the rest', () => {
    const emitted: string[] = [];
    const reader = new LogReader(false, (_flags, _stamp, bytes, start, end) => {
      emitted.push(bytes.toString('utf8', start, end));
    });
    const push = (text: string) => reader.push(frame(1, `${stampOf(AT)} ${text}`));
    push('half');
    expect(reader.unfinished).toBe(false);
    push('a'.repeat(16_384));
    reader.push(frame(1, `${stampOf(AT)} more`).subarray(0, 20));
    expect(reader.unfinished).toBe(false);
    reader.push(frame(1, `${stampOf(AT)} more`).subarray(20));
    expect(reader.unfinished).toBe(true);
    reader.emitUnfinished();
    push('rest\n');
    push('next\n');
    expect(emitted).toEqual([`half${'a'.repeat(16_384)}more [no line end yet]`, 'rest', 'next']);
  });

  it('skips the rest of an overlong line up to its end', () => {
    const emitted: string[] = [];
    const reader = new LogReader(false, (_flags, _stamp, bytes, start, end) => {
      emitted.push(bytes.toString('utf8', start, end));
    });
    const push = (text: string) => reader.push(frame(1, `${stampOf(AT)} ${text}`));
    for (let piece = 0; piece < 10; piece += 1) push('z'.repeat(16_384));
    reader.emitUnfinished();
    push('z'.repeat(16_384));
    expect(reader.unfinished).toBe(false);
    push('zz\n');
    push('next\n');
    expect(emitted.map((text) => text.slice(-60).replace(/^z+/, ''))).toEqual([
      ' [cut here: 98335 more bytes so far, and no line end]',
      'next',
    ]);
  });

  it('keeps invalid UTF-8 within its line', () => {
    const bytes = Buffer.concat([Buffer.from(`${stampOf(AT)} `), Buffer.from([0xff, 0xc3, 0x28, 10])]);
    expect(readAll(false, [frame(1, bytes)])[0]?.text).toBe('��(');
  });

  it('reads a TTY that was not recognised as one', () => {
    const bytes = Buffer.concat([lineBytes({ nanos: AT, text: 'a' }, true), lineBytes({ nanos: AT, text: 'b' }, true)]);
    expect(readAll(false, cutAt(bytes, random(3), 9)).map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it("marks the engine's own messages and lines without a stamp", () => {
    const seen = readAll(false, [frame(3, 'log driver broke\n'), frame(1, 'Error grabbing logs: EOF\n')]);
    expect(seen.map(({ flags }) => flags)).toEqual([FLAGS.note | FLAGS.unstamped, FLAGS.unstamped]);
  });

  it('emits an unterminated last line only on request', () => {
    const cut = frame(1, `${stampOf(AT)} half`);
    expect(readAll(false, [cut])).toEqual([]);
    expect(readAll(false, [cut], true)[0]?.text).toBe('half');
  });
});
