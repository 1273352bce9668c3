import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { evaluate } from '../../source/prometheus/evaluate.ts';
import { labelOf, type Series } from '../../source/prometheus/exposition/exposition.ts';
import { ExpositionParser } from '../../source/prometheus/exposition/parser.ts';
import { History } from '../../source/prometheus/history.ts';
import { bucketQuantile } from '../../source/prometheus/quantile.ts';
import { increase } from '../../source/prometheus/rate.ts';
import { prometheusServer } from '../../source/prometheus/server.ts';
import { parseExposition } from '../builders/exposition.ts';
import { until } from '../harness/until.ts';
import { describeWithPrometheus, type PrometheusProcess, startPrometheus } from './prometheus-process.ts';

/** What a real Prometheus server computes over the same data is right. */

// A server looks for its targets every five seconds.
vi.setConfig({ testTimeout: 40_000 });

const START = Date.UTC(2026, 0, 5, 8);
const STEP = 5_000;
const SCRAPES = 360;
const BOUNDS = [...Array.from({ length: 20 }, (_, k) => 100 * 2 ** k), Number.POSITIVE_INFINITY];

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A program's metrics at each scrape, with a restart in the middle and scrapes that were missed. */
function* scrapes(): Generator<{ at: number; families: Map<string, string[]> }> {
  const next = random(7);
  let counters = { slow: 0, fast: 1e9, buckets: BOUNDS.map(() => 0) };
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    if (scrape === 180) counters = { slow: 0, fast: 0, buckets: BOUNDS.map(() => 0) };
    counters.slow += next() < 0.2 ? 1 : 0;
    counters.fast += Math.floor(next() * 1000);
    for (let observed = 0; observed < 40; observed += 1) {
      const value = 300 * Math.exp(4 * (next() - 0.5)) * (scrape % 60 < 5 ? 50 : 1);
      counters.buckets = counters.buckets.map((count, index) => count + (value <= (BOUNDS[index] ?? 0) ? 1 : 0));
    }
    if (scrape % 47 === 13) continue;
    const at = START + scrape * STEP + Math.floor(next() * 900);
    const time = (at / 1000).toFixed(3);
    yield {
      at,
      families: new Map([
        ['slow', [`slow_total ${counters.slow} ${time}`]],
        ['fast', ['a', 'b'].map((part, index) => `fast_total{part="${part}"} ${counters.fast + index} ${time}`)],
        ['level', [`level ${(next() * 100 - 50).toFixed(4)} ${time}`]],
        ['lat_ns', counters.buckets.map((count, index) => `lat_ns_bucket{le="${bound(index)}"} ${count} ${time}`)],
      ]),
    };
  }
}

function bound(index: number): string {
  const value = BOUNDS[index] ?? 0;
  return Number.isFinite(value) ? `${value}.0` : '+Inf';
}

const TYPES = { slow: 'counter', fast: 'counter', level: 'gauge', lat_ns: 'histogram' } as const;

