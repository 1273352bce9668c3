import { type Json, list, record, string } from './json.ts';

/** The dashboards of Grafana 12 and 13, which are Kubernetes-like resources, converted to the classic JSON. */

/**
 * The classic JSON of any dashboard: of an answer of the API its `dashboard`, of a resource its `spec`, of one of schema version 2 its
 * elements in the order of the layout.
 */
export function classicOf(root: Json): Json {
  const dashboard = record(root.dashboard ?? root);
  const spec = record(dashboard.spec);
  if (spec.elements === undefined) return spec.panels === undefined && spec.rows === undefined ? dashboard : spec;
  const elements = record(spec.elements);
  const names = [...new Set([...placed(spec.layout), ...Object.keys(elements)])];
  return {
    title: spec.title,
    panels: names.flatMap((name) => (name in elements ? [panelOf(record(elements[name]))] : [])),
    templating: { list: list(spec.variables).map((one) => variableOf(record(one))) },
  };
}

/** Names of the elements in a layout, whatever it nests: grids, rows, tabs. */
function placed(layout: unknown): string[] {
  if (Array.isArray(layout)) return layout.flatMap(placed);
  const one = record(layout);
  if (one.kind === 'ElementReference') return [string(one.name)];
  return Object.values(one)
    .filter((value) => typeof value === 'object')
    .flatMap(placed);
}

function panelOf({ kind, spec: given }: Json): Json {
  const spec = record(given);
  if (kind === 'LibraryPanel') return { title: spec.title, libraryPanel: record(spec.libraryPanel) };
  const config = record(spec.vizConfig);
  const queries = list(record(record(spec.data).spec).queries).map((query) => record(record(query).spec));
  const type = string(config.group) || (config.kind === 'VizConfig' ? '' : string(config.kind));
  return {
    title: spec.title,
    description: spec.description,
    type,
    fieldConfig: record(config.spec).fieldConfig,
    targets: queries.map(({ query, hidden }) => {
      const { spec: asked, group, kind: word } = record(query);
      const source = string(group) || (word === 'DataQuery' ? '' : string(word));
      return { ...record(asked), hide: hidden, ...(source === '' ? {} : { datasource: { type: source } }) };
    }),
  };
}

const VARIABLE = /^(\w+)Variable$/;

function variableOf({ kind, spec }: Json): Json {
  const type = VARIABLE.exec(string(kind))?.[1]?.toLowerCase() ?? '';
  const one = record(spec);
  const asked = record(record(one.query).spec);
  return { ...one, type: type === 'text' ? 'textbox' : type, query: string(one.query) || string(asked.query) };
}
