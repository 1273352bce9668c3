import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import { type Job, Schedule } from './schedule.ts';

type Named = Job & { name: string };

function scene(parallel: number, workMs = 100) {
  const clock = fakeClock(0);
  const log: string[] = [];
  const schedule = new Schedule<Named>({
    clock,
    parallel,
    async run(job, signal) {
      log.push(`${clock.now()} ${job.name}`);
      await new Promise<void>((resolve) => {
        clock.after(workMs, resolve);
        signal.addEventListener('abort', () => resolve());
      });
      if (signal.aborted) log.push(`${clock.now()} ${job.name} aborted`);
      job.due = clock.now() + 1000;
    },
    wanted: ({ name }) => name !== 'unwanted',
  });
  const add = (name: string, due: number) => schedule.set(name, { name, due });
  return { clock, log, schedule, add };
}

describe('a schedule', () => {
  it('runs due jobs, the longest waiting first, never more than its limit at once', async () => {
    const { clock, log, schedule, add } = scene(2);
    add('b', 20);
    add('a', 10);
    add('c', 15);
    add('never', Number.POSITIVE_INFINITY);
    add('unwanted', 0);
    schedule.turn();
    await clock.advance(300);
    expect(log).toEqual(['10 a', '15 c', '110 b']);
    await clock.advance(900);
    expect(log.slice(3)).toEqual(['1110 a', '1115 c']);
  });

  it('aborts the work of a removed job, and continues with the next', async () => {
    const { clock, log, schedule, add } = scene(1);
    add('a', 0);
    add('b', 0);
    schedule.turn();
    await clock.advance(10);
    schedule.delete('a');
    await clock.advance(50);
    expect(log).toEqual(['0 a', '10 a aborted', '10 b']);
    expect([...schedule.jobs.keys()]).toEqual(['b']);
  });

  it('starts nothing while it is paused, and leaves no timer', async () => {
    const { clock, log, schedule, add } = scene(1);
    add('a', 0);
    schedule.turn();
    await clock.advance(10);
    schedule.pause();
    await clock.advance(5000);
    expect(log).toEqual(['0 a', '10 a aborted']);
    schedule.resume();
    await clock.advance(10);
    expect(log.slice(2)).toEqual(['5010 a']);
    schedule.stop();
    await clock.advance(200);
    expect(schedule.jobs.size).toBe(0);
    expect(schedule.paused).toBe(true);
  });
});
