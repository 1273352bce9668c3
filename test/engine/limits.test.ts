import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPlace, type Place } from '../actions/real.ts';
import { runWords } from '../actions/run-words.ts';
import { describeEngine } from './require-engine.ts';

const MIB = 1024 ** 2;

describeEngine('limits of a running container on the real engine', () => {
  let place: Place;
  let id: string;
  beforeAll(async () => {
    place = await openPlace('limits');
    id = await place.run('box', 'sleep 600', {
      HostConfig: { NetworkMode: 'none', Memory: 128 * MIB, MemorySwap: 256 * MIB },
    });
  });
  afterAll(() => place.end());

  const go = (words: string, yes = true) =>
    runWords(place, ['limits', place.nameOf('box'), ...words.split(' ')], { yes });
  const limitsOf = async () => (await place.engine.container(id)).detail?.limits;

  it('are shown next to what it uses, and changed without a restart', async () => {
    const startedAt = (await place.engine.container(id)).detail?.startedAt;
    const plan = await go('--memory 64m --cpus 0.5 --pids 50', false);
    expect(plan.text).toMatch(
      /memory 128MiB -> 64MiB \(uses \S+\); CPUs unlimited -> 0\.5; processes unlimited -> 50 \(uses 1\)/,
    );
    expect(plan.text).toMatch(/^- Memory: limits \S+ \+ 64MiB, .*of /m);
    expect(await limitsOf()).toMatchObject({ memory: 128 * MIB });
    expect(await go('--memory 64m --cpus 0.5 --pids 50')).toMatchObject({ code: 0 });
    // As much swap as before, which is 128 MiB.
    expect(await limitsOf()).toMatchObject({ memory: 64 * MIB, memorySwap: 192 * MIB, cpus: 0.5, pids: 50 });
    expect((await place.engine.container(id)).detail?.startedAt).toBe(startedAt);
  });

  it('count swap beyond the memory, and can be lifted when the engine allows it', async () => {
    expect((await go('--swap 0', false)).text).toContain('swap 128MiB -> none');
    expect(await go('--swap 0 --pids unlimited')).toMatchObject({ code: 0 });
    expect(await limitsOf()).toMatchObject({ memory: 64 * MIB, memorySwap: 64 * MIB, pids: undefined });
    expect(await go('--swap unlimited')).toMatchObject({ code: 0 });
    expect(await limitsOf()).toMatchObject({ memorySwap: -1 });
    expect(await go('--swap 0 --pids 50')).toMatchObject({ code: 0 });
  });

  it.each<[words: string, code: number, why: string]>([
    ['--memory 64m --cpus 0.5 --pids 50', 2, 'it has these limits already'],
    ['--memory 4m', 64, 'must be at least 6m'],
    ['--memory lots', 64, 'must be a size such as 512m or 2g'],
    ['--memory 900g', 2, 'is more than the host has'],
    ['--cpus 0', 64, 'must be above 0'],
    ['--cpus 900', 2, '900 CPUs are more than the host has'],
    ['--pids 1.5', 64, 'must be a whole number'],
    ['--shm-size 1g', 2, 'cannot change the size of /dev/shm'],
    ['--swap some', 64, 'swap must be'],
    ['--pids 0', 64, 'pids '],
  ])('are refused: %s', async (words, code, why) => {
    expect(await go(words)).toMatchObject({ code, text: expect.stringContaining(why) });
    expect(await limitsOf()).toMatchObject({ memory: 64 * MIB, cpus: 0.5, pids: 50 });
  });
});
