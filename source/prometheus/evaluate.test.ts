import { describe, expect, it } from 'vitest';
import { evaluate, evaluateRange } from './evaluate.ts';
import { ExpositionParser } from './exposition/parser.ts';
import type { Expr } from './expr.ts';
import { History } from './history.ts';
import { readShape } from './promql-shapes.ts';

const START = 1_000_000_000;
const options = { intervalMs: 5_000 };

/** A history of scrapes every 5 s; `body` is called with the number of the scrape. */
function scraped(count: number, body: (scrape: number) => string): History {
  const history = new History();
  const parser = new ExpositionParser();
  for (let scrape = 0; scrape < count; scrape += 1) history.record(parser.parse(body(scrape)), START + scrape * 5_000);
  return history;
}

const at = (scrape: number) => START + scrape * 5_000;
const read = (expr: Expr, history: History, time: number) =>
  evaluate(expr, history, time, options).map(({ legend, value }) =>
    `${legend} ${Math.round(value * 1000) / 1000}`.trim(),
  );

describe('a peak in a long range', () => {
  const HOURS = 12;
  const count = HOURS * 720;
  const end = at(count - 1);
  const columns = 60;
  const step = (HOURS * 3_600_000) / columns;
  const range = { from: end - step * (columns - 1), to: end, step };
  /** Column of a scrape. */
  const column = (scrape: number) => Math.ceil((at(scrape) - range.from) / step);

  it.each([
    ['eleven hours ago', 720],
    ['half an hour ago', count - 360],
    ['a minute ago', count - 12],
  ])('of one scrape, %s, is in its column', (_, peak) => {
    const history = scraped(count, (scrape) => `# TYPE p gauge\np ${scrape === peak ? -80 : 5 + (scrape % 3)}\n`);
    const [line] = evaluateRange({ kind: 'value', metric: 'p' }, history, range, options);
    const low = [...(line?.low ?? [])];
    expect(Math.min(...low)).toBe(-80);
    expect(low.flatMap((value, index) => (value < 0 ? [index] : []))).toEqual([column(peak)]);
    expect(Math.max(...(line?.high ?? []))).toBe(7);
  });

  it('of one of several series shows in their sum', () => {
    const peak = 2_000;
    const history = scraped(
      count,
      (scrape) => `# TYPE p gauge\np{a="1"} ${scrape === peak ? 90 : 10}\np{a="2"} ${scrape === 5_000 ? 0 : 3}\n`,
    );
    const [sum] = evaluateRange({ kind: 'value', metric: 'p', reduce: 'sum' }, history, range, options);
    expect(Math.max(...(sum?.high ?? []))).toBe(93);
    expect(Math.min(...(sum?.low ?? []))).toBe(10);
  });

  it('of a counter has the height given by its window, wherever it is between two columns', () => {
    const history = scraped(count, (scrape) => {
      const burst = Math.min(6, Math.max(0, scrape - (count - 100))) * 600;
      return `# TYPE c counter\nc_total ${scrape * 5 + burst}\n# EOF`;
    });
    const [line] = evaluateRange({ kind: 'rate', metric: 'c_total' }, history, range, options);
    // 3600 more in half a minute: what a minute gained from its first to its last sample; and everywhere else 1 a second.
    const [high, values, low] = [line?.high, line?.values, line?.low].map((all) => [...(all ?? [])].slice(1));
    expect(Math.max(...(high ?? []))).toBeCloseTo(3655 / 55, 3);
    expect(Math.max(...(values ?? []))).toBeCloseTo(1, 3);
    expect(Math.min(...(low ?? []))).toBeCloseTo(1, 3);
  });
});

it('has no rate or quantile where nothing was scraped', () => {
  const history = new History();
  const parser = new ExpositionParser();
  const page = (n: number) =>
    `# TYPE c counter\nc_total ${n * 5}\n# TYPE h histogram\nh_bucket{le="1"} ${n * 4}\nh_bucket{le="+Inf"} ${n * 5}\n# EOF\n`;
  // Nothing from the 24th to the 60th; and of one sample alone nothing can be said.
  for (let n = 0; n < 90; n += 1) if (n < 24 || n > 60) history.record(parser.parse(page(n)), at(n));
  const range = { from: at(10), to: at(89), step: 5_000 };
  for (const expr of [
    { kind: 'rate', metric: 'c_total' },
    { kind: 'quantile', metric: 'h', q: 0.5 },
  ] as const) {
    const [line] = evaluateRange(expr, history, range, options);
    const known = [...(line?.values ?? [])].flatMap((value, index) => (Number.isNaN(value) ? [] : [index + 10]));
    expect(known).toEqual([...Array(90).keys()].filter((n) => n >= 10 && (n <= 25 || n > 61)));
  }
});

