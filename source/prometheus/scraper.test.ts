import { afterEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../test/fake-clock.ts';
import { containerId } from '../lib/ids.ts';
import type { MetricsEndpoint } from './endpoints.ts';
import type { Fetched } from './fetch.ts';
import { Scraper, type ScraperOptions } from './scraper.ts';

const endpoint = (id: string, url = `http://127.0.0.1/${id}`): MetricsEndpoint => ({
  id,
  name: id,
  url,
  origin: 'label',
  containerId: containerId(`container-${id}`),
  isServer: false,
  guess: false,
});

const text = (body: string): Fetched => ({ status: 200, contentType: 'text/plain', body: Buffer.from(body) });

let scraper: Scraper | undefined;
afterEach(() => scraper?.stop());

/** A scraper of endpoints that answer what `answer` says, and the ids it asked, in order. */
function scraping(
  answer: (id: string, clock: FakeClock) => Promise<Fetched> | Fetched,
  options: Partial<ScraperOptions> = {},
) {
  const clock = fakeClock(1_000_000);
  const asked: string[] = [];
  const made = new Scraper({
    clock,
    transport: async (one) => {
      asked.push(one.id);
      return answer(one.id, clock);
    },
    ...options,
  });
  scraper = made;
  return { clock, asked, scraper: made };
}

describe('Scraper', () => {
  it('scrapes watched endpoints at the full rate and the rest slowly', async () => {
    const { clock, asked, scraper } = scraping(() => text('a 1\n'), { backgroundMs: 60_000 });
    scraper.setEndpoints([endpoint('near'), endpoint('far')]);
    scraper.watch(['near']);
    await clock.advance(60_000);
    expect(asked.filter((id) => id === 'near')).toHaveLength(13);
    expect(asked.filter((id) => id === 'far')).toHaveLength(2);
    scraper.watch(['far']);
    await clock.advance(10_000);
    expect(asked.filter((id) => id === 'far')).toHaveLength(4);
  });

  it('makes no requests if nothing is watched and there is no background rate', async () => {
    const { clock, asked, scraper } = scraping(() => text('a 1\n'), { backgroundMs: 0 });
    scraper.setEndpoints([endpoint('a')]);
    await clock.advance(600_000);
    expect(asked).toEqual([]);
    expect(clock.waiting()).toBe(0);
  });

  it('never scrapes an endpoint twice at once, nor exceeds its limit', async () => {
    const waiting: ((answer: Fetched) => void)[] = [];
    const { clock, asked, scraper } = scraping(() => new Promise<Fetched>((done) => waiting.push(done)), {
      parallel: 2,
    });
    scraper.setEndpoints(['a', 'b', 'c'].map((id) => endpoint(id)));
    scraper.watch(['a', 'b', 'c']);
    await clock.advance(30_000);
    expect(asked).toEqual(['a', 'b']);
    waiting[0]?.(text('a 1\n'));
    await clock.advance(0);
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('reports state, time, duration, samples and broken lines', async () => {
    const { clock, scraper } = scraping(async (_id, on) => {
      await new Promise<void>((done) => on.after(120, done));
      return text('# TYPE a counter\na_total 1\nbroken\n# EOF\n');
    });
    scraper.setEndpoints([endpoint('a')]);
    expect(scraper.status('a')?.state).toBe('waiting');
    await clock.advance(200);
    expect(scraper.status('a')).toMatchObject({
      state: 'up',
      lastScrape: 1_000_000,
      duration: 120,
      samples: 1,
      openMetrics: true,
      lineErrors: [{ line: 3, message: 'broken has no value' }],
    });
  });

  it('keeps the last result of a failing endpoint, says why and since when, and scrapes it less often', async () => {
    let down = false;
    const { clock, asked, scraper } = scraping(() => {
      if (down) throw new Error('nothing listens there (connection refused)');
      return text('a 5\n');
    });
    scraper.setEndpoints([endpoint('a')]);
    scraper.watch(['a']);
    await clock.advance(5_000);
    down = true;
    await clock.advance(300_000);
    const status = scraper.status('a');
    expect(status).toMatchObject({
      state: 'down',
      error: 'nothing listens there (connection refused)',
      lastScrape: 1_005_000,
      downSince: 1_010_000,
      samples: 1,
    });
    expect(asked.length).toBeLessThan(15);
    expect(scraper.history('a')?.select({ metric: 'a' })[0]?.track.last).toEqual({ time: 1_005_000, value: 5 });
    down = false;
    scraper.refresh('a');
    await clock.advance(0);
    expect(scraper.status('a')).toMatchObject({ state: 'up', lastScrape: 1_305_000 });
    expect(scraper.status('a')?.downSince).toBeUndefined();
    expect(scraper.status('a')?.error).toBeUndefined();
  });

  it('rejects a web page, but accepts an empty registry', async () => {
    const { clock, scraper } = scraping((id) => text(id === 'page' ? '<html>\n<body>\n' : '# EOF\n'));
    scraper.setEndpoints([endpoint('page'), endpoint('empty')]);
    await clock.advance(0);
    expect(scraper.status('page')?.error).toMatch(/answered, but not with metrics: line 1: it does not begin with/);
    expect(scraper.status('empty')).toMatchObject({ state: 'up', samples: 0 });
  });

  it('keeps the history of an endpoint whose address changed and forgets a removed one', async () => {
    const { clock, asked, scraper } = scraping(() => text('a 1\n'));
    scraper.setEndpoints([endpoint('a'), endpoint('b')]);
    await clock.advance(0);
    const history = scraper.history('a');
    scraper.setEndpoints([endpoint('a', 'http://127.0.0.1/new')]);
    await clock.advance(0);
    expect(scraper.history('a')).toBe(history);
    expect(scraper.status('a')?.endpoint.url).toBe('http://127.0.0.1/new');
    expect(scraper.status('b')).toBeUndefined();
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('notifies its listeners, and aborts running scrapes when it stops', async () => {
    let aborted = false;
    const { clock, scraper } = scraping(() => text('a 1\n'), {
      transport: (one, { signal }) =>
        one.id === 'quick'
          ? Promise.resolve(text('a 1\n'))
          : new Promise((_, reject) => {
              signal?.addEventListener('abort', () => {
                aborted = true;
                reject(new Error('aborted'));
              });
            }),
    });
    const heard: string[] = [];
    scraper.subscribe((id) => heard.push(id));
    scraper.setEndpoints([endpoint('quick'), endpoint('hanging')]);
    await clock.settle();
    scraper.stop();
    await clock.advance(100_000);
    expect(heard).toEqual(['quick']);
    expect(aborted).toBe(true);
    expect(clock.waiting()).toBe(0);
  });

  it('keeps a bounded history of 100,000 series, and the newest values of all', async () => {
    const body = Array.from({ length: 100_000 }, (_, index) => `m${index} ${index}\n`).join('');
    const { clock, scraper } = scraping(() => text(body));
    scraper.want(new Set(['m99999']));
    scraper.setEndpoints([endpoint('a')]);
    await clock.advance(0);
    const history = scraper.history('a');
    expect(scraper.status('a')?.samples).toBe(100_000);
    expect(history?.size).toBe(2_000);
    expect(history?.select({ metric: 'm99999' })).toHaveLength(1);
    expect(history?.latest?.exposition.values[50_000]).toBe(50_000);
  });

  it('also bounds wanted metrics, and leaves room for small families', async () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `big{id="${index}"} ${index}\n`).join('');
    const { clock, scraper } = scraping(() =>
      text(`# TYPE big gauge\n${many}small{a="1"} 1\nsmall{a="2"} 2\nidle{a="1"} 1\n`),
    );
    scraper.want(new Set(['big', 'small']));
    scraper.setEndpoints([endpoint('a')]);
    await clock.advance(0);
    const history = scraper.history('a');
    expect(history?.size).toBe(2_000);
    expect(history?.coverage('big')).toEqual({ present: 50_000, tracked: 1_998 });
    expect(history?.coverage('small')).toEqual({ present: 2, tracked: 2 });
    expect(history?.coverage('idle')).toEqual({ present: 1, tracked: 0 });
    // The same series go on, and what becomes wanted gets its room.
    const before = history?.select({ metric: 'big' })[5]?.track;
    scraper.want(new Set(['big', 'small', 'idle']));
    await clock.advance(20_000);
    expect(history?.select({ metric: 'big' })[5]?.track).toBe(before);
    expect(history?.coverage('idle')).toEqual({ present: 1, tracked: 1 });
    expect(history?.size).toBe(2_000);
  });
});
