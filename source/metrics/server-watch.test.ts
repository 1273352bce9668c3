import { expect, it } from 'vitest';
import { fakeClock } from '../../test/fake-clock.ts';
import type { Alert, PrometheusServer } from '../prometheus/server.ts';
import { createTheme } from '../ui/theme.ts';
import { ServerLines } from './server-lines.ts';
import { ServerWatch, serverRows } from './server-watch.ts';
import { VariableValues } from './variable-values.ts';

const theme = createTheme({ level: 0, ascii: false });
const alert = (name: string, state: Alert['state'], activeAt: number): Alert => ({
  name,
  state,
  labels: { alertname: name },
  annotations: { summary: `${name} \u001b[31mis bad` },
  activeAt,
  value: 1,
});

function server(part: Partial<PrometheusServer>): PrometheusServer {
  const nothing = async () => {
    throw new Error('not asked for');
  };
  return {
    query: nothing,
    queryRange: nothing,
    labelValues: nothing,
    labelNames: nothing,
    alerts: async () => [],
    targets: async () => [],
    url: 'http://server',
    ...part,
  };
}

it('reports alerts that start and stop firing, and shows what is wrong', async () => {
  const clock = fakeClock();
  let alerts: Alert[] = [alert('Slow', 'pending', clock.now())];
  const received: string[] = [];
  const asked = server({
    alerts: async () => alerts,
    targets: async () => [
      { job: 'a', instance: 'x', url: 'http://x/metrics', health: 'down', duration: 1, error: 'refused' },
      { job: 'b', instance: 'y', url: 'http://y/metrics', health: 'up', duration: 1, error: '' },
    ],
  });
  const watch = new ServerWatch(clock, asked, {
    changed: () => {},
    alert: (_, { level, text }) => void received.push(`${level} ${text}`),
  });
  await clock.advance(14_000);
  expect(serverRows(watch.facts, clock.now(), theme)).toEqual([
    'alerts: 0 firing, 1 pending · targets: 1 of 2 up',
    '▲ pending for 14s: Slow: Slow is bad',
    '✖ target a http://x/metrics: refused',
  ]);
  alerts = [alert('Slow', 'firing', clock.now())];
  await clock.advance(15_000);
  alerts = [];
  await clock.advance(15_000);
  expect(received).toEqual(['bad alert Slow: Slow is bad', 'good alert Slow no longer fires']);
  watch.close();
  await clock.advance(60_000);
  expect(clock.waiting()).toBe(0);
});

it('says why the server does not answer, and how old what it said is', async () => {
  const clock = fakeClock();
  let down = false;
  const asked = server({
    alerts: async () => {
      if (down) throw new Error('connection refused');
      return [];
    },
  });
  const watch = new ServerWatch(clock, asked, { changed: () => {}, alert: () => {} });
  await clock.settle();
  expect(serverRows(watch.facts, clock.now() + 60_000, theme)).toEqual([
    'alerts: 0 firing, 0 pending · targets: 0 of 0 up (1m old)',
  ]);
  down = true;
  await clock.advance(15_000);
  expect(serverRows(watch.facts, clock.now(), theme)).toEqual([
    '✖ connection refused',
    'alerts: 0 firing, 0 pending · targets: 0 of 0 up (15s old)',
  ]);
  watch.close();
});

it('asks for lines when they are looked at, once at a time, and shows an error as one', async () => {
  const clock = fakeClock();
  const asked: string[] = [];
  let changes = 0;
  const answering = server({
    queryRange: async (query, { from, to }) => {
      asked.push(query);
      if (query === 'wrong(') throw new Error('parse error');
      return {
        type: 'matrix',
        warnings: [],
        series: [{ labels: { job: 'j', path: '/a' }, times: [from, to], values: [1, 2] }],
      };
    },
  });
  const lines = new ServerLines(clock, () => {
    changes += 1;
  });
  const span = { from: clock.now() - 60_000, to: clock.now(), columns: 3 };
  expect(lines.lines(answering, 'a', span)).toEqual([]);
  expect(lines.lines(answering, 'a', span)).toEqual([]);
  await clock.settle();
  expect(asked).toEqual(['a']);
  expect(changes).toBe(1);
  expect(lines.lines(answering, 'a', span)).toEqual([{ legend: '/a', values: Float64Array.of(1, 1, 2) }]);
  lines.lines(answering, 'wrong(', span);
  await clock.settle();
  expect(lines.lines(answering, 'wrong(', span)).toEqual([{ legend: 'parse error', values: [] }]);
  expect(lines.lines(undefined, 'a', span)[0]?.legend).toBe('needs a Prometheus server');
  lines.close();
});

it('asks for the peaks between columns that are far apart', async () => {
  const clock = fakeClock();
  const asked: string[] = [];
  const answering = server({
    queryRange: async (query, { from }) => {
      asked.push(query);
      const value = query.startsWith('max') ? 9 : query.startsWith('min') ? 1 : 5;
      const labels = { ...(value === 5 ? { __name__: 'a' } : {}), path: '/a' };
      return { type: 'matrix', warnings: [], series: [{ labels, times: [from], values: [value] }] };
    },
  });
  const lines = new ServerLines(clock, () => {});
  const span = { from: clock.now() - 300_000, to: clock.now(), columns: 6 };
  lines.lines(answering, 'a', span);
  await clock.settle();
  expect(asked).toEqual(['a', 'min_over_time((a)[60s:])', 'max_over_time((a)[60s:])']);
  const [line] = lines.lines(answering, 'a', span);
  expect([line?.low?.[0], line?.values[0], line?.high?.[0]]).toEqual([1, 5, 9]);
  lines.close();
});

it('asks for the values of a variable once, again when they are old, and reports new ones only', async () => {
  const clock = fakeClock();
  const asked: string[] = [];
  let answer = ['b', 'a'];
  let arrived = 0;
  const values = new VariableValues(clock, () => {
    arrived += 1;
  });
  const ask = values.asking(
    server({
      labelValues: async (label, selector) => {
        asked.push(`${label} of ${selector}`);
        return answer;
      },
    }),
  );
  const query = { kind: 'label_values', label: 'device', selector: 'disk' } as const;
  const settled = () => new Promise((done) => setImmediate(done));
  expect([ask(query), ask(query)]).toEqual([undefined, undefined]);
  await settled();
  expect(ask(query)).toEqual(['b', 'a']);
  await clock.advance(400_000);
  ask(query);
  await settled();
  expect([asked, arrived]).toEqual([['device of disk', 'device of disk'], 1]);
  answer = ['c'];
  await clock.advance(400_000);
  ask(query);
  await settled();
  expect([ask(query), arrived, values.revision]).toEqual([['c'], 2, 2]);
  // A server that refuses leaves them unknown.
  const refusing = values.asking({ ...server({}), url: 'http://other' });
  refusing(query);
  await settled();
  expect(refusing(query)).toBeUndefined();
});
