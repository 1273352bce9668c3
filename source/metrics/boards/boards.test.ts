import { describe, expect, it } from 'vitest';
import { parseExposition } from '../../../test/builders/exposition.ts';
import { metricsOf, type Panel } from '../../prometheus/board.ts';
import { unitOf } from '../../prometheus/units.ts';
import { maricuscoMetrics } from '../../simulator/metrics/maricusco.ts';
import { nanoarbMetrics } from '../../simulator/metrics/nanoarb.ts';
import { builtInProfiles } from '../profiles.ts';
import { automaticBoard } from './automatic.ts';
import { chooseBoard } from './choose.ts';

const programs = builtInProfiles();
const nanoarb = programs.find(({ name }) => name === 'nanoarb')?.board;
const panel = (title: string, metric: string): Panel => ({ title, unit: 'count', exprs: [{ kind: 'value', metric }] });

describe('chooseBoard', () => {
  it('knows the trading engine by its metrics, and takes a board of the settings first', () => {
    const engine = parseExposition(nanoarbMetrics(3_600_000, 'x'));
    expect(chooseBoard({ names: ['whatever'], exposition: engine }, { programs }).title).toBe('nanoarb');
    const own = { title: 'mine', panels: [panel('Mine', 'nanoarb_pnl')] };
    expect(
      chooseBoard(
        { names: ['nanoarb'], exposition: engine },
        { programs, own: [{ title: 'mine', board: own, for: ['nanoarb'] }] },
      ).panels,
    ).toEqual(own.panels);
    expect(
      chooseBoard(
        { names: ['x'], exposition: engine },
        { programs, own: [{ title: 'mine', board: own, for: ['nanoarb_pnl'] }] },
      ).panels,
    ).toEqual(own.panels);
    expect(
      chooseBoard({ names: ['x'], exposition: engine }, { programs, own: [{ title: 'mine', board: own, for: ['y'] }] })
        .title,
    ).toBe('nanoarb');
  });

  it('watches a known program whatever its board shows', () => {
    const engine = parseExposition(nanoarbMetrics(3_600_000, 'x'));
    const own = { title: 'mine', panels: [panel('Mine', 'nanoarb_pnl')] };
    const { thresholds, activity, latencies } = chooseBoard(
      { names: ['a'], exposition: engine },
      {
        programs,
        own: [{ title: 'mine', board: own, for: ['a'] }],
      },
    );
    expect(thresholds).toHaveLength(2);
    expect([thresholds, activity, latencies]).toEqual([nanoarb?.thresholds, nanoarb?.activity, nanoarb?.latencies]);
    expect(metricsOf({ ...own, thresholds, activity, latencies })).toContain('nanoarb_order_latency_ns_bucket');
  });

  it('joins all boards that are for it, and takes of a dashboard of several programs its own part', () => {
    const engine = parseExposition(nanoarbMetrics(3_600_000, 'x'));
    const promql = {
      title: 'Ratio',
      unit: 'ratio' as const,
      exprs: [{ kind: 'promql' as const, query: 'a / nanoarb_pnl' }],
    };
    const overview = {
      title: 'All',
      panels: [panel('P&L', 'nanoarb_pnl'), panel('Queries', 'pg_queries_total'), promql],
    };
    const own = { title: 'mine', panels: [panel('P&L', 'nanoarb_pnl')] };
    const board = chooseBoard(
      { names: ['a'], exposition: engine },
      {
        programs,
        own: [
          { title: 'mine', board: own, for: ['a'] },
          { title: 'All', board: overview, for: ['nanoarb_pnl', 'pg_queries_total'], ofSeveral: true },
          {
            title: 'db',
            board: { title: 'db', panels: [panel('Queries', 'pg_queries_total')] },
            for: ['pg_queries_total'],
            ofSeveral: true,
          },
        ],
      },
    );
    expect(board.panels.map(({ title }) => title)).toEqual(['P&L', 'P&L (All)', 'Ratio']);
    expect(board.notDrawn).toEqual([{ title: 'Queries', reason: 'the program has none of its metrics' }]);
  });

  it('knows a Prometheus server', () => {
    const server = parseExposition('# TYPE prometheus_tsdb_head_series gauge\nprometheus_tsdb_head_series 5\n');
    expect(chooseBoard({ names: ['p'], exposition: server }, { programs }).title).toBe('prometheus');
  });
});

