import type { PullProgress } from '../engine/engine.ts';
import { bytes } from '../lib/format.ts';
import type { RunContext } from './action.ts';

/** Between two reports of progress (ms). */
const EVERY_MS = 250;

/** Pulls an image through the engine, saying how far it is and how fast. A cancel stops it. */
export async function pullWithProgress(reference: string, context: RunContext): Promise<void> {
  const begun = context.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  context.progress(`${reference}: asking the registry`);
  await context.engine.pullImage(
    reference,
    (progress) => {
      const now = context.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      context.progress(`${reference}: ${progressText(progress, now - begun)}`);
    },
    { signal: context.signal },
  );
}

/** "12.0MiB of 80.0MiB, 3 of 5 layers (4.2MiB/s)"; sizes become known as the layers begin. */
function progressText({ bytes: have, total, layers, done }: PullProgress, ms: number): string {
  const size = total === 0 ? '' : `${bytes(have)} of ${bytes(total)}, `;
  const rate = have === 0 || ms < 1000 ? '' : ` (${bytes((have * 1000) / ms)}/s)`;
  return `${size}${done} of ${layers} layers${rate}`;
}
