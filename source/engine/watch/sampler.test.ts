import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../../../test/builders/fake-engine.ts';
import { fakeClock } from '../../../test/fake-clock.ts';
import { containerId } from '../../lib/ids.ts';
import { EngineError } from '../engine.ts';
import type { Usage } from '../facts.ts';
import { Sampler } from './sampler.ts';

let sampler: Sampler | undefined;
afterEach(() => sampler?.stop());

/** An engine whose containers use half a CPU of two. */
function setUp(ids: readonly string[], { seconds = 2, parallel = 4 } = {}) {
  const clock = fakeClock();
  const engine = new FakeEngine(clock);
  const usages: { id: string; usage: Usage }[] = [];
  const began = clock.now();
  for (const id of ids) {
    engine.readings.set(id, {
      get read() {
        return new Date(clock.now()).toISOString();
      },
      get cpu_stats() {
        const host = 1e12 + 2e6 * (clock.now() - began);
        return { cpu_usage: { total_usage: host / 4 }, system_cpu_usage: host, online_cpus: 2 };
      },
    });
  }
  const look = { away: false, stretch: 1 };
  const away = () => look.away;
  sampler = new Sampler({
    engine,
    clock,
    seconds,
    parallel,
    away,
    stretch: () => look.stretch,
    emit: ({ id, usage }) => usages.push({ id, usage }),
  });
  return { look, clock, engine, usages, sampler, of: (id: string) => usages.filter((usage) => usage.id === id) };
}

