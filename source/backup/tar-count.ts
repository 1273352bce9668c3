import { Readable, Transform } from 'node:stream';
import { createTarDecoder } from 'modern-tar';

export type TarCount = { files: number; bytes: number };

/** Reads a tar stream to its end and counts. Rejects where it is damaged or ends in the middle of an entry. */
export async function countTar(tar: Readable, onEntry?: (name: string, size: number) => void): Promise<TarCount> {
  const count: TarCount = { files: 0, bytes: 0 };
  const entries = Readable.toWeb(tar).pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of entries) {
    count.files += 1;
    count.bytes += header.size;
    onEntry?.(header.name, header.size);
    await body.cancel();
  }
  return count;
}

/** A stream that passes every chunk on and reports the bytes so far. */
export function passing(onBytes: (total: number) => void): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      onBytes(total);
      done(null, chunk);
    },
  });
}