describeWithPrometheus('rates and quantiles as a real Prometheus computes them', () => {
  const history = new History();
  let server: PrometheusProcess | undefined;
  const api = () => prometheusServer(server?.url ?? '');

  beforeAll(async () => {
    const all = [...scrapes()];
    const family = (name: keyof typeof TYPES) => [
      `# TYPE ${name} ${TYPES[name]}`,
      ...all.flatMap(({ families }) => families.get(name) ?? []),
    ];
    const names = Object.keys(TYPES) as (keyof typeof TYPES)[];
    const past = `${names.flatMap(family).join('\n')}\n# EOF\n`;
    const parser = new ExpositionParser();
    for (const { at, families } of all) {
      const lines = names.flatMap((name) => [`# TYPE ${name} ${TYPES[name]}`, ...(families.get(name) ?? [])]);
      history.record(parser.parse(`${lines.join('\n')}\n# EOF\n`), at);
    }
    server = await startPrometheus({ past });
  }, 60_000);
  afterAll(() => server?.stop());

  /** Times whose windows are within the ten minutes that have every sample, never on a sample: newer servers leave the window's start out. */
  const times = Array.from({ length: 20 }, (_, index) => START + SCRAPES * STEP - 250_000 + index * 12_513);

  async function theirs(promql: string, at: number): Promise<number[]> {
    const { series } = await api().query(promql, at);
    return series.map(({ values }) => values[0] ?? Number.NaN);
  }

  const close = (ours: number, real: number) => {
    if (Number.isNaN(real)) expect(ours).toBeNaN();
    else expect(Math.abs(ours - real)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(real)));
  };

  it.each([
    ['rate', 60_000, 'sum(rate(fast_total[1m]))', { kind: 'rate', metric: 'fast_total', window: 60_000 }],
    [
      'a slow counter',
      120_000,
      'rate(slow_total[2m])*60',
      { kind: 'rate', metric: 'slow', window: 120_000, scale: 60 },
    ],
    ['a gauge', 0, 'level', { kind: 'value', metric: 'level' }],
    [
      'p50',
      60_000,
      'histogram_quantile(0.5, sum by (le) (rate(lat_ns_bucket[1m])))',
      { kind: 'quantile', metric: 'lat_ns', q: 0.5, window: 60_000 },
    ],
    [
      'p99',
      60_000,
      'histogram_quantile(0.99, rate(lat_ns_bucket[1m]))',
      { kind: 'quantile', metric: 'lat_ns', q: 0.99, window: 60_000 },
    ],
    [
      'p100',
      300_000,
      'histogram_quantile(1, rate(lat_ns_bucket[5m]))',
      { kind: 'quantile', metric: 'lat_ns', q: 1, window: 300_000 },
    ],
  ] as const)('%s', async (_name, _window, promql, expr) => {
    for (const at of times) {
      const real = await theirs(promql, at);
      const [ours] = evaluate(expr, history, at, { intervalMs: STEP });
      expect(real).toHaveLength(1);
      close(ours?.value ?? Number.NaN, real[0] ?? Number.NaN);
    }
  });

  it('increase over a restart of the program', async () => {
    const [tracked] = history.select({ metric: 'fast_total', where: { part: 'a' } });
    // The window of half an hour is read at a coarser resolution: its borders are up to a step of half a minute off.
    const at = START + SCRAPES * STEP - 1_500;
    const [real] = await theirs('increase(fast_total{part="a"}[25m])', at);
    const ours = tracked && increase(tracked.track, at, 25 * 60_000);
    expect(Math.abs((ours ?? 0) / (real ?? 1) - 1)).toBeLessThan(0.02);
  });

  it('quantiles of buckets that are out of order, falling or lonely', async () => {
    const expression = (buckets: [string, number][]) =>
      buckets.map(([le, count]) => `label_replace(vector(${count}), "le", "${le}", "", "")`).join(' or ');
    const cases: [string, number][][] = [
      [
        ['1', 10],
        ['2', 8],
        ['4', 20],
        ['+Inf', 20],
      ],
      [
        ['-5', 10],
        ['0', 20],
        ['+Inf', 20],
      ],
      [['+Inf', 5]],
      [
        ['1', 5],
        ['2', 5],
      ],
      [
        ['1', 0],
        ['+Inf', 0],
      ],
      [
        ['0.5', 3],
        ['1', 3],
        ['2', 10],
        ['+Inf', 12],
      ],
    ];
    for (const buckets of cases) {
      for (const q of [-1, 0, 0.3, 0.5, 0.99, 1, 2]) {
        const real = await theirs(`histogram_quantile(${q}, ${expression(buckets)})`, START);
        const ours = bucketQuantile(
          q,
          buckets.map(([le, count]) => ({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count })),
        );
        expect([buckets, q, ours]).toEqual([buckets, q, real[0]]);
      }
    }
  });

  it('says what is wrong with an expression in the words of the server', async () => {
    await expect(api().query('rate(fast_total[1m)')).rejects.toThrow(/parse error/);
    await expect(api().query('sum(rate(fast_total[1m]) by')).rejects.toMatchObject({ kind: 'bad_data' });
    expect((await api().query('scalar(vector(3))')).series[0]?.values).toEqual([3]);
    expect((await api().query('"text"')).text).toBe('text');
  });

  it('answers a range with its times', async () => {
    const from = START + 600_000;
    const { type, series } = await api().queryRange('level', { from, to: from + 50_000, step: 10_000 });
    expect(type).toBe('matrix');
    expect(series[0]?.times).toEqual([0, 1, 2, 3, 4, 5].map((step) => from + step * 10_000));
  });
});

const EDGES = `# HELP go_gc_duration_seconds A \\\\ help
# TYPE go_gc_duration_seconds summary
go_gc_duration_seconds{quantile="0"} 4.9351e-05
go_gc_duration_seconds{quantile="0.25",} 7.424100000000001e-05
go_gc_duration_seconds{ quantile="0.9", a="b"} 8.3835e-05
go_gc_duration_seconds { quantile = "1.0" a = "b" } 8.3835e-05
go_gc_duration_seconds_count 99
some:aggregate:rate5m{a_b="c"}\t1
_under 1
escaped{label="\\"bar\\" \\\\ \\n \\t end"} 1
umlaut{stadt="Zürich €"} 1
empty{a="",b="x"} 5
unordered{z="1",a="2"} 5
no_blank{a="b"}7
inf_up +Inf
inf_down -Inf
infinity Infinity
big 1.7976931348623157e+308
small 5e-324
long 123456789.123456789
exact 9007199254740993
dot .5
dot_end 5.
plus +4
negative -0.25
exponent 1E3
# Hrandom comment
#
braces{a="}",b="{,="} 3
`;

