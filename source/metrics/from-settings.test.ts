import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricsFixture } from '../../test/metrics/fixture.ts';
import { loadSettings } from '../settings/load.ts';
import { metricsOptions } from './from-settings.ts';
import { builtInProfiles } from './profiles.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The settings of a file with this text. */
function settings(yaml: string) {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, yaml);
  return loadSettings({ env: { HOME: directory }, flags: {}, file });
}

describe('metricsOptions', () => {
  it('makes boards and thresholds of what the file says', () => {
    const { options, endpoints } = metricsOptions(
      settings(`
metrics:
  every: 2
  prometheus: http://127.0.0.1:9091
  endpoints:
    - { name: native engine, url: "http://127.0.0.1:9090/metrics" }
    - { container: trading/api, port: 8001, path: /m }
  boards:
    - title: API
      for: [api, trading-api]
      panels:
        - { title: Requests, rate: http_requests_total, per: minute, by: [path], where: { code: "/5../" } }
        - { title: Latency, quantile: [0.5, 0.99], of: http_seconds, window: 300, limits: [0.5] }
        - { title: Cash, value: account_pnl, help: what is left }
        - { title: Ratio, promql: a / b, unit: ratio }
  thresholds:
    - { title: slow, quantile: 0.99, of: http_seconds, warn: 0.5, critical: 2, for: 30 }
services:
  docker/nanoarb: { metrics: "http://127.0.0.1:1/metrics" }
`),
    );
    expect(options.scrape).toMatchObject({ intervalMs: 2_000, backgroundMs: 15_000, timeoutMs: 4_000 });
    expect(options.boards).toEqual([
      {
        title: 'API',
        for: ['api', 'trading-api'],
        board: {
          title: 'API',
          panels: [
            {
              title: 'Requests',
              unit: 'count',
              exprs: [
                { kind: 'rate', metric: 'http_requests_total', scale: 60, where: { code: '/5../' }, by: ['path'] },
              ],
            },
            {
              title: 'Latency',
              unit: 'seconds',
              limits: [0.5],
              exprs: [0.5, 0.99].map((q) => ({ kind: 'quantile', metric: 'http_seconds', q, window: 300_000 })),
            },
            { title: 'Cash', unit: 'dollars', help: 'what is left', exprs: [{ kind: 'value', metric: 'account_pnl' }] },
            { title: 'Ratio', unit: 'ratio', exprs: [{ kind: 'promql', query: 'a / b' }] },
          ],
        },
      },
    ]);
    expect(options.thresholds).toEqual([
      {
        id: 'settings 0 slow',
        from: 'settings',
        title: 'slow',
        unit: 'seconds',
        bad: 'above',
        warn: 0.5,
        critical: 2,
        forMs: 30_000,
        expr: { kind: 'quantile', metric: 'http_seconds', q: 0.99 },
      },
    ]);
    expect(endpoints).toEqual([
      { name: 'native engine', url: 'http://127.0.0.1:9090/metrics' },
      { container: 'trading/api', port: 8001, path: '/m' },
      { container: 'docker/nanoarb', url: 'http://127.0.0.1:1/metrics' },
      { name: 'prometheus', url: 'http://127.0.0.1:9091/metrics', isServer: true },
    ]);
  });

  it('reads the profile of a program as it reads its own', () => {
    const { options } = metricsOptions(
      settings(`
metrics:
  profiles:
    - name: quotes
      endpoint: { matches: "quotes?-feed", port: 7100, path: /stats }
      has: [quotes_total]
      activity: { title: quotes, rate: quotes_total, window: 30 }
      panels: [{ title: Quotes/s, rate: quotes_total }]
      thresholds: [{ title: lag, value: quotes_lag_seconds, warn: 2 }]
      latencies: [{ title: quote p99, of: quote_seconds }]
`),
    );
    const [quotes, ...builtIn] = options.profiles ?? [];
    expect(quotes).toMatchObject({
      program: { matches: /quotes?-feed/i, port: 7100, path: '/stats', isServer: false },
      has: ['quotes_total'],
      board: {
        title: 'quotes',
        activity: { name: 'quotes', expr: { kind: 'rate', metric: 'quotes_total', window: 30_000 } },
        thresholds: [{ id: 'quotes lag', from: 'built-in', unit: 'seconds', bad: 'above', warn: 2 }],
        latencies: [{ title: 'quote p99', metric: 'quote_seconds' }],
      },
    });
    expect(builtIn.map(({ name }) => name)).toEqual(builtInProfiles().map(({ name }) => name));
  });

  it.each([
    ['boards: [{ title: a, for: b, panels: [{ title: c }] }]', /exactly one of value, rate/],
    ['boards: [{ title: a, for: b, panels: [{ title: c, value: d, rate: e }] }]', /exactly one of value, rate/],
    ['boards: [{ title: a, for: b, panels: [{ title: c, quantile: 0.5 }] }]', /exactly one of value, rate/],
    ['thresholds: [{ title: a, value: b }]', /needs warn or critical/],
    ['thresholds: [{ title: a, promql: b, warn: 1 }]', /without a server/],
    ['profiles: [{ name: a, endpoint: { matches: "(", port: 1 } }]', /regular expression/],
    ['profiles: [{ name: a, endpoint: { matches: a } }]', /port/],
    ['endpoints: [{ name: a }]', /either url or container/],
    ['endpoints: [{ url: "file:///etc/passwd" }]', /http/],
    ['every: 0', /every/],
  ])('says what is wrong with %s', (yaml, words) => {
    expect(() => settings(`metrics: { ${yaml} }`)).toThrow(words);
  });

  it('takes the example of docs/metrics.md', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const [, yaml = ''] = /```yaml\n(metrics:\n[\s\S]*?)```/.exec(page) ?? [];
    const { options, endpoints } = metricsOptions(settings(yaml));
    const [first] = options.boards ?? [];
    expect(first?.board).toMatchObject({
      panels: [{ title: 'Requests/min' }, { title: 'Latency' }, { title: 'Cash' }, { title: 'Error ratio' }],
    });
    expect(endpoints).toHaveLength(4);
    expect(options.thresholds).toHaveLength(2);
  });

  it('reads Grafana dashboards, files and directories, and reports those that it cannot read', async () => {
    const dashboards = join(directory, 'dashboards');
    mkdirSync(dashboards);
    const panels = [
      { type: 'stat', title: 'P&L', targets: [{ expr: 'my_pnl' }] },
      { type: 'table', title: 'Trades' },
    ];
    writeFileSync(join(dashboards, 'a.json'), JSON.stringify({ title: 'Own', panels }));
    writeFileSync(join(dashboards, 'b.json'), '{');
    writeFileSync(join(dashboards, 'notes.txt'), 'not one');
    const { options } = metricsOptions(settings(`metrics: { dashboards: [${dashboards}, ${directory}/none.json] }`));
    expect(options.boards).toEqual([{ title: 'Own', for: ['my_pnl'], ofSeveral: true, board: expect.any(Function) }]);
    const [own] = options.boards ?? [];
    expect(typeof own?.board === 'function' && own.board({ server: false })).toEqual({
      title: 'Own',
      panels: [{ title: 'P&L', unit: 'count', exprs: [{ kind: 'value', metric: 'my_pnl' }] }],
      notDrawn: [{ title: 'Trades', reason: 'it asks no Prometheus' }],
    });
    const desk = metricsFixture(options);
    expect(desk.store.get().timeline.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^dashboard \S+\/b\.json: it is not JSON/),
      expect.stringMatching(/^dashboard \S+\/none\.json: there is no such file$/),
    ]);
    desk.metrics.close();
  });
});
