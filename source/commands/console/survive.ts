import type { MessageLog } from '../../lib/message-log.ts';

/** So many errors that nothing has caught, and the console is given up: it does not get anything done any more. */
const TOO_MANY = 1000;

/**
 * An error that nothing has caught is reported, and the console goes on: what failed was one key, one answer or one reading,
 * and the operator still needs the rest. The returned function ends that.
 */
export function survive(messages: MessageLog, giveUp: () => void): () => void {
  let count = 0;
  const caught = (error: unknown) => {
    count += 1;
    messages.report('an error inside the console', error);
    if (count >= TOO_MANY) giveUp();
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
  return () => {
    process.off('uncaughtException', caught);
    process.off('unhandledRejection', caught);
  };
}
