import type { PlanObject, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { change } from './change.ts';

/** Does a step and notes it; whether it succeeded. */
export type Go = (done: Promise<Step>) => Promise<boolean>;

/**
 * Does `work` while some containers are stopped, if all of them could be. Whatever went wrong, what was stopped for it is started
 * again, in the reverse order. Answers every step.
 */
export async function whileStopped(
  users: readonly PlanObject[],
  context: RunContext,
  work: (go: Go) => Promise<void>,
): Promise<readonly Step[]> {
  const { engine, progress, signal } = context;
  const steps: Step[] = [];
  const go: Go = async (done) => {
    steps.push(await done);
    return steps.at(-1)?.ok === true;
  };
  const stopping = async () => {
    for (const user of users) {
      progress(`stopping ${user.name}`);
      const stop = () => engine.stop(user.id, user.stopTimeout?.seconds);
      if (!(await go(change(user, 'stop', context, stop, (one) => one?.state === 'exited')))) return false;
    }
    return true;
  };
  if ((await stopping()) && !signal.aborted) await work(go);
  for (const user of users.toReversed()) {
    progress(`starting ${user.name}`);
    await go(step(user, 'start', context, () => engine.start(user.id)));
  }
  return steps;
}
