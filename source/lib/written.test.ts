import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { written } from './written.ts';

it('waits for the reader of a full stream', async () => {
  const taken: string[] = [];
  const takes: (() => void)[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _encoding, done) {
      takes.push(() => {
        taken.push(String(chunk));
        done();
      });
    },
  });
  slow.write('one');
  slow.write('two');
  let over = false;
  const all = written(slow).then(() => {
    over = true;
  });
  takes.shift()?.();
  await new Promise(setImmediate);
  expect([over, taken]).toEqual([false, ['one']]);
  while (!over) {
    takes.shift()?.();
    await new Promise(setImmediate);
  }
  await all;
  expect(taken).toEqual(['one', 'two', '']);
});

it('resolves at once if nothing is buffered, or the reader is gone', async () => {
  const stream = new PassThrough();
  await written(stream);
  stream.write('x');
  stream.destroy();
  await written(stream);
});
