import { describe, expect, it } from 'vitest';
import { listed } from '../../../test/builders/facts.ts';
import { fakeEvent } from '../../../test/builders/fake-engine.ts';
import { containerId } from '../../lib/ids.ts';
import type { ContainerDetail, ContainerFacts } from '../facts.ts';
import { ContainerCache } from './container-cache.ts';

const detail = { startedAt: 1, restartCount: 0 } as ContainerDetail;
const on = new AbortController().signal;

async function stocked(...containers: ContainerFacts[]): Promise<ContainerCache> {
  const stock = new ContainerCache();
  await stock.adopt(containers, stock.mark(), on);
  return stock;
}

const listAgain = (stock: ContainerCache, ...containers: ContainerFacts[]) => stock.adopt(containers, stock.mark(), on);

describe('a list', () => {
  it('without changes keeps every object, and even the array', async () => {
    const ports = [
      { container: 80, protocol: 'tcp' },
      { container: 81, protocol: 'tcp' },
    ];
    const stock = await stocked(listed('a', { ports }), listed('b', { labels: { tier: 'gold' } }));
    stock.inspected(listed('a', { detail, ports, attachments: [{ network: 'n', aliases: ['a'] }] }), stock.mark(), 0);
    const before = stock.all();
    const again = [
      listed('a', { ports: [...ports].reverse(), attachments: [{ network: 'n', aliases: [] }] }),
      listed('b', { labels: { tier: 'gold' } }),
    ];
    expect(await listAgain(stock, ...again)).toEqual({ moved: [], missing: [] });
    expect(stock.all()).toBe(before);
  });

  it('keeps the detail of a container if only the age in its status changed, without another inspect', async () => {
    const stock = await stocked(listed('a', { status: 'Up 3 hours' }));
    stock.inspected(listed('a', { detail }), stock.mark(), 0);
    expect((await listAgain(stock, listed('a', { status: 'Up 4 hours' }))).moved).toEqual([]);
    expect(stock.get(containerId('a'))).toMatchObject({ status: 'Up 4 hours', detail });
  });

  it.each<[string, Partial<ContainerFacts>]>([
    ['another state', { state: 'exited', exitCode: 1, status: 'Exited (1) 2 seconds ago' }],
    ['another health', { health: 'unhealthy', status: 'Up 3 hours (unhealthy)' }],
    ['another name', { name: 'b' }],
    ['less time up than before: a restart', { status: 'Up 5 seconds' }],
    ['paused in words only', { status: 'Up 3 hours (Paused)' }],
  ])('that shows %s asks for an inspect', async (_, change) => {
    const stock = await stocked(listed('a', { status: 'Up 3 hours' }));
    expect((await listAgain(stock, listed('a', change))).moved).toEqual(['a']);
    expect(stock.get(containerId('a'))).toMatchObject(change);
  });

  it('keeps the health of a stopped container, which its status text lacks', async () => {
    const stock = await stocked(listed('a', { state: 'exited', health: 'unknown' }));
    stock.inspected(listed('a', { state: 'exited', health: 'unhealthy', detail }), stock.mark(), 0);
    await listAgain(stock, listed('a', { state: 'exited', health: 'unknown' }));
    expect(stock.get(containerId('a'))?.health).toBe('unhealthy');
  });

  it('names the containers that it lacks, but removes none', async () => {
    const stock = await stocked(listed('a'), listed('b'));
    expect(await listAgain(stock, listed('b'))).toEqual({ moved: [], missing: ['a'] });
    expect(stock.all().map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('a list that was requested before something happened', () => {
  it('does not undo an event', async () => {
    const stock = await stocked(listed('a'));
    const mark = stock.mark();
    expect(stock.touched(containerId('a'), fakeEvent('a', 'die', 9, { exitCode: '1' }), true)).toBe(true);
    await stock.adopt([listed('a')], mark, on);
    expect(stock.get(containerId('a'))).toMatchObject({ state: 'exited', exitCode: 1 });
    expect((await listAgain(stock, listed('a', { status: 'Up 1 second' }))).moved).toEqual(['a']);
    expect(stock.get(containerId('a'))?.state).toBe('running');
  });

  it('neither restores a removed container nor removes a new one', async () => {
    const stock = await stocked(listed('old'));
    const mark = stock.mark();
    stock.remove(containerId('old'));
    stock.inspected(listed('new', { detail }), stock.mark(), 0);
    expect(await stock.adopt([listed('old')], mark, on)).toEqual({ moved: [], missing: [] });
    expect(stock.all().map(({ id }) => id)).toEqual(['new']);
  });
});

describe('an inspect', () => {
  it('requested before an event is dropped', async () => {
    const stock = await stocked(listed('a'));
    const mark = stock.mark();
    stock.touched(containerId('a'), fakeEvent('a', 'die', 9), true);
    expect(stock.inspected(listed('a', { detail }), mark, 0)).toBe(false);
    expect(stock.get(containerId('a'))?.state).toBe('exited');
  });

  it('does not restore a container removed meanwhile, even if it outlasts a list', async () => {
    const stock = await stocked(listed('a'));
    const mark = stock.mark();
    stock.remove(containerId('a'));
    await listAgain(stock);
    expect(stock.inspected(listed('a', { detail }), mark, 0)).toBe(false);
    expect(stock.all()).toEqual([]);
  });

  it('without changes says so', async () => {
    const stock = await stocked(listed('a'));
    expect(stock.inspected(listed('a', { detail }), stock.mark(), 0)).toBe(true);
    const before = stock.get(containerId('a'));
    expect(stock.inspected(listed('a', { detail: { ...detail } }), stock.mark(), 0)).toBe(false);
    expect(stock.get(containerId('a'))).toBe(before);
  });

  it("of a container not yet listed has a status text like the engine's", () => {
    const stock = new ContainerCache();
    stock.inspected(listed('a', { status: 'running', detail: { ...detail, startedAt: 1000 } }), stock.mark(), 6000);
    expect(stock.get(containerId('a'))?.status).toBe('Up 5 seconds');
  });
});

describe('an old event', () => {
  it('does not apply its outdated state', async () => {
    const stock = await stocked(listed('a'));
    expect(stock.touched(containerId('a'), fakeEvent('a', 'die', 9), false)).toBe(false);
    expect(stock.get(containerId('a'))?.state).toBe('running');
  });
});
