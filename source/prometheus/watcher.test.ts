import { expect, it } from 'vitest';
import { nanoarbMetrics } from '../simulator/metrics/nanoarb.ts';
import { nanoarbBoard } from './boards/nanoarb.ts';
import { History } from './history.ts';
import { ExpositionParser } from './parser.ts';
import type { EndpointStatus } from './scraper.ts';
import { Watcher } from './watcher.ts';

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

it('tells a latency that is far above its own baseline, and not one that has always been so', () => {
  const history = new History();
  const parser = new ExpositionParser();
  const watcher = new Watcher({ intervalMs: 5_000, format: (value) => String(Math.round(value)) });
  const told: string[] = [];
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
    told.push(
      ...watcher
        .check({ ...up, lastScrape: at }, nanoarbBoard, history, at)
        .map(({ text, to }) => `${scrape} ${to} ${text}`),
    );
  }
  expect(told).toEqual([expect.stringMatching(/^109\d warn inference p99 20\d{4}, above \d+ for 60 s$/)]);
  expect(watcher.level('e', 'baseline nanoarb_inference_latency_ns')).toBe('warn');
});

it('tells a scrape that fails for long, once, and only of an endpoint that has answered', () => {
  const watcher = new Watcher({ intervalMs: 5_000, format: (value, unit) => `${value} ${unit}` });
  const down: EndpointStatus = { ...up, state: 'down', downSince: START };
  const check = (status: EndpointStatus, seconds: number) =>
    watcher.check(status, nanoarbBoard, new History(), START + seconds * 1000).map(({ text }) => text);
  expect(check(down, 10)).toEqual([]);
  expect(check(down, 40)).toEqual(['engine: metrics have not been read for 40 seconds, above 30 seconds']);
  expect(check(down, 50)).toEqual([]);
  expect(check({ ...down, lastScrape: undefined }, 60)).toEqual([]);
  expect(check(up, 70)).toEqual(['engine: metrics have not been read for is well again: 0 seconds']);
});