describe('Sampler', () => {
  it('reads at once, again after a second for a CPU figure, then at its interval', async () => {
    const { clock, usages, sampler } = setUp(['web']);
    sampler.watch([containerId('web')]);
    await clock.advance(0);
    expect(usages.map(({ usage }) => usage.cpuPercent)).toEqual([undefined]);
    await clock.advance(1000);
    expect(usages.map(({ usage }) => usage.cpuPercent)).toEqual([undefined, 50]);
    await clock.advance(10_000);
    expect(usages.length).toBe(7);
  });

  it('reads less often to stay within a budget', async () => {
    const { look, clock, usages, sampler } = setUp(['web']);
    sampler.watch([containerId('web')]);
    await clock.advance(3000);
    look.stretch = 5;
    await clock.advance(2000);
    usages.length = 0;
    await clock.advance(30_000);
    expect(usages.length).toBe(3);
  });

  it('reads less often while no one is watching, and at once when someone returns', async () => {
    const { look, clock, usages, sampler } = setUp(['web']);
    sampler.watch([containerId('web')]);
    await clock.advance(3000);
    look.away = true;
    await clock.advance(2000);
    usages.length = 0;
    await clock.advance(30_000);
    expect(usages.length).toBe(3);
    look.away = false;
    await clock.advance(500);
    sampler.hurry();
    await clock.advance(0);
    expect(usages.length).toBe(4);
    await clock.advance(10_000);
    expect(usages.length).toBe(9);
  });

  it('reads only what is watched', async () => {
    const { clock, engine, sampler } = setUp(['web', 'db', 'api']);
    sampler.watch([containerId('web')]);
    await clock.advance(1000);
    sampler.watch([containerId('db')]);
    engine.calls.length = 0;
    await clock.advance(10_000);
    expect(new Set(engine.calls)).toEqual(new Set(['stats db']));
    sampler.watch([]);
    engine.calls.length = 0;
    await clock.advance(10_000);
    expect(engine.calls).toEqual([]);
    expect(clock.waiting()).toBe(0);
  });

  it('keeps its interval if the same set is watched repeatedly', async () => {
    const { clock, usages, sampler } = setUp(['web']);
    for (let frame = 0; frame < 110; frame += 1) {
      sampler.watch([containerId('web')]);
      await clock.advance(100);
    }
    expect(usages.length).toBe(7);
  });

  it('remembers briefly hidden containers and has their CPU figure at once', async () => {
    const { clock, of, sampler } = setUp(['web', 'db']);
    sampler.watch([containerId('web')]);
    await clock.advance(1000);
    sampler.watch([containerId('db')]);
    await clock.advance(5000);
    sampler.watch([containerId('web')]);
    await clock.advance(250);
    expect(of('web').at(-1)?.usage.cpuPercent).toBe(50);
    sampler.watch([containerId('db')]);
    await clock.advance(20_000);
    sampler.watch([containerId('web')]);
    await clock.advance(250);
    expect(of('web').at(-1)?.usage.cpuPercent).toBeUndefined();
  });

  it('never runs more than `parallel` requests or two rounds at once', async () => {
    const ids = Array.from({ length: 10 }, (_, at) => containerId(`c${at}`));
    const { clock, engine, usages, sampler } = setUp(ids, { parallel: 3 });
    const release = engine.hold('stats');
    sampler.watch(ids);
    await clock.advance(4000);
    expect(engine.calls.length).toBe(3);
    release();
    await clock.settle();
    expect(usages.length).toBe(10);
    expect(engine.calls.length).toBe(10);
  });

  it('pauses as long as a slow engine worked, not counting the wait for its collector', async () => {
    const { clock, engine, sampler } = setUp(['web']);
    const release = engine.hold('stats');
    sampler.watch([containerId('web')]);
    await clock.advance(4000);
    release();
    await clock.settle();
    await clock.advance(2999);
    expect(engine.calls.length).toBe(1);
    await clock.advance(1);
    expect(engine.calls.length).toBe(2);
  });

  it('drops a vanished container and stops requesting it', async () => {
    const { clock, engine, sampler } = setUp(['web']);
    sampler.watch([containerId('web'), containerId('gone')]);
    await clock.advance(10_000);
    sampler.watch([containerId('gone'), containerId('web')]);
    await clock.advance(10_000);
    expect(engine.calls.filter((call) => call === 'stats gone').length).toBe(1);
  });

  it('skips a container whose reading hangs and reads the others', async () => {
    const { clock, engine, of, sampler } = setUp(['web', 'stuck']);
    engine.hang('stats stuck');
    sampler.watch([containerId('stuck'), containerId('web')]);
    await clock.advance(24_000);
    expect(engine.calls.filter((call) => call === 'stats stuck').length).toBe(1);
    expect(of('web').length).toBeGreaterThan(5);
  });

  it('abandons a round if the engine does not answer, and retries later', async () => {
    const ids = Array.from({ length: 10 }, (_, at) => containerId(`c${at}`));
    const { clock, engine, usages, sampler } = setUp(ids, { parallel: 1 });
    engine.fail('stats', new EngineError('connection-refused', 'nobody listens'));
    sampler.watch(ids);
    await clock.advance(1999);
    expect(engine.calls.length).toBe(1);
    engine.heal();
    await clock.advance(2000);
    expect(new Set(usages.map(({ id }) => id)).size).toBe(10);
  });

  it('does nothing while paused, and continues when resumed', async () => {
    const { clock, engine, usages, sampler } = setUp(['web']);
    sampler.watch([containerId('web')]);
    await clock.advance(1000);
    sampler.pause();
    sampler.watch([containerId('web'), containerId('db')]);
    engine.calls.length = 0;
    await clock.advance(60_000);
    expect(engine.calls).toEqual([]);
    sampler.resume();
    await clock.advance(0);
    expect(engine.calls).toEqual(['stats web', 'stats db']);
    expect(usages.at(-1)?.usage.cpuPercent).toBeUndefined();
    await clock.advance(1000);
    expect(usages.at(-1)?.usage.cpuPercent).toBe(50);
  });

  it('does not emit readings that were in progress when it was paused', async () => {
    const { clock, engine, usages, sampler } = setUp(['web']);
    const release = engine.hold('stats');
    sampler.watch([containerId('web')]);
    await clock.advance(100);
    sampler.pause();
    release();
    await clock.advance(5000);
    expect(usages).toEqual([]);
  });
});