describe('evaluate', () => {
  const requests = (scrape: number) =>
    [
      '# TYPE requests_total counter',
      ...['a', 'b'].map((path, index) => `requests_total{path="${path}",code="200"} ${scrape * 10 * (index + 1)}`),
    ].join('\n');

  it('sums rates, by labels on request', () => {
    const history = scraped(30, requests);
    const rate = { kind: 'rate', metric: 'requests_total' } as const;
    expect(read(rate, history, at(29))).toEqual(['6']);
    expect(read({ ...rate, scale: 60 }, history, at(29))).toEqual(['360']);
    expect(read({ ...rate, by: ['path'] }, history, at(29))).toEqual(['a 2', 'b 4']);
    expect(read({ ...rate, where: { path: '/[bc]/' } }, history, at(29))).toEqual(['4']);
    expect(read({ ...rate, metric: 'requests' }, history, at(29))).toEqual(['6']);
  });

  it('has the true rate from the second scrape on, however long the window', () => {
    const history = scraped(2, (scrape) => `# TYPE c counter\nc_total ${1_000_000 + scrape * 50}\n# EOF`);
    expect(read({ kind: 'rate', metric: 'c_total', window: 300_000 }, history, at(1))).toEqual(['10']);
    expect(
      read(
        { kind: 'rate', metric: 'c_total' },
        scraped(1, () => '# TYPE c_total counter\nc_total 5'),
        at(0),
      ),
    ).toEqual([]);
  });

  it('keeps every series as a line, or aggregates them', () => {
    const history = scraped(1, () => 'up{d="pg"} 1\nup{d="redis"} 0\n');
    const up = { kind: 'value', metric: 'up' } as const;
    expect(read(up, history, at(0))).toEqual(['pg 1', 'redis 0']);
    expect(read({ ...up, reduce: 'min' }, history, at(0))).toEqual(['0']);
    expect(read({ ...up, reduce: 'sum', legend: 'all' }, history, at(0))).toEqual(['all 1']);
    expect(read({ ...up, reduce: 'avg' }, history, at(0))).toEqual(['0.5']);
  });

  it('computes quantiles over all series of a histogram, or by labels', () => {
    const history = scraped(20, (scrape) =>
      [
        '# TYPE lat histogram',
        ...['a', 'b'].flatMap((path, index) =>
          [1, 2, 4, '+Inf'].map(
            (le, at) => `lat_bucket{path="${path}",le="${le}"} ${scrape * (at + 1) * (index === 0 ? 1 : 9)}`,
          ),
        ),
      ].join('\n'),
    );
    expect(read({ kind: 'quantile', metric: 'lat', q: 0.5 }, history, at(19))).toEqual(['p50 2']);
    expect(read({ kind: 'quantile', metric: 'lat', q: 0.999, by: ['path'] }, history, at(19))).toEqual([
      'p99.9 a 4',
      'p99.9 b 4',
    ]);
  });

  it('returns an old value with its own time', () => {
    const history = scraped(3, () => 'a 5\n');
    const [reading] = evaluate({ kind: 'value', metric: 'a' }, history, at(1000), options);
    expect(reading).toEqual({ legend: '', value: 5, at: at(2) });
  });

  it('returns nothing for a series that is gone from the endpoint', () => {
    const history = scraped(10, (scrape) => (scrape < 5 ? 'a 5\nb 1\n' : 'b 1\n'));
    expect(read({ kind: 'value', metric: 'a' }, history, at(9))).toEqual([]);
  });

  it('keeps one line per series for a plain rate, and per histogram for a plain quantile', () => {
    const bucket = (path: string, le: string, count: number) => `lat_bucket{path="${path}",le="${le}"} ${count}\n`;
    const history = scraped(
      13,
      (scrape) =>
        `# TYPE orders_total counter\norders_total{side="buy"} ${scrape * 6}\norders_total{side="sell"} ${scrape * 3}\n# TYPE lat histogram\n` +
        ['0.1', '1', '2', '+Inf'].map((le) => bucket('/fast', le, scrape * 100)).join('') +
        ['0.1', '1', '2', '+Inf'].map((le) => bucket('/slow', le, Number(le) < 2 ? 0 : scrape * 100)).join(''),
    );
    const values = (query: string, legend: string) => {
      const expr = readShape(query);
      const found = expr === undefined ? [] : evaluate({ ...expr, legend }, history, at(12), options);
      return found.map((one) => [one.legend, Number(one.value.toFixed(3))]);
    };
    expect(values('rate(orders_total[1m])', '{{side}}')).toEqual([
      ['buy', 1.2],
      ['sell', 0.6],
    ]);
    expect(values('rate(orders_total{side!="buy"}[1m])', '{{ side }} orders')).toEqual([['sell orders', 0.6]]);
    expect(values('histogram_quantile(0.5, rate(lat_bucket[1m]))', '{{path}}')).toEqual([
      ['/fast', 0.05],
      ['/slow', 1.5],
    ]);
    expect(values('histogram_quantile(0.99, rate(lat_bucket[1m]))', 'p99')).toEqual([
      ['p99 /fast', 0.099],
      ['p99 /slow', 1.99],
    ]);
  });

  it('leaves PromQL to a server', () => {
    expect(
      evaluate(
        { kind: 'promql', query: 'a' },
        scraped(1, () => 'a 1'),
        at(0),
        options,
      ),
    ).toEqual([]);
  });
});

