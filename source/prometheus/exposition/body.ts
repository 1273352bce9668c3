import { LF, SPACE } from './bytes.ts';

const END = Buffer.from('# EOF');

/** The body as a buffer that ends in a line feed (every scan stops there), cut at the end of a line if it is longer than `limit`. */
export function readyBody(body: string | Uint8Array, limit: number): { buffer: Buffer; cut: boolean } {
  let buffer =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const cut = buffer.length > limit;
  if (cut) buffer = buffer.subarray(0, buffer.lastIndexOf(LF, limit - 1) + 1);
  if (buffer.length > 0 && buffer[buffer.length - 1] !== LF) buffer = Buffer.concat([buffer, Buffer.of(LF)]);
  return { buffer, cut };
}

/** Whether the last line, ignoring empty ones, is `# EOF`. */
export function endsInEof(buffer: Buffer): boolean {
  let end = buffer.length;
  while (end > 0 && (buffer[end - 1] ?? 0) <= SPACE) end -= 1;
  const start = end - END.length;
  if (start < 0 || buffer.compare(END, 0, END.length, start, end) !== 0) return false;
  return start === 0 || buffer[start - 1] === LF;
}
