import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeClock } from '../fake-clock.ts';
import { until } from '../harness/until.ts';
import { engine, metricsFixture } from '../metrics/fixture.ts';
import { describeWithPrometheus, type PrometheusProcess, startPrometheus } from './prometheus-process.ts';

/** What a real Prometheus server adds to the console's own scrapes. */

describeWithPrometheus('a desk with a Prometheus server', () => {
  const start = fakeClock().now() - 600_000;
  let server: PrometheusProcess | undefined;
  let withServer: ReturnType<typeof metricsFixture> | undefined;

  beforeAll(async () => {
    const lines = Array.from({ length: 120 }, (_, index) => `nanoarb_pnl ${index} ${(start + index * 5_000) / 1000}`);
    server = await startPrometheus({ past: `# TYPE nanoarb_pnl gauge\n${lines.join('\n')}\n# EOF\n` });
    const { url } = server;
    withServer = metricsFixture({
      discover: () => ({ settings: [{ name: 'prometheus', url: `${url}/metrics`, isServer: true }] }),
    });
    withServer.pages.set('docker-nanoarb', () => '# TYPE nanoarb_pnl gauge\nnanoarb_pnl 500\n');
    withServer.metrics.watch([engine.id]);
    await withServer.run(4);
  }, 60_000);
  afterAll(async () => {
    withServer?.metrics.close();
    await server?.stop();
  });

  it('draws what was before the console came, and its own numbers after', async () => {
    if (withServer === undefined) throw new Error('no desk');
    const { metrics, clock } = withServer;
    const [source] = metrics.sources([engine.id]);
    if (source === undefined) throw new Error('no source');
    const span = { from: clock.now() - 300_000, to: clock.now(), columns: 4 };
    const own = [{ legend: '', values: Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 500) }];
    const expr = { kind: 'value', metric: 'nanoarb_pnl' } as const;
    let drawn: number[] = [];
    await until(async () => {
      drawn = Array.from(metrics.withPast(expr, source, own, span)[0]?.values ?? []);
      return !Number.isNaN(drawn[1] ?? Number.NaN);
    });
    expect(drawn.slice(0, 2)).toEqual([64, 84]);
    expect(drawn[3]).toBe(500);
  });

  it('answers PromQL in a chart, and says what is wrong with it', async () => {
    if (withServer === undefined) throw new Error('no desk');
    const { metrics, clock } = withServer;
    const [source] = metrics.sources([engine.id]);
    if (source === undefined) throw new Error('no source');
    const span = { from: clock.now() - 300_000, to: clock.now(), columns: 4 };
    const asked = (query: string) => metrics.asked({ kind: 'promql', query }, source, span);
    await until(async () => asked('wrong(')[0] !== undefined);
    expect(asked('wrong(')[0]?.legend).toMatch(/parse error/);
    await until(async () => asked('nanoarb_pnl * 2').length === 1);
    const [line] = asked('nanoarb_pnl * 2');
    expect(Array.from(line?.values ?? []).slice(0, 2)).toEqual([128, 168]);
  });
});