describe('evaluateRange', () => {
  it('has a value at every step and a gap where scrapes were missed', () => {
    const history = new History();
    const parser = new ExpositionParser();
    for (const scrape of [0, 1, 2, 20, 21]) history.record(parser.parse(`a ${scrape}\n`), at(scrape));
    const [line] = evaluateRange(
      { kind: 'value', metric: 'a' },
      history,
      { from: at(0), to: at(21), step: 5_000 },
      options,
    );
    expect([...(line?.values ?? [])].map((value) => (Number.isNaN(value) ? '-' : value)).join(' ')).toBe(
      '0 1 2 2 2 - - - - - - - - - - - - - - - 20 21',
    );
  });
});

describe('a series that its endpoint no longer exposes', () => {
  const value: Expr = { kind: 'value', metric: 'position', each: true };
  const page = (scrape: number) =>
    scrape === 3
      ? 'other 1\n'
      : `other 1\nposition{s="a"} ${scrape}\n${scrape < 3 || scrape > 5 ? `position{s="b"} ${scrape}\n` : ''}`;

  it('has no value from the first answer without it until it returns', () => {
    const now = (count: number) => read(value, scraped(count, page), at(count - 1));
    expect(now(3)).toEqual(['a 2', 'b 2']);
    expect(now(4)).toEqual([]);
    expect(now(5)).toEqual(['a 4']);
    expect(now(7)).toEqual(['a 6', 'b 6']);
  });

  it('has no rate or sum either', () => {
    const history = scraped(30, (scrape) => `# TYPE up gauge\nup 1\n${scrape < 29 ? `n_total ${scrape}\nq 7\n` : ''}`);
    expect(read({ kind: 'rate', metric: 'n_total' }, history, at(29))).toEqual([]);
    expect(read({ kind: 'value', metric: 'q', reduce: 'sum' }, history, at(29))).toEqual([]);
    expect(read({ kind: 'value', metric: 'q', reduce: 'sum' }, history, at(28))).toEqual(['7']);
  });

  it('leaves a gap in its chart where it was missing', () => {
    const [line] = evaluateRange(
      { kind: 'value', metric: 'position', where: { s: 'a' } },
      scraped(6, page),
      { from: at(0), to: at(5), step: 5_000 },
      options,
    );
    expect([...(line?.values ?? [])]).toEqual([0, 1, 2, Number.NaN, 4, 5]);
  });
});

it('connects the samples of a slowly scraped endpoint, and leaves a gap where scrapes are missing', () => {
  const history = new History();
  const parser = new ExpositionParser();
  const scrape = (at: number, value: number, pace: number) =>
    history.record(parser.parse(`depth ${value}\n`), at, undefined, pace);
  for (let at = 0; at <= 60_000; at += 15_000) scrape(at, at / 1000, 15_000);
  for (let at = 120_000; at <= 150_000; at += 5000) scrape(at, 7, 5000);
  const [line] = evaluateRange(
    { kind: 'value', metric: 'depth' },
    history,
    { from: 0, to: 150_000, step: 5000 },
    { intervalMs: 5000 },
  );
  const gaps = [...(line?.values ?? [])].flatMap((value, index) => (Number.isNaN(value) ? [index * 5] : []));
  expect(gaps).toEqual([100, 105, 110, 115]);
});
