import { afterEach, describe, expect, it } from 'vitest';
import {
  engine,
  type MetricsFixture,
  metricsFixture,
  other,
  metricRows as rows,
} from '../../../test/metrics/fixture.ts';
import { serviceId } from '../../lib/ids.ts';
import { width as widthOf } from '../../lib/text.ts';
import { nanoarbMetrics } from '../../simulator/metrics/nanoarb.ts';
import { createTheme } from '../../ui/theme.ts';
import { initialMetrics } from './metrics-state.ts';
import { drawn } from './metrics-view.ts';

let fixture: MetricsFixture | undefined;
afterEach(() => fixture?.metrics.close());

/** A fixture whose engine works for an hour before the test begins, and stops when `stalled` is set. */
function trading() {
  const made = metricsFixture();
  fixture = made;
  const start = made.clock.now() - 3_600_000;
  const state = { stalledAt: Number.POSITIVE_INFINITY };
  made.pages.set('docker-nanoarb', () => nanoarbMetrics(Math.min(made.clock.now(), state.stalledAt) - start, 'x'));
  made.metrics.watch([engine.id]);
  return { ...made, engineState: state };
}

const small = { width: 70, height: 14 };
const big = { width: 158, height: 46 };

describe('the small pane', () => {
  it('shows resources, where the numbers come from, and the board of the known engine', async () => {
    const desk = trading();
    await desk.run(30);
    const text = rows(desk, small);
    expect(text[0]).toMatch(/^ CPU 80% .*MEM 1GiB\/4GiB 25%/);
    expect(text[1]).toMatch(/NET ↓1KiB\/s ↑2KiB\/s {2}DISK r 0B\/s w 512B\/s {2}PIDS 14/);
    expect(text[2]).toMatch(/docker-nanoarb · scraped 0s ago · 97 samples in 0ms/);
    const board = text.slice(3).map((row) => row.replace(/ +[▁-█ ]*$/, '').replace(/^[▸ ]/, ''));
    expect(board[0]).toMatch(/^P&L +-?\$\d+\.\d\d$/);
    expect(board[1]).toMatch(/^Position +-?\d+ of ±50$/);
    expect(board[2]).toMatch(/^Orders\/min +\d+/);
    expect(board[4]).toMatch(/^Events\/s +\d+/);
    expect(board[5]).toMatch(/^Inference +p50 6\d\dns {2}p95 \d+ns {2}p99 1\.\d+µs$/);
    expect(text[3]).toMatch(/[▁▂▃▄▅▆▇█]{10}/);
    for (const row of text) expect(widthOf(row)).toBeLessThanOrEqual(small.width);
  });

  it('says how old its numbers are, and why, when the endpoint is gone', async () => {
    const desk = trading();
    await desk.run(10);
    desk.pages.delete('docker-nanoarb');
    await desk.run(12);
    const text = rows(desk, small);
    expect(text[2]).toMatch(/✖ nothing listens there \(connection refused\) scraped 1m ago/);
    expect(text[3]).toMatch(/P&L +-?\$\d+\.\d\d \(1m old\)/);
    expect(desk.store.get().timeline.map(({ text }) => text)).toEqual([
      expect.stringMatching(/scrapes of docker-nanoarb have failed for \d+s, above 30s/),
    ]);
    desk.pages.set('docker-nanoarb', () => 'nanoarb_pnl 5\n');
    await desk.run(12);
    expect(desk.store.get().timeline.at(-1)).toMatchObject({
      level: 'good',
      kind: 'metric',
      serviceId: 'compose:docker/nanoarb',
    });
  });

  it('shows nothing of a guess that does not answer, and says that nothing runs', async () => {
    const desk = metricsFixture();
    fixture = desk;
    desk.store.dispatch({
      type: 'containers',
      at: desk.clock.now(),
      containers: [{ ...engine, image: 'nanoarb:1', labels: { ...engine.labels, 'prometheus.io/scrape': '' } }],
    });
    await desk.run(3);
    expect(rows(desk, small)).toHaveLength(2);
    desk.store.dispatch({ type: 'containers', at: desk.clock.now(), containers: [{ ...engine, state: 'exited' }] });
    const [none, memory, cpu] = rows(desk, small);
    expect(none).toBe(' no container is running; the 5 minutes before 09:15:10:');
    // The last curve of what has ended is the evidence.
    expect(memory).toMatch(/^ MEM +█+ 1GiB$/);
    expect(cpu).toMatch(/^ CPU +█+ 80%$/);
  });

  it('draws no control sequence from names, labels or help', async () => {
    const desk = metricsFixture();
    fixture = desk;
    const evil = '\u001b[2J\u001b]0;x\u0007';
    desk.pages.set(
      'trading-api',
      () =>
        `# HELP a ${evil}help\n# TYPE a gauge\n{"a${evil}",b="${evil}c",d="${evil}"} 1\na{b="${evil}x",c="y${evil}"} 2\na{b="z"} 3\n`,
    );
    await desk.run(3);
    const found = [
      ...rows(desk, small, {}, 'api'),
      ...rows(desk, big, {}, 'api'),
      ...rows(desk, big, { list: { kind: 'names', text: '', row: 0 } }, 'api'),
    ].join('\n');
    // The cursor's own inverse is all there is.
    expect(found.replaceAll('\u001b[7m', '').replaceAll('\u001b[27m', '')).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
    );
    expect(found).toContain('x y 2');
  });
});

