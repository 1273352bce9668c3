import { describe, expect, it } from 'vitest';
import { ExpositionParser } from './exposition/parser.ts';
import { History } from './history.ts';
import type { EndpointStatus } from './scraper.ts';
import { burnQueries, type Slo, sloReadings } from './slo.ts';
import { Watcher } from './watcher.ts';

const OPEN = Date.UTC(2026, 10, 27, 3, 45);
const MINUTE = 60_000;
const SESSION = 375 * MINUTE;
const slo: Slo = {
  title: 'orders',
  bad: 'orders_total',
  total: 'orders_total',
  where: { venue: 'NSE' },
  badWhere: { status: '/5../' },
  objective: 99.5,
  warn: 2,
  critical: 6,
  session: (now) => (now >= OPEN && now < OPEN + SESSION ? OPEN : undefined),
};

/** A program that takes ten orders a second, of which `failing` percent fail at each minute of the session. */
function trading(minutes: number, failing: (minute: number) => number) {
  const history = new History();
  const parser = new ExpositionParser();
  const watcher = new Watcher({ intervalMs: 15_000, slos: [slo], format: (value) => value.toFixed(1) });
  const texts: string[] = [];
  let [good, bad] = [0, 0];
  for (let second = 0; second <= minutes * 60; second += 15) {
    const share = failing(second / 60) / 100;
    good += 150 * (1 - share);
    bad += 150 * share;
    const at = OPEN + second * 1000;
    history.record(
      parser.parse(
        `# TYPE orders_total counter
orders_total{venue="NSE",status="200"} ${good}
orders_total{venue="NSE",status="503"} ${bad}
orders_total{venue="BSE",status="503"} ${good}
`,
      ),
      at,
    );
    for (const { to, text } of watcher.check({ ...up, lastScrape: at }, { title: '', panels: [] }, history, at))
      texts.push(`${second / 60} ${to} ${text}`);
  }
  const now = OPEN + minutes * MINUTE;
  return { texts, values: sloReadings(slo, history, now).map(([, value]) => value) };
}

const up: EndpointStatus = {
  endpoint: { id: 'e', name: 'engine', url: '', origin: 'label', isServer: false, guess: false },
  state: 'up',
  lastScrape: OPEN,
  samples: 3,
  openMetrics: true,
  lineErrors: [],
  lineErrorCount: 0,
  notes: [],
};

describe('an error budget', () => {
  it('burns at rate 1 if exactly the allowed share of events fails', () => {
    const { values, texts } = trading(60, () => 0.5);
    expect(values[0]).toBeCloseTo(1, 2);
    expect(values[1]).toBeCloseTo(100, 0);
    expect(texts.filter((text) => text.includes('burn rate'))).toEqual([]);
  });

  it('becomes warn and critical by both windows, and recovers soon after the failures', () => {
    // Half an hour of calm, twenty minutes in which 8 percent fail, and calm again.
    const { texts } = trading(120, (minute) => (minute >= 30 && minute < 50 ? 8 : 0));
    const burns = texts.filter((text) => /burn/.test(text));
    expect(burns.map((text) => text.replace(/^[\d.]+ /, ''))).toEqual([
      expect.stringMatching(/^warn orders: burn rate of the error budget \d\.\d, above 2\.0$/),
      expect.stringMatching(/^critical orders: burn rate of the error budget \d\.\d, above 6\.0$/),
      expect.stringMatching(/^warn /),
      'ok orders: the error budget burns no faster than it may',
    ]);
    const ended = Number(burns.at(-1)?.split(' ')[0]);
    expect(ended).toBeGreaterThan(50);
    expect(ended).toBeLessThan(56);
  });

  it('is evaluated only within the session', () => {
    const history = new History();
    history.record(new ExpositionParser().parse('orders_total{venue="NSE",status="503"} 5\n'), OPEN + SESSION);
    expect(sloReadings(slo, history, OPEN + SESSION).map(([, value]) => value)).toEqual([0, 0]);
  });

  it('is not evaluated for a program without the metric', () => {
    const history = new History();
    history.record(new ExpositionParser().parse('up 1\n'), OPEN);
    expect(sloReadings(slo, history, OPEN)).toEqual([]);
  });
});

it('queries a server for the same rates', () => {
  expect(burnQueries(slo)[0]).toBe(
    '(sum by (job, instance) (rate(orders_total{venue="NSE",status=~"5.."}[5m])) / sum by (job, instance) (rate(orders_total{venue="NSE"}[5m]))) / 0.005',
  );
});
