import { type Json, list, record, string } from './json.ts';

/** The variables of a dashboard, such as `$job` in its queries. */

export type Variable = {
  name: string;
  /** query, custom, interval, constant, textbox, datasource, adhoc … */
  type: string;
  /** The saved value, or all values listed in the file; empty if only a query knows them. */
  values: readonly string[];
  /** All values are chosen. */
  all: boolean;
  /** A pattern for "all values", if the author gave one. */
  allValue?: string;
  /** The metric and label whose values it lists: `label_values(metric, label)`. */
  labels?: { metric?: string; label: string };
  /** Its query, which may contain variables, and the regular expression that its values must match. */
  query?: string;
  regex?: string;
};

/**
 * The values of a variable. Undefined: only Grafana knows them. For all values of a query: the values, if the server has answered, and
 * whether it leaves some of them out.
 */
export type Meaning =
  | { all: true; pattern?: string; values?: () => readonly string[] | undefined; filtered?: boolean }
  | { all: false; values: readonly string[] };

/** Grafana's name for all values. */
const ALL = new Set(['$__all', 'All']);

export function readVariables(root: Json): Variable[] {
  const inputs = list(root.__inputs)
    .map(record)
    .filter(({ type, value }) => type === 'constant' && typeof value === 'string')
    .map(({ name, value }) => ({ name: string(name), type: 'constant', values: [string(value)], all: false }));
  return [...inputs, ...list(record(root.templating).list).map((one) => readVariable(record(one)))];
}

function readVariable(json: Json): Variable {
  const type = string(json.type);
  const saved = [record(json.current).value].flat().flatMap((value) => (typeof value === 'string' ? [value] : []));
  const listed = type === 'query' ? [] : listedValues(json);
  const chosen = saved.filter((value) => value !== '');
  const isAll = chosen.some((value) => ALL.has(value)) || (chosen.length === 0 && json.includeAll === true);
  const allValue = string(json.allValue);
  const labels = type === 'query' ? labelsOf(json) : undefined;
  return {
    name: string(json.name),
    type,
    values: isAll ? listed : chosen.length > 0 ? chosen : json.multi === true ? listed : listed.slice(0, 1),
    all: isAll,
    ...(allValue === '' ? {} : { allValue }),
    ...(labels === undefined ? {} : { labels }),
    ...(type === 'query' ? { query: queryOf(json), regex: string(json.regex) } : {}),
  };
}

/** Values that the file lists itself: `1m,5m` or `one : 1, two : 2`. */
function listedValues(json: Json): string[] {
  const query = string(json.query);
  if (json.type === 'constant' || json.type === 'textbox') return [query];
  const values = query.split(/(?<!\\),/).map((value) => value.replace(/\\,/g, ',').trim());
  return values.map((value) => /^.*? : (.*)$/.exec(value)?.[1] ?? value).filter((value) => value !== '');
}

function queryOf(json: Json): string {
  return string(json.query) || string(record(json.query).query) || string(json.definition);
}

function labelsOf(json: Json): Variable['labels'] {
  const query = queryOf(json);
  const match = /^\s*label_values\(\s*(?:([a-zA-Z_:][\w:]*)[\s\S]*,)?\s*([a-zA-Z_]\w*)\s*\)\s*$/.exec(query);
  if (match?.[2] === undefined) return undefined;
  return { label: match[2], ...(match[1] === undefined ? {} : { metric: match[1] }) };
}

/**
 * Resolves a variable. The saved value of a query comes from its author's machines, so a query variable means all of its values: those of
 * the selected program.
 */
export function meaningOf({ type, values, all, allValue }: Variable): Meaning | undefined {
  const everything: Meaning = { all: true, ...(allValue === undefined ? {} : { pattern: allValue }) };
  if (type === 'query') return everything;
  // Grafana chooses this step by the width of the chart.
  if (type === 'interval') {
    const fixed = values.find((value) => !value.startsWith('$') && value !== 'auto');
    const isAuto = values.length === 0 || values[0] !== fixed;
    return { all: false, values: [isAuto ? '$__rate_interval' : (fixed ?? '$__rate_interval')] };
  }
  if (!['custom', 'constant', 'textbox'].includes(type)) return undefined;
  if (all) return allValue === undefined && values.length > 0 ? { all: false, values } : everything;
  return values.length === 0 ? undefined : { all: false, values };
}