describe('automaticBoard', () => {
  it('shows of a web service its requests, latencies, own gauges and process', () => {
    const page = maricuscoMetrics(3_600_000, 1_700_000_000_000, 12, 5e8, {
      postgres: true,
      redis: false,
      chromadb: true,
    });
    const board = automaticBoard('app', parseExposition(page));
    expect(board.panels.map(({ title, unit }) => `${title} (${unit})`)).toEqual([
      'http requests/s (count)',
      'maricusco agent runs/s (count)',
      'http request duration seconds (seconds)',
      'maricusco dependency up (count)',
      'process CPU (percent)',
      'process memory (bytes)',
      'process up since (time)',
    ]);
  });

  it('leaves the innards of runtimes aside, unless there is nothing else', () => {
    const board = automaticBoard(
      'x',
      parseExposition('# TYPE go_goroutines gauge\ngo_goroutines 5\n# TYPE own gauge\nown 1\n'),
    );
    expect(board.panels.map(({ title }) => title)).toEqual(['own']);
    expect(automaticBoard('x', parseExposition('# TYPE go_goroutines gauge\ngo_goroutines 5\n')).panels).toHaveLength(
      1,
    );
    expect(automaticBoard('x', parseExposition('')).panels).toEqual([]);
  });
});

describe('the profiles of known programs', () => {
  const boardOf = (page: string) =>
    chooseBoard({ names: ['x'], exposition: parseExposition(page) }, { programs: builtInProfiles() });
  const panels = (page: string) => boardOf(page).panels.map(({ title, unit }) => `${title} (${unit})`);

  it('show of a host what an operator asks for, as far as the page has it', () => {
    const page = [
      '# TYPE node_cpu_seconds_total counter\nnode_cpu_seconds_total{cpu="0",mode="idle"} 9\nnode_cpu_seconds_total{cpu="0",mode="user"} 1',
      '# TYPE node_load1 gauge\nnode_load1 0.5\n# TYPE node_load5 gauge\nnode_load5 0.4',
      '# TYPE node_memory_MemAvailable_bytes gauge\nnode_memory_MemAvailable_bytes 5e9',
      '# TYPE node_network_receive_bytes_total counter\nnode_network_receive_bytes_total{device="eth0"} 5',
      '# TYPE node_context_switches_total counter\nnode_context_switches_total 1e9\n',
    ].join('\n');
    expect(panels(page)).toEqual([
      'CPU busy (ratio)',
      'CPU by mode (ratio)',
      'Load (count)',
      'Memory available (bytes)',
      'Network received (bytes/s)',
    ]);
    expect(boardOf(page).panels[2]?.exprs).toEqual([
      { kind: 'value', metric: 'node_load1', legend: 'load1' },
      { kind: 'value', metric: 'node_load5', legend: 'load5' },
    ]);
  });

  it.each([
    ['redis_up', 'redis-exporter'],
    ['pg_up', 'postgres-exporter'],
    ['nginx_up', 'nginx'],
    ['traefik_config_reloads_total', 'traefik'],
    ['rabbitmq_build_info', 'rabbitmq'],
    ['cadvisor_version_info', 'cadvisor'],
  ])('know by %s that it is %s', (metric, title) => {
    expect(boardOf(`${metric} 1\n`).title).toBe(title);
  });

  it.each([
    ['go_goroutines 5\n', 'Goroutines (count)'],
    ['nodejs_version_info 1\nnodejs_eventloop_lag_p99_seconds 0.01\n', 'Event loop lag (seconds)'],
    ['jvm_memory_used_bytes{area="heap"} 5\n', 'Heap (bytes)'],
    [
      '# TYPE python_gc_collections_total counter\npython_gc_collections_total{generation="0"} 5\n',
      'Garbage collections/s (count)',
    ],
  ])('add what the runtime tells: %j', (page, title) => {
    expect(panels(`# TYPE own_queue gauge\nown_queue 5\n${page}`)).toEqual(['own queue (count)', title]);
  });

  it('are not a board of another program of which a dashboard has one metric', () => {
    const dashboard = {
      title: 'Monitor',
      for: ['node_load1', 'a', 'b', 'c'],
      ofSeveral: true,
      board: { title: 'Monitor', panels: [panel('Load', 'node_load1'), panel('Files', 'process_open_fds')] },
    };
    const page = 'node_load1 1\nnode_uname_info 1\nprocess_open_fds 5\n';
    const board = chooseBoard(
      { names: ['x'], exposition: parseExposition(page) },
      { own: [dashboard], programs: builtInProfiles() },
    );
    expect(board.panels.map(({ title }) => title)).toEqual(['Load', 'Load (Monitor)']);
    expect(board.notDrawn).toEqual([{ title: 'Files', reason: 'the program has none of its metrics' }]);
  });
});

