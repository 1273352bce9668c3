import type { Result } from './measures.ts';
import type { Spread } from './statistics.ts';

export type Machine = { cpus: number; model?: string; node: string; load: number; noise: number };
/** What a run of the bench found; the committed one is docs/benchmarks/last.json. */
export type Report = { date: string; machine: Machine; results: readonly Result[] };

type Row = {
  name: string;
  digits: number;
  value(result: Result): number | undefined;
  range?(result: Result): Spread | undefined;
};

const spreadRow = (name: string, digits: number, range: (result: Result) => Spread | undefined): Row => ({
  name,
  digits,
  value: (result) => range(result)?.median,
  range,
});

/** Less is better in every row. */
const ROWS: readonly Row[] = [
  spreadRow('exec to first frame with names, ms', 0, ({ firstFrameMs }) => firstFrameMs),
  spreadRow('idle CPU, % of one CPU', 2, ({ idleCpuPercent }) => idleCpuPercent),
  spreadRow('resident memory, MiB', 0, ({ residentMiB }) => residentMiB),
  spreadRow('bytes a second to the terminal', 0, ({ bytesPerSecond }) => bytesPerSecond),
  spreadRow('load caused in the engine, %', 2, ({ enginePercent }) => enginePercent),
  { name: 'key to frame p50, ms', digits: 1, value: ({ keyMs }) => keyMs.p50 },
  { name: 'key to frame p95, ms', digits: 1, value: ({ keyMs }) => keyMs.p95 },
  { name: 'key to frame p99, ms', digits: 1, value: ({ keyMs }) => keyMs.p99 },
];

/**
 * A table in Markdown: a row for each measure of each setup, with the least and the most of the repeats, and its ratio to the run before
 * where that had it (below 1 is better now).
 */
export function table(results: readonly Result[], before: readonly Result[] = []): string[] {
  const lines = results.flatMap((result) => {
    const last = before.find(({ setup }) => setup === result.setup);
    return ROWS.flatMap((row) => {
      const value = row.value(result);
      if (value === undefined || Number.isNaN(value)) return [];
      const range = row.range?.(result);
      const text = `${value.toFixed(row.digits)}${range ? ` (${range.least.toFixed(row.digits)}–${range.most.toFixed(row.digits)})` : ''}`;
      return [`| ${result.setup} | ${row.name} | ${text} | ${ratio(value, last && row.value(last))} |`];
    });
  });
  return ['| setup | measure | median (least–most) | ÷ last run |', '|---|---|---|---|', ...lines];
}

function ratio(now: number, before: number | undefined): string {
  return before === undefined || !(before > 0) ? '-' : (now / before).toFixed(2);
}
