import { describe, expect, it } from 'vitest';
import { maricuscoMetrics } from '../../simulator/metrics/maricusco.ts';
import { nanoarbMetrics } from '../../simulator/metrics/nanoarb.ts';
import { parseExposition } from '../parser.ts';
import { unitOf } from '../units.ts';
import { automaticBoard } from './automatic.ts';
import { chooseBoard } from './choose.ts';

describe('chooseBoard', () => {
  it('knows the trading engine by its metrics, and takes a board of the settings first', () => {
    const engine = parseExposition(nanoarbMetrics(3_600_000, 'x'));
    expect(chooseBoard(['whatever'], engine).title).toBe('nanoarb');
    const own = { title: 'mine', panels: [] };
    expect(chooseBoard(['nanoarb'], engine, [{ board: own, for: ['nanoarb'] }])).toBe(own);
    expect(chooseBoard(['x'], engine, [{ board: own, for: ['nanoarb_pnl'] }])).toBe(own);
    expect(chooseBoard(['x'], engine, [{ board: own, for: ['y'] }]).title).toBe('nanoarb');
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

describe('unitOf', () => {
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
