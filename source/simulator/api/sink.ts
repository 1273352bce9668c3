import type { Call } from './call.ts';

/** The destination of a stream: the body of an answer, or the upgraded connection (101, for exec and attach). */
export type Sink = {
  write(data: Uint8Array | string): void;
  end(): void;
  closed(): boolean;
  onClose(run: () => void): void;
};

/** Sends the head and opens the stream. From API 1.42 on, framed streams have a content type of their own. */
export function openSink(call: Call, framed: boolean): Sink {
  const kind = framed && call.version >= 1.42 ? 'multiplexed' : 'raw';
  const type = `application/vnd.docker.${kind}-stream`;
  const { socket, response } = call;
  if (socket) {
    socket.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
    return {
      write: (data) => void socket.write(data),
      end: () => void socket.end(),
      closed: () => socket.destroyed,
      onClose: (run) => void socket.once('close', run),
    };
  }
  response.writeHead(200, { 'Content-Type': type });
  response.flushHeaders();
  return {
    write: (data) => void response.write(data),
    end: () => void response.end(),
    closed: () => response.destroyed || response.writableEnded,
    onClose: (run) => void response.once('close', run),
  };
}

/** Docker's frame: stream (1 stdout, 2 stderr), three zeros, big-endian length, payload. */
export function frame(stream: 'stdout' | 'stderr', text: string): Buffer {
  const size = Buffer.byteLength(text);
  const buffer = Buffer.allocUnsafe(8 + size);
  buffer.writeUInt32BE(stream === 'stdout' ? 0x01000000 : 0x02000000, 0);
  buffer.writeUInt32BE(size, 4);
  buffer.write(text, 8);
  return buffer;
}
