import type { Board, Panel } from '../../prometheus/board.ts';
import type { Exposition, Family } from '../../prometheus/exposition/exposition.ts';
import type { Expr } from '../../prometheus/expr.ts';
import { unitOf } from '../../prometheus/units.ts';

/** A sensible board for a program that nobody knows, from the names and types of what it exposes. */

/** What runtimes and libraries tell about themselves: rarely what an operator decides by. */
const INNARDS =
  /^(go|python|promhttp|prometheus_(sd|tsdb|target|remote|treecache|engine|rule|template|notif|web)|scrape|jvm|net_conntrack|nodejs)_/;

const MOST = { histograms: 4, counters: 6, gauges: 4 };

/** Chosen from one scrape, and stable: the same families in the same order give the same board, whatever their values do. */
export function automaticBoard(title: string, exposition: Exposition): Board {
  const busy = totals(exposition);
  const families = [...exposition.families.values()];
  const own = families.filter(({ name }) => !INNARDS.test(name) && !name.startsWith('process_'));
  const by = (type: Family['type']) => own.filter((family) => family.type === type);
  const busiest = (some: Family[], most: number) =>
    [...some].sort((a, b) => (busy.get(b) ?? 0) - (busy.get(a) ?? 0)).slice(0, most);
  const first = (some: Family[]) => [...some].sort((a, b) => Number(isHttp(b)) - Number(isHttp(a)));
  const panels = [
    ...first(busiest(counters(own), MOST.counters)).map(counterPanel),
    ...first(busiest(by('histogram'), MOST.histograms)).map(histogramPanel),
    ...busiest(by('summary'), 2).map(summaryPanel),
    ...by('gauge')
      .filter((family) => !isStill(family))
      .slice(0, MOST.gauges)
      .map(gaugePanel),
    ...processPanels(exposition),
  ];
  return { title, panels: panels.length > 0 ? panels : families.slice(0, MOST.gauges).map(gaugePanel) };
}

/** What says who somebody is, or when something was, is no line. */
function isStill(family: Family): boolean {
  return family.name.endsWith('_info') || unitOf(family) === 'time';
}

function isHttp({ name }: Family): boolean {
  return /(^|_)http_/.test(name);
}

function counters(families: readonly Family[]): Family[] {
  return families.filter(({ type, name }) => type === 'counter' || (type === 'unknown' && name.endsWith('_total')));
}

/** How much each family has counted: a counter's own value, a histogram's or summary's observations. */
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
  const unit = unitOf(family);
  return panel(family, '/s', unit === 'seconds' ? 'ratio' : unit, [{ kind: 'rate', metric: family.name }]);
}

function histogramPanel(family: Family): Panel {
  const exprs: Expr[] = [0.5, 0.9, 0.99].map((q) => ({ kind: 'quantile', metric: family.name, q }));
  return panel(family, '', unitOf(family), exprs);
}

function summaryPanel(family: Family): Panel {
  return panel(family, '', unitOf(family), [{ kind: 'value', metric: family.name }]);
}

function gaugePanel(family: Family): Panel {
  return panel(family, '', unitOf(family), [{ kind: 'value', metric: family.name }]);
}

/** A panel for any family, by its type: what a pin shows. */
export function panelOf(family: Family): Panel {
  if (family.type === 'histogram') return histogramPanel(family);
  if (family.type === 'summary') return summaryPanel(family);
  return counters([family]).length === 1 ? counterPanel(family) : gaugePanel(family);
}

/** What the client libraries tell of the process, by their common names. */
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
