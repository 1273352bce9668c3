import type { MessageLog } from '../../lib/message-log.ts';

/** Number of uncaught errors after which the console gives up. */
const TOO_MANY = 1000;

/**
 * An uncaught error is reported and the console continues: one key, answer or reading failed, and the operator still needs the rest. The
 * returned function stops this.
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
