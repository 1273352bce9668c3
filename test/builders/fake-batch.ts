import { addLine, createBatch, type LineBatch } from '../../source/engine/logs/batch.ts';
import { fromMillis } from '../../source/engine/logs/stamp.ts';

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
