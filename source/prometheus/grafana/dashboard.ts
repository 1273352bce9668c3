import { errorMessage } from '../../lib/error.ts';
import { parseJson } from '../../lib/json.ts';
import type { Unit } from '../../lib/value.ts';
import type { PanelView } from '../board.ts';
import { type Json, list, record, string } from './json.ts';
import { classicOf } from './new-format.ts';
import { grafanaUnit } from './units.ts';
import { readVariables, type Variable } from './variables.ts';

/** Reads a Grafana dashboard's JSON: panels that can be drawn in a terminal, and the others with the reason. */

export type NotDrawn = { title: string; reason: string };

/** A panel as written, with variables in its queries and title. */
export type DashboardPanel = {
  title: string;
  unit: Unit;
  view: PanelView;
  help: string;
  limits: readonly number[];
  queries: readonly { query: string; legend: string }[];
  /** The variable by which the panel is repeated. */
  repeat: string;
};

export type Dashboard = {
  title: string;
  variables: readonly Variable[];
  panels: readonly DashboardPanel[];
  notDrawn: readonly NotDrawn[];
};

/** How panels are drawn, by their type. */
const VIEWS: Readonly<Record<string, PanelView>> = {
  graph: 'lines',
  'graph-old': 'lines',
  timeseries: 'lines',
  trend: 'lines',
  barchart: 'bars',
  stat: 'lines',
  singlestat: 'lines',
  'grafana-singlestat-panel': 'lines',
  gauge: 'lines',
  bargauge: 'bars',
  piechart: 'bars',
  'grafana-piechart-panel': 'bars',
  'vonage-status-panel': 'table',
  table: 'table',
  'table-old': 'table',
  heatmap: 'heatmap',
  histogram: 'histogram',
  'state-timeline': 'states',
  'status-history': 'states',
  'grafana-polystat-panel': 'table',
};

const REASONS: Readonly<Record<string, string>> = {
  text: 'only text',
  logs: 'logs are in the logs pane',
  dashlist: 'a list of dashboards',
  alertlist: 'a list of alerts',
  news: 'news',
  nodeGraph: 'a graph of nodes',
  geomap: 'a map',
};

/**
 * `text` is the file's content: a Grafana export ({title, panels}), an answer of its API ({dashboard: …}), a resource of Grafana
 * 12 and 13, or rows with panels inside. Throws an Error that says why it is not a dashboard.
 */
export function readDashboard(text: string, name: string): Dashboard {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${errorMessage(error)}`);
  }
  const root = classicOf(record(json));
  if (!Array.isArray(root.panels) && !Array.isArray(root.rows))
    throw new Error('it has no panels: it is not a Grafana dashboard');
  const elements =
    list(root.__elements ?? []).length > 0 ? list(root.__elements) : Object.values(record(root.__elements));
  const library = new Map(elements.map(record).map((one) => [string(one.uid), record(one.model)]));
  const panels: DashboardPanel[] = [];
  const notDrawn: NotDrawn[] = [];
  for (const one of flattened([...list(root.panels), ...list(root.rows)])) {
    const read = readPanel(one, library);
    if ('reason' in read) notDrawn.push(read);
    else panels.push(read);
  }
  return { title: string(root.title) || name, variables: readVariables(root), panels, notDrawn };
}

/** Panels in order; a collapsed row contains its own panels, and a repeated row repeats its panels. */
function flattened(panels: readonly unknown[]): Json[] {
  return panels.flatMap((panel) => {
    const one = record(panel);
    const inside = list(one.panels);
    const { repeat } = one;
    if (inside.length > 0)
      return flattened(inside).map((each) => (repeat && !each.repeat ? { ...each, repeat } : each));
    return one.type === 'row' ? [] : [one];
  });
}

function readPanel(own: Json, library: ReadonlyMap<string, Json>): DashboardPanel | NotDrawn {
  const shared = record(own.libraryPanel);
  const model = library.get(string(shared.uid));
  if (string(shared.uid) !== '' && model === undefined && string(own.type) === '') {
    const name = string(shared.name) || string(shared.uid);
    return { title: string(own.title) || name, reason: `library panel ${name}: it is not in this file` };
  }
  const panel = { ...model, ...own };
  const type = string(panel.type);
  const title = string(panel.title) || string(shared.name) || `(${type || 'panel'})`;
  const view = VIEWS[type];
  if (view === undefined) {
    return { title, reason: REASONS[type] ?? `panels of type ${type || 'unknown'} are not drawn` };
  }
  const asked = list(panel.targets)
    .map(record)
    .filter((target) => target.hide !== true);
  const queries = asked.flatMap((target) => {
    const query = string(target.expr).trim();
    return query === '' ? [] : [{ query, legend: string(target.legendFormat) }];
  });
  const source = otherSource(panel, asked);
  if (queries.length === 0 || source !== '') return { title, reason: source || 'it asks no Prometheus' };
  const defaults = record(record(panel.fieldConfig).defaults);
  const unit =
    unitOfBuckets(panel) ||
    string(defaults.unit) ||
    string(panel.format) ||
    string(record(list(panel.yaxes)[0]).format);
  const help = string(panel.description);
  return {
    title,
    unit: grafanaUnit(unit),
    view: view === 'bars' && asked.some(({ format }) => format === 'heatmap') ? 'histogram' : view,
    help,
    limits: limitsOf(defaults),
    queries,
    repeat: string(panel.repeat),
  };
}

/** A heatmap stores the unit of its values with its axis. */
function unitOfBuckets({ type, options, yAxis }: Json): string {
  if (type !== 'heatmap') return '';
  return string(record(record(options).yAxis).unit) || string(record(yAxis).format);
}

/** Sources whose queries are also in `expr` but are not PromQL. */
const OTHERS = /^(loki|cloudwatch|tempo|elasticsearch|__expr__|victoriametrics-logs-datasource)$/i;

function otherSource(panel: Json, targets: readonly Json[]): string {
  const types = [panel, ...targets].map(({ datasource }) => string(record(datasource).type) || string(datasource));
  const found = types.find((type) => OTHERS.test(type));
  return found === undefined ? '' : `it asks ${found}, not Prometheus`;
}

/** Thresholds that are drawn as lines. */
function limitsOf(defaults: Json): readonly number[] {
  const style = string(record(record(defaults.custom).thresholdsStyle).mode);
  if (!style.includes('line')) return [];
  return list(record(defaults.thresholds).steps).flatMap((step) => {
    const { value } = record(step);
    return typeof value === 'number' ? [value] : [];
  });
}
