import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { container } from '../../test/builders/facts.ts';
import { type MetricsFixture, metricsFixture, theme } from '../../test/metrics/fixture.ts';
import type { ContainerFacts } from '../engine/facts.ts';
import { initialMetrics } from '../panes/metrics/metrics-state.ts';
import { drawn } from '../panes/metrics/metrics-view.ts';

/** A Prometheus server in the stack: what it scrapes becomes an endpoint, and its alerts belong to services. */

const SERVICE = 'com.docker.compose.service';
const PROJECT = 'com.docker.compose.project';

let http: Server;
let api: Record<string, object>;
let asked: string[];
let fixture: MetricsFixture | undefined;

beforeEach(async () => {
  api = { alerts: { alerts: [] }, targets: { activeTargets: [] } };
  asked = [];
  http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const name = pathname.replace('/api/v1/', '');
    asked.push(searchParams.get('query') ?? name);
    response.end(JSON.stringify({ status: 'success', data: api[name] ?? {} }));
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
});
afterEach(() => {
  fixture?.metrics.close();
  http.close();
});

const port = () => (http.address() as AddressInfo).port;

function member(name: string, more: Partial<ContainerFacts> = {}): ContainerFacts {
  return container(`desk-${name}`, {
    labels: { [PROJECT]: 'desk', [SERVICE]: name },
    attachments: [{ network: 'desk', address: `172.18.0.${name.length}`, aliases: [] }],
    ...more,
  });
}

const target = (job: string, url: string) => ({
  labels: { job, instance: new URL(url).host },
  scrapeUrl: url,
  health: 'up',
  lastScrapeDuration: 0.01,
});

/** The desk with a server whose API is the test's own. */
async function desk(...others: ContainerFacts[]): Promise<MetricsFixture> {
  const made = metricsFixture();
  fixture = made;
  const ports = [{ container: 9090, protocol: 'tcp', host: port(), address: '127.0.0.1' }];
  const server = member('prometheus', { image: 'prom/prometheus', ports });
  made.pages.set('desk-prometheus', () => 'up 1\n');
  made.store.dispatch({ type: 'containers', at: made.clock.now(), containers: [server, ...others] });
  await made.run(2);
  // The server is asked over a real connection.
  await expect.poll(() => made.metrics.servers.facts('desk-prometheus:9090/metrics').at).toBeDefined();
  return made;
}

const endpoints = ({ metrics }: MetricsFixture) => metrics.scraper.statuses().map(({ endpoint }) => endpoint);

describe('targets of a server in the stack', () => {
  it('that are containers of the desk have their board without a word; the others are reported with the reason', async () => {
    api.targets = {
      activeTargets: [
        target('app', 'http://app:8000/metrics'),
        target('self', 'http://localhost:9090/metrics'),
        target('node', 'http://10.9.9.9:9100/metrics'),
        target('quiet', 'http://quiet:1/metrics'),
      ],
    };
    const quiet = member('quiet', {
      labels: { [PROJECT]: 'desk', [SERVICE]: 'quiet', 'prometheus.io/scrape': 'false' },
    });
    const app = member('app');
    const made = await desk(app, quiet);
    expect(endpoints(made).map(({ url, origin, scrapedBy }) => [url, origin, scrapedBy?.job])).toEqual([
      [`http://127.0.0.1:${port()}/metrics`, 'well-known port', 'self'],
      ['http://172.18.0.3:8000/metrics', 'Prometheus target', 'app'],
    ]);
    made.pages.set('desk-app', () => '# TYPE jobs gauge\njobs 7\n');
    made.metrics.watch([app.id]);
    await made.run(2);
    expect(made.metrics.sources([app.id])[0]?.board.panels.map(({ title }) => title)).toEqual(['jobs']);
    const world = made.world();
    const view = {
      service: undefined,
      other: undefined,
      metrics: made.metrics,
      world,
      theme,
      now: made.clock.now(),
      focused: true,
    };
    const list = drawn({
      ...view,
      state: { ...initialMetrics, list: { kind: 'endpoints', row: 0 } },
      width: 140,
      height: 10,
    });
    expect(list.rows.join('\n')).toMatch(/desk-app +up .*Prometheus target, target app/);
    expect(list.rows.join('\n')).toMatch(/node +skipped .*no container of this desk is 10\.9\.9\.9:9100/);
    expect(list.rows.join('\n')).toMatch(/quiet +skipped .*its label says not to scrape it/);
  });

  it('are given up when the server no longer has them', async () => {
    api.targets = { activeTargets: [target('app', 'http://app:8000/metrics')] };
    const made = await desk(member('app'));
    expect(endpoints(made)).toHaveLength(2);
    api.targets = { activeTargets: [] };
    await made.clock.advance(15_000);
    await expect.poll(() => endpoints(made).length).toBe(1);
  });

  it('have their own past asked for, and not that of another target', async () => {
    api.targets = {
      activeTargets: [target('app', 'http://app:8000/metrics'), target('app', 'http://other:8000/metrics')],
    };
    const app = member('app');
    const stranger = member('stranger', {
      labels: { [PROJECT]: 'desk', [SERVICE]: 'stranger', 'prometheus.io/port': '1' },
    });
    const made = await desk(app, stranger);
    made.pages.set('desk-app', () => 'jobs 7\n').set('desk-stranger', () => 'jobs 8\n');
    made.metrics.watch([app.id, stranger.id]);
    await made.run(2);
    const now = made.clock.now();
    const span = { from: now - 600_000, to: now, columns: 3 };
    const expr = { kind: 'value', metric: 'jobs' } as const;
    for (const source of made.metrics.sources([app.id, stranger.id])) {
      const lines = [{ legend: '', values: [Number.NaN, Number.NaN, 7] }];
      expect(made.metrics.withPast(expr, source, lines, span)).toHaveLength(1);
    }
    await expect
      .poll(() => asked.filter((query) => query.includes('jobs')))
      .toContain('jobs{job="app",instance="app:8000"}');
    // What no server scrapes has no past at any.
    expect(asked).not.toContain('jobs');
  });

  it('say to which service an alert belongs', async () => {
    api.targets = { activeTargets: [target('app', 'http://app:8000/metrics')] };
    const made = await desk(member('app'));
    const labels = { alertname: 'Slow', job: 'app', instance: 'app:8000' };
    api.alerts = { alerts: [{ labels, annotations: { summary: 'too slow' }, state: 'firing', value: '1' }] };
    await made.clock.advance(15_000);
    await expect
      .poll(() => made.store.get().timeline.find(({ text }) => text.includes('Slow')))
      .toMatchObject({
        level: 'bad',
        serviceId: 'compose:desk/app',
        text: 'alert Slow: too slow',
      });
  });
});

it('PromQL goes to the server of the project', async () => {
  const made = await desk(
    member('app', { labels: { [PROJECT]: 'desk', [SERVICE]: 'app', 'prometheus.io/port': '8000' } }),
  );
  const [, app] = endpoints(made);
  expect(app && made.metrics.servers.of(app)?.url).toBe(`http://127.0.0.1:${port()}`);
});
