import { guarded } from '../../lib/guarded.ts';
import { type Filled, fillQuery, type Scope } from './fill.ts';
import { type Meaning, meaningOf, type Variable } from './variables.ts';

/** Values of query variables, which only a Prometheus server knows. */

/** The query of a variable: one of Grafana's functions for Prometheus. */
export type VariableQuery =
  | { kind: 'label_values'; label: string; selector?: string }
  | { kind: 'label_names' }
  | { kind: 'query_result'; query: string };

/** The server's answer; undefined until it is known. */
export type AskServer = (query: VariableQuery) => readonly string[] | undefined;

/** More values would be useless in a terminal. */
const MOST = 200;
/** Limit of CPU time (ms) for matching a dashboard's regular expression against all values. */
const MATCH_TIMEOUT_MS = 100;

/** Resolves the variables of a dashboard; the server is queried for a variable when it is needed. */
export function meanings(
  variables: ReadonlyMap<string, Variable>,
  ask: AskServer | undefined,
  target: Scope['target'],
): (name: string) => Meaning | undefined {
  const open = new Set<string>();
  const valuesOf = (variable: Variable): readonly string[] | undefined => {
    // A variable that depends on itself has no values.
    if (ask === undefined || open.has(variable.name)) return undefined;
    open.add(variable.name);
    try {
      const filled = fillQuery(variable.query ?? '', { meaning, ...(target === undefined ? {} : { target }) });
      const query = queryOf(filled);
      const values = query && ask(query);
      return values && matching(values, variable, query).slice(0, MOST);
    } finally {
      open.delete(variable.name);
    }
  };
  const meaning = (name: string): Meaning | undefined => {
    const variable = variables.get(name);
    const known = variable && meaningOf(variable);
    if (variable?.type !== 'query' || known === undefined || !known.all) return known;
    return { ...known, values: () => valuesOf(variable), filtered: (variable.regex ?? '') !== '' };
  };
  return meaning;
}

function queryOf(filled: Filled): VariableQuery | undefined {
  if ('open' in filled) return undefined;
  const [, name = '', inside = ''] = /^\s*(\w+)\(([\s\S]*)\)\s*$/.exec(filled.query) ?? [];
  if (name === 'query_result') return { kind: 'query_result', query: inside.trim() };
  if (name === 'label_names') return { kind: 'label_names' };
  if (name === 'metrics') return { kind: 'label_values', label: '__name__', selector: namedLike(inside.trim()) };
  if (name !== 'label_values') return undefined;
  const comma = inside.lastIndexOf(',');
  const label = inside.slice(comma + 1).trim();
  const selector = inside.slice(0, Math.max(0, comma)).trim();
  if (!/^[a-zA-Z_]\w*$/.test(label)) return undefined;
  return { kind: 'label_values', label, ...(selector === '' ? {} : { selector }) };
}

function namedLike(pattern: string): string {
  return `{__name__=~".*(?:${pattern.replace(/^"|"$/g, '').replaceAll('"', '\\"')}).*"}`;
}

/** The values that the variable's regular expression matches, or its capture group if it has one. */
function matching(values: readonly string[], { regex = '' }: Variable, query: VariableQuery | undefined): string[] {
  const [, inner = regex, flags = ''] = /^\/([\s\S]*)\/([gimsu]*)$/.exec(regex) ?? [];
  const whole = query?.kind === 'query_result' ? values : [...values].sort();
  if (inner === '') return [...new Set(whole)];
  try {
    const pattern = new RegExp(inner, flags.replace('g', ''));
    const found = guarded(MATCH_TIMEOUT_MS, () => whole.map((value) => pattern.exec(value)));
    return [...new Set(found.flatMap((match) => match?.groups?.value ?? match?.[1] ?? match?.[0] ?? []))];
  } catch {
    return [...whole];
  }
}