describe('the big pane', () => {
  it('draws a chart for every panel and for the container, exactly as large as it may', async () => {
    const desk = trading();
    await desk.run(80);
    for (const size of [big, { width: 118, height: 32 }, { width: 88, height: 26 }, { width: 298, height: 96 }]) {
      const text = rows(desk, size);
      expect(text.length).toBeLessThanOrEqual(size.height);
      expect(text.map(widthOf).filter((cells) => cells > size.width)).toEqual([]);
    }
    const text = rows(desk, big).join('\n');
    for (const title of [
      'P&L',
      'Position',
      'Orders/min',
      'Fills/min',
      'Events/s',
      'Inference',
      'Order',
      'Book update',
      'Event',
      'CPU',
      'Memory',
      'Network',
      'Block I/O',
    ]) {
      expect(text).toContain(` ${title} `);
    }
    expect(text).toMatch(/p50 6\d\dns/);
    expect(text).toMatch(/\$\d+\.\d\d┤/);
    expect(text).toMatch(/[⠁-⣿]{5}/);
  });

  it('zooms, moves its cursor and reads out values there', async () => {
    const desk = trading();
    await desk.run(80);
    const chart = rows(desk, big, { zoom: true, selected: 1, cursor: desk.clock.now() - 60_000 });
    expect(chart[1]).toContain('▸ Position');
    expect(chart[2]).toMatch(/^\d\d:\d\d:\d\d ━ -?\d+/);
    expect(chart).toHaveLength(big.height);
  });

  it('draws another service into the same charts', async () => {
    const desk = trading();
    desk.pages.set('trading-api', () => 'nanoarb_pnl 5\nnanoarb_position -7\n');
    desk.metrics.watch([engine.id, other.id]);
    await desk.run(20);
    const text = rows(desk, big, { compare: serviceId('api') }).join('\n');
    expect(text).toMatch(/● -?\d+ {2}◆ api -7/);
  });

  it('is ASCII when the terminal is', async () => {
    const desk = trading();
    await desk.run(40);
    const world = desk.world();
    const ascii = createTheme({ level: 0, ascii: true });
    const view = {
      service: world.desk.services[0],
      other: undefined,
      metrics: desk.metrics,
      state: initialMetrics,
      world,
      theme: ascii,
      now: desk.clock.now(),
      focused: false,
    };
    const text = [...drawn({ ...view, ...big }).rows, ...drawn({ ...view, ...small }).rows].join('');
    expect(text.match(/[^ -~]/g)).toBeNull();
  });

  it('lists metrics by name and pins one to the board', async () => {
    const desk = trading();
    await desk.run(20);
    const names = rows(desk, big, { list: { kind: 'names', text: 'LATENCY', row: 0 } });
    expect(names).toHaveLength(5);
    expect(names[1]).toMatch(/ nanoarb_inference_latency_ns +histogram +23 /);
    const [source] = desk.metrics.sources([engine.id]);
    if (source === undefined) throw new Error('no source');
    desk.metrics.byKey.pin(source, {
      title: 'pinned one',
      unit: 'count',
      exprs: [{ kind: 'value', metric: 'nanoarb_pnl' }],
    });
    expect(rows(desk, big).join('\n')).toContain('pinned one pinned');
    desk.metrics.byKey.pin(source, { title: 'pinned one', unit: 'count', exprs: [] });
    expect(rows(desk, big).join('\n')).not.toContain('pinned one');
  });
});

