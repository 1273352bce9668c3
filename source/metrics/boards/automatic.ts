import type { Board, Panel } from '../../prometheus/board.ts';
import type { Exposition, Family } from '../../prometheus/exposition/exposition.ts';
import type { Expr } from '../../prometheus/expr.ts';
import { rateUnitOf, unitOf } from '../../prometheus/units.ts';

/** Generates a board for an unknown program from the names and types of its metrics. */

/** Metrics of runtimes and libraries about themselves: rarely useful to an operator. */
const INNARDS =
  /^(go|python|promhttp|prometheus_(sd|tsdb|target|remote|treecache|engine|rule|template|notif|web)|scrape|jvm|net_conntrack|nodejs)_/;

const MOST = { histograms: 4, counters: 6, gauges: 4 };

/** Chosen from one scrape, and stable: the same families in the same order give the same board, whatever their values do. */
export function automaticBoard(title: string, exposition: Exposition): Board {
  const counted = totals(exposition);
  const families = [...exposition.families.values()];
  const own = families.filter(({ name }) => !INNARDS.test(name) && !name.startsWith('process_'));
  const by = (type: Family['type']) => own.filter((family) => family.type === type);
  const busiest = (some: Family[], most: number) =>
    [...some].sort((a, b) => kindOf(a) - kindOf(b) || (counted.get(b) ?? 0) - (counted.get(a) ?? 0)).slice(0, most);
  const first = (some: Family[]) => [...some].sort((a, b) => Number(isHttp(b)) - Number(isHttp(a)));
  const panels = [
    ...first(busiest(counters(own), MOST.counters)).map(counterPanel),
    ...first(busiest(by('histogram'), MOST.histograms)).map(histogramPanel),
    ...busiest(by('summary'), 2).map((family) => summaryPanel(family, exposition)),
    ...by('gauge')
      .filter((family) => !isStill(family, exposition))
      .slice(0, MOST.gauges)
      .map((family) => gaugePanel(family, exposition)),
    ...processPanels(exposition),
  ];
  const some = families.filter((family) => !isStill(family, exposition)).slice(0, MOST.gauges);
  return { title, panels: panels.length > 0 ? panels : some.map((family) => gaugePanel(family, exposition)) };
}

/** Identities and timestamps are not drawn as lines. */
function isStill(family: Family, exposition: Exposition): boolean {
  return /_(info|created)$/.test(family.name) || unitOf(family, firstValueOf(family, exposition)) === 'time';
}

/** Events come before amounts and durations: bytes and nanoseconds count faster but say less. */
function kindOf(family: Family): number {
  const unit = unitOf(family);
  return unit === 'count' ? 0 : unit === 'bytes' ? 1 : 2;
}

/** The value of a family's first series. */
function firstValueOf(family: Family, { series, values }: Exposition): number | undefined {
  const index = series.findIndex((one) => one.family === family);
  return index < 0 ? undefined : values[index];
}

function isHttp({ name }: Family): boolean {
  return /(^|_)http_/.test(name);
}

function counters(families: readonly Family[]): Family[] {
  return families.filter(({ type, name }) => type === 'counter' || (type === 'unknown' && name.endsWith('_total')));
}

/** The count of each family: a counter's value, a histogram's or summary's observations. */
function totals({ series, values }: Exposition): Map<Family, number> {
  const sums = new Map<Family, number>();
  series.forEach(({ family, part, cumulative }, index) => {
    const counts = part === 'count' || (cumulative && part !== 'sum' && part !== 'bucket');
    if (counts) sums.set(family, (sums.get(family) ?? 0) + (values[index] ?? 0));
  });
  return sums;
}

/** A family's name as a title: without suffixes that its unit or kind already says. */
function titleOf(name: string): string {
  return name.replace(/(_total)+$/, '').replace(/_/g, ' ');
}

function panel(family: Family, suffix: string, unit: Panel['unit'], exprs: Expr[]): Panel {
  return {
    title: `${titleOf(family.name)}${suffix}`,
    unit,
    exprs,
    ...(family.help === '' ? {} : { help: family.help }),
  };
}

function counterPanel(family: Family): Panel {
  return panel(family, '/s', rateUnitOf(family), [{ kind: 'rate', metric: family.name }]);
}

function histogramPanel(family: Family): Panel {
  const exprs: Expr[] = [0.5, 0.9, 0.99].map((q) => ({ kind: 'quantile', metric: family.name, q }));
  return panel(family, '', unitOf(family), exprs);
}

/** Its quantiles; for a summary without quantiles the number of observations. */
function summaryPanel(family: Family, { series }: Exposition): Panel {
  const hasQuantiles = series.some((one) => one.family === family && one.part === 'quantile');
  if (hasQuantiles) return panel(family, '', unitOf(family), [{ kind: 'value', metric: family.name }]);
  return panel(family, ' observed/s', 'count', [{ kind: 'rate', metric: `${family.name}_count` }]);
}

function gaugePanel(family: Family, exposition: Exposition): Panel {
  const unit = unitOf(family, firstValueOf(family, exposition));
  return panel(family, '', unit, [{ kind: 'value', metric: family.name }]);
}

/** A panel for any family of a page, by its type, as used for pins. */
export function panelOf(family: Family, exposition: Exposition): Panel {
  if (family.type === 'histogram') return histogramPanel(family);
  if (family.type === 'summary') return summaryPanel(family, exposition);
  return counters([family]).length === 1 ? counterPanel(family) : gaugePanel(family, exposition);
}

/** Process metrics of the client libraries, by their common names. */
function processPanels({ families }: Exposition): Panel[] {
  const known: Panel[] = [
    {
      title: 'process CPU',
      unit: 'percent',
      exprs: [{ kind: 'rate', metric: 'process_cpu_seconds_total', scale: 100 }],
    },
    {
      title: 'process memory',
      unit: 'bytes',
      exprs: [{ kind: 'value', metric: 'process_resident_memory_bytes' }],
    },
    { title: 'process open files', unit: 'count', exprs: [{ kind: 'value', metric: 'process_open_fds' }] },
    {
      title: 'process up since',
      unit: 'time',
      exprs: [{ kind: 'value', metric: 'process_start_time_seconds' }],
    },
  ];
  return known.filter(({ exprs }) =>
    exprs.some(
      (expr) =>
        expr.kind !== 'promql' && (families.has(expr.metric) || families.has(expr.metric.replace(/_total$/, ''))),
    ),
  );
}