describeWithPrometheus('the parser against a scrape by a real Prometheus', () => {
  let server: PrometheusProcess | undefined;
  let page: Server | undefined;

  beforeAll(async () => {
    page = createServer((request, response) => {
      const type =
        request.url === '/om'
          ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
          : 'text/plain; version=0.0.4';
      response.setHeader('content-type', type).end(request.url === '/om' ? OPEN_METRICS : EDGES);
    });
    await new Promise<void>((done) => page?.listen(0, '127.0.0.1', done));
    const target = `127.0.0.1:${(page.address() as AddressInfo).port}`;
    server = await startPrometheus({
      scrape: [
        { job: 'text', target, path: '/text' },
        { job: 'om', target, path: '/om' },
        { job: 'gone', target: '127.0.0.1:9', path: '/' },
      ],
      rules: JSON.stringify({
        groups: [
          {
            name: 'g',
            rules: [
              {
                alert: 'Gone',
                expr: 'up{job="gone"} == 0',
                labels: { severity: 'page' },
                annotations: { summary: 'it is gone' },
              },
            ],
          },
        ],
      }),
    });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await new Promise((done) => page?.close(done));
  });

  /** Labels and value of a series as text, without what the server added. */
  const written = (labels: Record<string, string>, value: number) => {
    const own = Object.entries(labels).filter(([name]) => name !== 'job' && name !== 'instance');
    return `${JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)))} ${value}`;
  };
  const labelsOf = (series: Series) => {
    const pairs: Record<string, string> = { __name__: series.name };
    for (let at = 0; at < series.labels.length; at += 2) pairs[series.labels[at] ?? ''] = series.labels[at + 1] ?? '';
    return pairs;
  };

  it.each([['text'], ['om']])('sees the same series and values in %s', async (job) => {
    const api = prometheusServer(server?.url ?? '');
    await until(async () => (await api.query(`up{job="${job}"} == 1`)).series.length === 1);
    const found = await api.query(`{job="${job}",__name__!~"up|scrape_.*"}`);
    const ours = parseExposition(job === 'om' ? OPEN_METRICS : EDGES);
    expect(ours.errors).toEqual([]);
    const mine = ours.series.map((series, index) => written(labelsOf(series), ours.values[index] ?? 0));
    const real = found.series.map(({ labels, values }) => written(labels as Record<string, string>, values[0] ?? 0));
    expect(mine.sort()).toEqual(real.sort());
  });

  it('reports targets and alerts', async () => {
    const api = prometheusServer(server?.url ?? '');
    await until(async () => (await api.alerts()).some(({ state }) => state === 'firing'));
    const [alert] = await api.alerts();
    expect(alert).toMatchObject({ name: 'Gone', state: 'firing', annotations: { summary: 'it is gone' }, value: 0 });
    expect(alert?.activeAt).toBeGreaterThan(START);
    const targets = await api.targets();
    expect(targets.find(({ job }) => job === 'gone')).toMatchObject({
      health: 'down',
      error: expect.stringContaining('refused'),
    });
    expect(targets.find(({ job }) => job === 'text')).toMatchObject({ health: 'up', error: '' });
  });
});

const OPEN_METRICS = `# HELP go_gc_duration_seconds A summary.
# TYPE go_gc_duration_seconds summary
# UNIT go_gc_duration_seconds seconds
go_gc_duration_seconds{quantile="0.5"} 4.9351e-05
go_gc_duration_seconds_count 99
# TYPE hhh histogram
hhh_bucket{le="+Inf"} 1 # {id="histogram-bucket-test"} 4
hhh_count 1
# TYPE nanoarb_orders_total counter
nanoarb_orders_total_total 31
# TYPE foo counter
foo_total{a="b"} 17.0 # {id="counter-test"} 5
foo_created{a="b"} 1520872607.123
# TYPE ii info
ii_info{foo="bar"} 1
# TYPE ss stateset
ss{ss="foo"} 1
ss{ss="bar"} 0
# EOF
`;

it('has a label to ask for', () => {
  const [series] = parseExposition(OPEN_METRICS).series;
  expect(series && labelOf(series, 'quantile')).toBe('0.5');
});
