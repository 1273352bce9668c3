import { expect, it } from 'vitest';
import { builtInProfiles } from '../metrics/profiles.ts';
import { nanoarbMetrics } from '../simulator/metrics/nanoarb.ts';
import { ExpositionParser } from './exposition/parser.ts';
import { History } from './history.ts';
import type { EndpointStatus } from './scraper.ts';
import type { Threshold } from './thresholds.ts';
import { Watcher } from './watcher.ts';

const nanoarb = builtInProfiles().find(({ name }) => name === 'nanoarb')?.board ?? { title: '', panels: [] };

const START = 1_700_000_000_000;
const endpoint = { id: 'e', name: 'engine', url: '', origin: 'label', isServer: false, guess: false } as const;
const up: EndpointStatus = {
  endpoint,
  state: 'up',
  lastScrape: START,
  samples: 97,
  openMetrics: true,
  lineErrors: [],
  lineErrorCount: 0,
  notes: [],
};

it('reports a latency far above its own baseline, but not one that has always been high', () => {
  const history = new History();
  const parser = new ExpositionParser();
  const watcher = new Watcher({ intervalMs: 5_000, format: (value) => String(Math.round(value)) });
  const received: string[] = [];
  // Slow observations are counted in the bucket of 204.8 µs and above: all that come after an hour and a half.
  let slow = 0;
  for (let scrape = 0; scrape < 1200; scrape += 1) {
    if (scrape > 1080) slow += 2000;
    const page = nanoarbMetrics(3_600_000 + scrape * 5_000, 'x').replace(
      /^(nanoarb_inference_latency_ns_(?:bucket\{le="(?:204800|409600|819200|1638400|3276800|6553600|13107200|26214400|52428800)\.0"\}|bucket\{le="\+Inf"\}|count)) (\d+)$/gm,
      (_, name: string, count: string) => `${name} ${Number(count) + slow}`,
    );
    const at = START + scrape * 5_000;
    history.record(parser.parse(page), at);
    received.push(
      ...watcher
        .check({ ...up, lastScrape: at }, nanoarb, history, at)
        .map(({ text, to }) => `${scrape} ${to} ${text}`),
    );
  }
  expect(received).toEqual([expect.stringMatching(/^109\d warn inference p99 20\d{4}, above \d+ for 60 s$/)]);
  const standing = watcher.thresholdStatuses('e').find(({ threshold }) => threshold.title === 'inference p99');
  expect(standing).toMatchObject({
    watch: { level: 'warn' },
    threshold: { from: 'built-in', note: '5 times its own median of the last hour' },
  });
});

it('reports a scrape that keeps failing once, and only if the endpoint has answered before', () => {
  const watcher = new Watcher({ intervalMs: 5_000, format: (value, unit) => `${value} ${unit}` });
  const down: EndpointStatus = { ...up, state: 'down', downSince: START };
  const check = (status: EndpointStatus, seconds: number) =>
    watcher.check(status, nanoarb, new History(), START + seconds * 1000).map(({ text }) => text);
  expect(check(down, 10)).toEqual([]);
  expect(check(down, 40)).toEqual(['scrapes of engine have failed for 40 seconds, above 30 seconds']);
  expect(check(down, 50)).toEqual([]);
  expect(check(up, 70)).toEqual(['scrapes of engine work again']);
  expect(check({ ...down, lastScrape: undefined }, 200)).toEqual([]);
});

it('restarts a changed threshold, and forgets a removed one', () => {
  const history = new History();
  history.record(new ExpositionParser().parse('nanoarb_position 20\n'), START);
  let mine: Threshold[] = [];
  const watcher = new Watcher({ intervalMs: 5_000, format: String, thresholds: () => mine });
  const board = { title: '', panels: [] };
  const check = (seconds: number) =>
    watcher.check(up, board, history, START + seconds * 1000).map(({ from, to }) => `${from} > ${to}`);
  const levels = () => watcher.thresholdStatuses('e').map(({ threshold, watch }) => `${threshold.id} ${watch.level}`);
  const above = (warn: number): Threshold => {
    const expr = { kind: 'value', metric: 'nanoarb_position' } as const;
    return { id: 'key p', from: 'key', title: 'p', unit: 'count', bad: 'above', warn, forMs: 0, expr };
  };
  mine = [above(10)];
  expect(check(0)).toEqual(['ok > warn']);
  mine = [above(30)];
  expect([check(1), levels()]).toEqual([[], ['scrape ok', 'key p ok']]);
  mine = [above(15), { ...above(5), id: 'other', expr: { kind: 'value', metric: 'not_there' } }];
  expect(check(2)).toEqual(['ok > warn']);
  expect(watcher.check({ ...up, state: 'down', downSince: START }, board, history, START + 3000)).toEqual([]);
  expect(levels()).toEqual(['scrape ok', 'key p warn']);
  mine = [];
  expect([check(4), levels()]).toEqual([[], ['scrape ok']]);
  watcher.keep(new Set());
  expect(levels()).toEqual([]);
});
