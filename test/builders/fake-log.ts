import { Readable } from 'node:stream';
import { EngineError, type LogQuery } from '../../source/engine/engine.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import { addLine, createBatch, type LineBatch } from '../../source/engine/logs/batch.ts';
import type { LogEngine } from '../../source/engine/logs/follower.ts';
import { fromMillis } from '../../source/engine/logs/stamp.ts';
import { containerId } from '../../source/lib/ids.ts';
import { container } from './facts.ts';

/** One line of a fake container: `nanos` since the epoch. */
export type FakeLine = { nanos: bigint; text: string; stderr?: boolean };

/** A container's log in memory that answers `logs` and `container` as the engine does, and breaks connections on demand. */
export type FakeLog = LogEngine & {
  readonly queries: LogQuery[];
  write(...lines: FakeLine[]): void;
  /** Ends the streams in the middle of the bytes not yet read; `error` as a broken connection. */
  cut(error?: Error): void;
  state: ContainerFacts['state'];
  /** The next calls fail with this. */
  failure?: Error;
  /** Lines that the log has lost, from its beginning (rotation). */
  rotate(count: number): void;
  /** Bytes that one chunk carries; by default all there is. */
  chunk: () => number;
};

export function stampOf(nanos: bigint): string {
  const iso = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
  return `${iso}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}

export function frame(stream: number, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

export function lineBytes(line: FakeLine, tty = false): Buffer {
  const text = `${stampOf(line.nanos)} ${line.text}${tty ? '\r\n' : '\n'}`;
  return tty ? Buffer.from(text) : frame(line.stderr ? 2 : 1, text);
}

export function fakeLog(options: { tty?: boolean } = {}): FakeLog {
  const tty = options.tty ?? false;
  let lines: FakeLine[] = [];
  const live = new Set<Readable>();
  const log: FakeLog = {
    queries: [],
    state: 'running',
    chunk: () => Number.MAX_SAFE_INTEGER,
    write(...added) {
      lines.push(...added);
      for (const stream of live) for (const line of added) pushIn(stream, lineBytes(line, tty), log.chunk);
    },
    cut(error) {
      for (const stream of live) {
        if (error) stream.destroy(error);
        else stream.push(null);
      }
      live.clear();
    },
    rotate(count) {
      lines = lines.slice(count);
    },
    async logs(_id, query) {
      log.queries.push(query);
      if (log.failure) throw log.failure;
      const stream = new Readable({ read() {} });
      pushIn(stream, Buffer.concat(matching(lines, query).map((line) => lineBytes(line, tty))), log.chunk);
      if (query.follow && log.state === 'running') live.add(stream);
      else stream.push(null);
      query.signal?.addEventListener('abort', () => live.delete(stream));
      return stream;
    },
    async container(id) {
      if (log.failure) throw log.failure;
      if (log.state === 'dead') throw new EngineError('not-found', `no such container: ${id}`);
      return container(id, { id: containerId(id), state: log.state, detail: { tty, startedAt: undefined } });
    },
  };
  return log;
}

function matching(lines: readonly FakeLine[], { tail, since, until }: LogQuery): FakeLine[] {
  const within = (tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail))).filter(({ nanos }) => {
    const ms = Number(nanos) / 1e6;
    return (since === undefined || ms >= since) && (until === undefined || ms <= until);
  });
  return within;
}

function pushIn(stream: Readable, bytes: Buffer, chunk: () => number): void {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + Math.max(1, chunk()));
    stream.push(bytes.subarray(at, end));
    at = end;
  }
}

/** A batch of lines of text, one millisecond apart. */
export function batchOfTexts(texts: readonly string[], from = 1_768_468_502_000): LineBatch {
  const bytes = Buffer.from(texts.join(''));
  const batch = createBatch(bytes);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const end = at + Buffer.byteLength(text);
    addLine(batch, 0, fromMillis(from + index), at, end);
    at = end;
  }
  return batch;
}
