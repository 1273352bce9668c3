// Ink's own parts, by path: they are private, and no dependencies of this package.
import * as ansi from '../../node_modules/@alcalzone/ansi-tokenize/build/index.js';
import StockOutput from '../../node_modules/ink/build/output.js';
import stringWidth from '../../node_modules/string-width/index.js';
import { cachedOutput, type Output } from '../../source/ui/ink-output/output.ts';

export const CachedOutput = cachedOutput({ ...ansi, stringWidth } as Parameters<typeof cachedOutput>[0]);

export type Frame = ReturnType<Output['get']>;

export function stockOutput(size: { width: number; height: number }): Output {
  return new StockOutput(size) as unknown as Output;
}

/** Has every frame that Ink draws drawn by our output stage as well; the returned function ends that. */
export function besideStock(seen: (stock: Frame, cached: Frame) => void): () => void {
  const { get } = StockOutput.prototype;
  StockOutput.prototype.get = function (this: StockOutput) {
    const stock = get.call(this);
    seen(stock, replay(this));
    return stock;
  };
  return () => {
    StockOutput.prototype.get = get;
  };
}

/** Has every frame that Ink draws drawn by our output stage instead, as in the built program; the returned function ends that. */
export function insteadOfStock(): () => void {
  const { get } = StockOutput.prototype;
  StockOutput.prototype.get = function (this: StockOutput) {
    return replay(this);
  };
  return () => {
    StockOutput.prototype.get = get;
  };
}

/** What was written to Ink's own output, written to ours. */
function replay(stock: StockOutput): Frame {
  const { width, height, operations } = stock as unknown as Output & { operations: readonly Recorded[] };
  const output = new CachedOutput({ width, height });
  for (const operation of operations) {
    if (operation.type === 'write') output.write(operation.x, operation.y, operation.text, operation);
    else if (operation.type === 'clip') output.clip(operation.clip);
    else output.unclip();
  }
  return output.get();
}

/** As the stock output keeps them. */
type Recorded =
  | { type: 'write'; x: number; y: number; text: string; transformers: Parameters<Output['write']>[3]['transformers'] }
  | { type: 'clip'; clip: Parameters<Output['clip']>[0] }
  | { type: 'unclip' };
