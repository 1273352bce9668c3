import { expect, it } from 'vitest';
import { theme } from '../../../test/metrics/fixture.ts';
import { width as widthOf } from '../../lib/text.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import { endpointRows, listedEndpoints } from './endpoint-rows.ts';

const NOW = 1_000_000;

function status(part: Partial<EndpointStatus>, url = 'http://127.0.0.1:9090/metrics', name = 'engine'): EndpointStatus {
  return {
    endpoint: { id: url, name, url, origin: 'settings', isServer: false, guess: false },
    state: 'up',
    lastScrape: NOW - 3000,
    duration: 12,
    samples: 97,
    openMetrics: false,
    lineErrors: [],
    lineErrorCount: 0,
    notes: [],
    ...part,
  };
}

const rows = (all: readonly EndpointStatus[], selected: number, width = 80, height = 12) =>
  endpointRows(listedEndpoints(all, []), selected, { width, height, now: NOW, theme }).map((row) =>
    row.replace(/\u001b\[\d+m/g, ''),
  );

it('masks a password, wherever an address is shown', () => {
  const url = 'http://ops:hunter2@127.0.0.1:9090/metrics';
  const all = [status({}, url, url), status({ state: 'down', error: `${url}: refused` }, `${url}?token=abc123def`)];
  const text = [0, 1].flatMap((selected) => rows(all, selected, 160)).join('\n');
  expect(text).toContain('http://ops:********@127.0.0.1:9090/metrics');
  expect(text).not.toMatch(/hunter2|abc123def/);
});

it('says all of the selected one below, when its row is too short for it', () => {
  const errors = [{ line: 7, message: 'the value is no number' }];
  const broken = status({ lineErrors: errors, lineErrorCount: 3, notes: ['2 native histogram samples were skipped'] });
  const list = rows([status({}), broken], 1);
  expect(list).toHaveLength(12);
  for (const row of list) expect(widthOf(row)).toBeLessThanOrEqual(80);
  const below = list.slice(-2).map((row) => row.slice(3));
  expect(below.join('')).toContain(
    'http://127.0.0.1:9090/metrics (settings); 2 native histogram samples were skipped; 3 broken lines, the first: 7: the value is no number',
  );
  expect(rows([status({}), broken], 0, 120)).toHaveLength(3);
});

it('stays at the selected one of many', () => {
  const many = Array.from({ length: 40 }, (_, n) => status({}, `http://127.0.0.1:${n}/metrics`, `e${n}`));
  const list = rows(many, 30, 120, 8);
  expect(list).toHaveLength(8);
  expect(list.join('\n')).toMatch(/ e30 /);
});