describe('automaticBoard of moments, durations and summaries', () => {
  const page = parseExposition(`# TYPE orders_total counter
orders_total{side="buy"} 6
# TYPE orders_created gauge
orders_created{side="buy"} 1.7684685021234567e+09
# TYPE req_seconds summary
req_seconds_count 4
req_seconds_sum 2
# TYPE req_seconds_created gauge
req_seconds_created 1.7684685e+09
# TYPE last_deploy_time_seconds gauge
last_deploy_time_seconds 1.7684685e+09
# TYPE response_time_seconds gauge
response_time_seconds 0.0421
# TYPE io_time_seconds_total counter
io_time_seconds_total 123456789
# TYPE sent_bytes_total counter
sent_bytes_total 99999999999
# TYPE position gauge
position 7
`);

  it('draws no moment, and counts events before bytes and time', () => {
    expect(automaticBoard('x', page).panels.map(({ title, unit }) => `${title} (${unit})`)).toEqual([
      'orders/s (count)',
      'sent bytes/s (bytes/s)',
      'io time seconds/s (ratio)',
      'req seconds observed/s (count)',
      'response time seconds (seconds)',
      'position (count)',
    ]);
  });
});

describe('unitOf', () => {
  it.each([
    ['response_time_seconds', 'gauge', 0.04, 'seconds'],
    ['last_scrape_connect_time_seconds', 'gauge', 2e-5, 'seconds'],
    ['last_success_time_seconds', 'gauge', 1.7e9, 'time'],
    ['disk_io_time_seconds_total', 'counter', 1.7e9, 'seconds'],
    ['request_time_seconds', 'histogram', 1.7e9, 'seconds'],
    ['process_start_time_seconds', 'gauge', 0, 'seconds'],
    ['orders_created', 'gauge', 1.7e9, 'time'],
    ['orders_created', 'gauge', 12, 'count'],
    ['last_trade_timestamp_seconds', 'gauge', 1.7e9, 'time'],
  ] as const)('%s, a %s of %d, counts %s', (name, type, value, unit) => {
    expect(unitOf({ name, unit: '', type }, value)).toBe(unit);
  });

  it.each([
    ['nanoarb_event_latency_ns', 'ns'],
    ['http_request_duration_seconds', 'seconds'],
    ['process_start_time_seconds', 'time'],
    ['sent_bytes_total', 'bytes'],
    ['cache_hit_ratio', 'ratio'],
    ['nanoarb_pnl', 'dollars'],
    ['seconds_to_go', 'count'],
  ])('%s counts %s', (name, unit) => {
    expect(unitOf({ name, unit: '' })).toBe(unit);
  });

  it('believes a UNIT line', () => {
    expect(unitOf({ name: 'x', unit: 'seconds' })).toBe('seconds');
  });
});
