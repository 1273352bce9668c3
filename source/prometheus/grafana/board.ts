import type { Board, Panel } from '../board.ts';
import type { Expr } from '../expr.ts';
import { isServerMade } from '../promql-names.ts';
import { readShape } from '../promql-shapes.ts';
import { type AskServer, meanings } from './asked-values.ts';
import type { Dashboard, DashboardPanel, NotDrawn } from './dashboard.ts';
import { fillQuery, fillText, type Scope, variablesIn } from './fill.ts';
import type { Meaning, Variable } from './variables.ts';

/** Converts a dashboard into a board for one program. */

/** What is known about the selected program and its Prometheus server. */
export type ProgramScope = {
  /** A server can be queried. */
  server: boolean;
  /** The server's labels for the program; undefined if it does not scrape it. */
  target?: { job: string; instance: string };
  /** Values of a label on the program's metrics page. */
  labelValues?(label: string, metric: string | undefined): readonly string[];
  /** Values that the server knows. */
  ask?: AskServer;
};

/** Maximum number of copies of a repeated panel. */
const MOST_COPIES = 12;

/** Contains every panel that can be drawn for the program; each of the others has a reason. */
export function boardOf(dashboard: Dashboard, program: ProgramScope): Board & { notDrawn: readonly NotDrawn[] } {
  const variables = new Map(dashboard.variables.map((variable) => [variable.name, variable]));
  const meaning = meanings(variables, program.ask, program.target);
  const panels: Panel[] = [];
  const notDrawn: NotDrawn[] = [...dashboard.notDrawn];
  for (const panel of dashboard.panels) {
    for (const copy of copiesOf(panel, variables, meaning, program)) {
      const made = panelOf(panel, copy, program);
      if ('reason' in made) notDrawn.push(made);
      else panels.push(unique(made, panels));
    }
  }
  return { title: dashboard.title, panels, notDrawn };
}

type Meanings = (name: string) => Meaning | undefined;

/** A repeated panel becomes one panel per value of its variable, if these are known. */
function copiesOf(
  { repeat, title }: DashboardPanel,
  variables: ReadonlyMap<string, Variable>,
  meaning: Meanings,
  { labelValues }: ProgramScope,
): { meaning: Meanings; suffix: string }[] {
  const repeated = variables.get(repeat);
  const labels = repeated?.labels;
  const known = meaning(repeat);
  const own = () => labels && labelValues?.(labels.label, labels.metric);
  const values = known === undefined || known.all ? (known?.values?.() ?? own()) : known.values;
  if (repeated === undefined || values === undefined || values.length < 2) return [{ meaning, suffix: '' }];
  return values.slice(0, MOST_COPIES).map((value) => ({
    meaning: (name) => (name === repeat ? { all: false, values: [value] } : meaning(name)),
    suffix: variablesIn(title).includes(repeat) ? '' : ` ${value}`,
  }));
}

function panelOf(
  panel: DashboardPanel,
  { meaning, suffix }: { meaning: Meanings; suffix: string },
  program: ProgramScope,
): Panel | NotDrawn {
  const title = (fillText(panel.title, { meaning }) || panel.title) + suffix;
  const made = panel.queries.map((one) => expression(one, meaning, program));
  const exprs = made.flatMap((one) => ('reason' in one ? [] : [one]));
  const failed = made.find((one) => 'reason' in one);
  if (failed !== undefined && 'reason' in failed && exprs.length === 0) return { title, reason: failed.reason };
  const all = panel.queries.flatMap(({ query }) => variablesIn(query)).filter((name) => meaning(name)?.all);
  const part = failed !== undefined && 'reason' in failed ? `a part is not drawn: ${failed.reason}` : '';
  const firsts = panel.queries.flatMap(({ query }) => firstsOf(query, meaning));
  const whole = all
    .filter((name) => !firsts.some((first) => first.startsWith(`${name}: `)))
    .map((name) => `${name}: all`);
  const notes = [part, panel.help, ...new Set([...firsts, ...whole])].filter(Boolean);
  return {
    title,
    unit: panel.unit,
    exprs,
    ...(panel.view === 'lines' ? {} : { view: panel.view }),
    ...(notes.length === 0 ? {} : { help: notes.join('; ') }),
    ...(panel.limits.length === 0 ? {} : { limits: panel.limits }),
  };
}

/** Variables whose first value only is used in a query. */
function firstsOf(query: string, meaning: Meanings): readonly string[] {
  const filled = fillQuery(query, { meaning });
  return 'open' in filled ? [] : filled.firsts;
}

/**
 * A query for the server that scrapes the program, as only it can evaluate any query; else what the console can compute from the program's
 * own page.
 */
function expression(
  { query, legend }: { query: string; legend: string },
  meaning: Meanings,
  { server, target }: ProgramScope,
): Expr | { reason: string } {
  const name = legendOf(legend, { meaning });
  const own = fillQuery(query, { meaning });
  if ('open' in own) return { reason: `it needs a variable: ${own.open}` };
  const shape = /\$__(range|interval|from|to)/.test(own.query)
    ? undefined
    : readShape(own.query.replaceAll('$__rate_interval', '1m'));
  const isOwn = shape !== undefined && shape.kind !== 'promql' && !isServerMade(shape.metric);
  if (isOwn && target === undefined) return { ...shape, ...name };
  if (!server) return { reason: `it needs a Prometheus server${aboutWhom(own.query)}` };
  const asked = fillQuery(query, { meaning, ...(target === undefined ? {} : { target }) });
  return 'open' in asked
    ? { reason: `it needs a variable: ${asked.open}` }
    : { kind: 'promql', query: asked.query, ...name };
}

function aboutWhom(query: string): string {
  const match = /\b(job|instance)\s*=~?\s*"([^"]*)"/.exec(query);
  return match === null ? '' : `: it is about ${match[1]} ${match[2]}`;
}

function legendOf(legend: string, scope: Scope): { legend?: string } {
  const text = legend === '__auto' ? '' : fillText(legend, scope);
  return text === '' ? {} : { legend: text };
}

function unique(panel: Panel, before: readonly Panel[]): Panel {
  const same = before.filter(({ title }) => title === panel.title || title.startsWith(`${panel.title} (`)).length;
  return same === 0 ? panel : { ...panel, title: `${panel.title} (${same + 1})` };
}