describe('endpoints', () => {
  it('are listed with their state, and one outside of containers is shown by itself', async () => {
    const desk = metricsFixture({
      discover: () => ({ settings: [{ url: 'http://127.0.0.1:9999/metrics', name: 'native engine' }] }),
    });
    fixture = desk;
    desk.pages.set('native engine', () => 'nanoarb_pnl 5\nnanoarb_position 7\n');
    await desk.run(4);
    const list = rows(desk, { width: 120, height: 20 }, { list: { kind: 'endpoints', row: 0 } });
    expect(list[0]).toMatch(/ENDPOINT +STATE +SCRAPED +TOOK +SAMPLES {2}WHERE/);
    expect(list.slice(1).map((row) => row.replace(/\u001b\[\d+m/g, '').trim())).toEqual([
      expect.stringMatching(/^native engine +up +\d+s +0ms +2 {2}http:\/\/127.0.0.1:9999\/metrics \(settings\)$/),
      expect.stringMatching(/^docker-nanoarb +down +- +0ms +0 {2}nothing listens there/),
      expect.stringMatching(/^trading-api +down /),
    ]);
    const id = desk.metrics.scraper.statuses().find(({ endpoint }) => endpoint.name === 'native engine')?.endpoint.id;
    desk.metrics.watch([], [id ?? '']);
    const shown = rows(desk, small, { endpoint: id });
    expect(shown[0]).toContain('native engine · scraped');
    expect(shown.join('\n')).toContain('7 of ±50');
    expect(shown.join('\n')).not.toContain('CPU');
  });
});

describe('what metrics tell the desk', () => {
  it('watches a chart by key, draws its limits, and stops', async () => {
    const crossed: string[] = [];
    const desk = metricsFixture({ onCrossing: ({ text }) => crossed.push(text) });
    fixture = desk;
    let depth = 3;
    desk.pages.set('trading-api', () => `# TYPE queue gauge\nqueue ${depth}\n`);
    desk.metrics.watch([other.id]);
    await desk.run(4);
    const queue = { title: 'queue', unit: 'count' as const, expr: { kind: 'value' as const, metric: 'queue' } };
    const source = desk.metrics.sources([other.id])[0];
    if (source === undefined) throw new Error('no source');
    await desk.metrics.byKey.setThreshold(source, 'queue', { ...queue, bad: 'above', critical: 10, forMs: 0 });
    depth = 11;
    await desk.run(2);
    expect(crossed).toEqual(['queue 11, above 10']);
    expect(rows(desk, big, { zoom: true }, 'api').join('\n')).toContain('╌╌╌╌');
    await desk.metrics.byKey.setThreshold(source, 'queue');
    depth = 3;
    await desk.run(2);
    expect(crossed).toHaveLength(1);
  });

  it('finds an engine that is up and does no work', async () => {
    const desk = trading();
    await desk.run(20);
    expect(desk.world().desk.byId.get(serviceId('compose:docker/nanoarb'))?.verdict.level).toBe('ok');
    desk.engineState.stalledAt = desk.clock.now();
    await desk.run(24);
    desk.store.dispatch({ type: 'tick', now: desk.clock.now() });
    expect(desk.world().desk.byId.get(serviceId('compose:docker/nanoarb'))?.verdict).toMatchObject({
      code: 'stalled',
      level: 'degraded',
    });
    expect(desk.store.get().timeline.map(({ text, level }) => `${level} ${text}`)).toContain(
      'bad events/s 0, below 0.0010 for 60 s',
    );
  });

  it('reports a position beyond its limit at once, and when it is back', async () => {
    const desk = metricsFixture();
    fixture = desk;
    let position = 10;
    desk.pages.set('docker-nanoarb', () => `nanoarb_position ${position}\n`);
    desk.metrics.watch([engine.id]);
    await desk.run(3);
    position = -51;
    await desk.run(2);
    expect(rows(desk, small).join('\n')).toContain('-51 of ±50');
    expect(desk.metrics.current('nanoarb_position', serviceId('compose:docker/nanoarb'))).toEqual({
      known: true,
      values: [{ value: -51, series: 'nanoarb_position' }],
    });
    expect(desk.metrics.current('nanoarb_position', serviceId('compose:trading/api'))).toMatchObject({ known: false });
    position = 0;
    await desk.run(2);
    expect(desk.store.get().timeline.map(({ text, level }) => `${level} ${text}`)).toEqual([
      'bad position -51, more than 50 from zero',
      'good position is well again: 0',
    ]);
  });

  it('answers no value that is too old to decide by', async () => {
    const desk = trading();
    await desk.run(3);
    expect(desk.metrics.current('nanoarb_position', serviceId('compose:docker/nanoarb'))).toMatchObject({
      known: true,
    });
    desk.metrics.scraper.stop();
    await desk.clock.advance(61_000);
    expect(desk.metrics.current('nanoarb_position', serviceId('compose:docker/nanoarb'))).toMatchObject({
      known: false,
      why: expect.stringContaining('too long ago'),
    });
  });
});
