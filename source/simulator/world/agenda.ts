/** Scheduled tasks, sorted by time. Nothing runs by itself; `advance` in world.ts runs the tasks that are due. */

export type Task = { at: number; run: () => void };

export type Agenda = {
  tasks: Task[];
  /** Called when the first task has changed, so that the timer can be reset. */
  onEarlier?: () => void;
};

/** Inserts a task; tasks with the same time keep their order. */
export function schedule(agenda: Agenda, at: number, run: () => void): void {
  let low = 0;
  let high = agenda.tasks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((agenda.tasks[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  agenda.tasks.splice(low, 0, { at, run });
  if (low === 0) agenda.onEarlier?.();
}

/** Removes and returns the first task that is due at `now`. */
export function takeDue(agenda: Agenda, now: number): Task | undefined {
  const first = agenda.tasks[0];
  return first && first.at <= now ? agenda.tasks.shift() : undefined;
}
