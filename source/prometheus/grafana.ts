import { errorMessage } from '../lib/error.ts';
import { parseJson } from '../lib/json.ts';
import type { Unit } from '../lib/value.ts';
import type { Board, Panel } from './board.ts';
import type { Expr } from './expr.ts';
import { readShape } from './promql-shapes.ts';

/** Reads a Grafana dashboard's JSON: what can be drawn in a terminal becomes a board, the rest is listed with its reason. */

export type NotDrawn = { title: string; reason: string };
export type ImportedBoard = { board: Board; notDrawn: readonly NotDrawn[] };

/** Panels whose data is a line or a number. */
const DRAWN = new Set(['graph', 'timeseries', 'stat', 'singlestat', 'gauge', 'bargauge', 'barchart', 'trend']);

const REASONS: Readonly<Record<string, string>> = {
  heatmap: 'a heatmap has no lines',
  text: 'only text',
  table: 'a table is not a line over time',
  logs: 'logs are in the logs pane',
  dashlist: 'a list of dashboards',
  alertlist: 'a list of alerts',
  news: 'news',
  nodeGraph: 'a graph of nodes',
  piechart: 'a pie has no lines',
  geomap: 'a map',
  row: 'only a heading',
};

/** Grafana's words for units, where a terminal knows the same. */
const UNITS: Readonly<Record<string, Unit>> = {
  ns: 'ns',
  µs: 'us',
  ms: 'ms',
  s: 'seconds',
  bytes: 'bytes',
  decbytes: 'bytes',
  Bps: 'bytes',
  binBps: 'bytes',
  percent: 'percent',
  percentunit: 'ratio',
  currencyUSD: 'dollars',
  celsius: 'celsius',
  dateTimeAsIso: 'time',
};

/**
 * `text` is the file's content. Both what Grafana exports ({title, panels}) and what its API answers ({dashboard: …}) are read, and rows
 * with panels inside. Throws an Error that says why it is no dashboard.
 */
export function readDashboard(text: string, name: string): ImportedBoard {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${errorMessage(error)}`);
  }
  const root = record(record(json).dashboard ?? json);
  if (!Array.isArray(root.panels) && !Array.isArray(root.rows))
    throw new Error('it has no panels: it is not a Grafana dashboard');
  const variables = constants(root);
  const panels: Panel[] = [];
  const notDrawn: NotDrawn[] = [];
  for (const one of flattened([...list(root.panels), ...list(root.rows)])) {
    const read = readPanel(one, variables);
    if ('reason' in read) notDrawn.push(read);
    else panels.push(unique(read, panels));
  }
  return { board: { title: string(root.title) || name, panels }, notDrawn };
}

/** Panels in order; a collapsed row holds its own. */
function flattened(panels: readonly unknown[]): Record<string, unknown>[] {
  return panels.flatMap((panel) => {
    const one = record(panel);
    const inside = list(one.panels);
    if (inside.length > 0) return flattened(inside);
    return one.type === 'row' ? [] : [one];
  });
}

function readPanel(panel: Record<string, unknown>, variables: ReadonlyMap<string, string>): Panel | NotDrawn {
  const type = string(panel.type);
  const title = string(panel.title) || `(${type || 'panel'})`;
  if (!DRAWN.has(type)) return { title, reason: REASONS[type] ?? `panels of type ${type || 'unknown'} are not drawn` };
  const targets = list(panel.targets)
    .map(record)
    .filter((target) => target.hide !== true);
  const queries = targets.flatMap((target) => {
    const query = string(target.expr);
    return query === '' ? [] : [{ query: filled(query, variables), legend: string(target.legendFormat) }];
  });
  if (queries.length === 0) return { title, reason: 'it asks no Prometheus' };
  const open = queries.find(({ query }) => /\$\{?\w+/.test(query));
  if (open !== undefined) return { title, reason: `it needs a variable: ${/\$\{?(\w+)/.exec(open.query)?.[1]}` };
  const defaults = record(record(panel.fieldConfig).defaults);
  const grafanaUnit = string(defaults.unit) || string(panel.format) || string(record(list(panel.yaxes)[0]).format);
  const help = string(panel.description);
  return {
    title,
    unit: UNITS[grafanaUnit] ?? 'count',
    exprs: queries.map(({ query, legend }) => expression(query, legend)),
    ...(help === '' ? {} : { help }),
    ...limitsOf(defaults),
  };
}

/** What the console can compute itself it computes, from its own scrapes; the rest a Prometheus server must answer. */
function expression(query: string, legend: string): Expr {
  const name = legend === '' || legend.includes('{{') || legend === '__auto' ? {} : { legend };
  return { ...(readShape(query) ?? { kind: 'promql', query }), ...name };
}

/** Thresholds above zero that are drawn as lines. */
function limitsOf(defaults: Record<string, unknown>): { limits?: readonly number[] } {
  const style = string(record(record(defaults.custom).thresholdsStyle).mode);
  if (!style.includes('line')) return {};
  const limits = list(record(defaults.thresholds).steps).flatMap((step) => {
    const { value } = record(step);
    return typeof value === 'number' ? [value] : [];
  });
  return limits.length === 0 ? {} : { limits };
}

/** Grafana's own variables that have one sensible meaning here, and those of the dashboard that are constant or have a current value. */
function constants(root: Record<string, unknown>): Map<string, string> {
  const found = new Map([
    ['__rate_interval', '1m'],
    ['__interval', '1m'],
    ['__range', '1h'],
  ]);
  for (const variable of list(record(root.templating).list).map(record)) {
    const { value } = record(variable.current);
    const text = typeof value === 'string' ? value : string(variable.query);
    if (
      ['constant', 'interval', 'custom', 'textbox'].includes(string(variable.type)) &&
      text !== '' &&
      !text.startsWith('$__')
    ) {
      found.set(string(variable.name), text);
    }
  }
  return found;
}

function filled(query: string, variables: ReadonlyMap<string, string>): string {
  return query.replace(
    /\$\{(\w+)(?::\w+)?\}|\$(\w+)/g,
    (whole, braced?: string, bare?: string) => variables.get(braced ?? bare ?? '') ?? whole,
  );
}

function unique(panel: Panel, before: readonly Panel[]): Panel {
  const same = before.filter(({ title }) => title === panel.title || title.startsWith(`${panel.title} (`)).length;
  return same === 0 ? panel : { ...panel, title: `${panel.title} (${same + 1})` };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
