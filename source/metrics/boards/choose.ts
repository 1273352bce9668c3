import type { Board, Panel } from '../../prometheus/board.ts';
import type { Exposition } from '../../prometheus/exposition/exposition.ts';
import type { Expr } from '../../prometheus/expr.ts';
import type { ProgramScope } from '../../prometheus/grafana/board.ts';
import { isServerMade, metricNames } from '../../prometheus/promql-names.ts';
import { automaticBoard } from './automatic.ts';

/** A board from the settings and its target: a container's or service's name, or a metric of the program. */
export type NamedBoard = {
  title: string;
  board: Board | ((program: ProgramScope) => Board);
  for: readonly string[];
  /** A dashboard may cover several programs: each gets the panels for which it has metrics. */
  ofSeveral?: boolean;
};

/** A known program, and the metrics any of which shows that it is this one. */
type KnownBoard = { board?: Board; has: readonly string[]; runtime?: boolean };

/** The sources of boards: settings, dashboards and profiles. */
export type Boards = { own?: readonly NamedBoard[]; programs?: readonly KnownBoard[] };

/** The program for which a board is chosen: its names, its page, and its labels on a Prometheus server. */
export type ForProgram = { names: readonly string[]; exposition: Exposition; scope?: ProgramScope };

/**
 * The board of an endpoint: from the settings, else the program's profile, else generated. A dashboard that is mainly about other programs
 * only adds panels. A profile's thresholds apply whatever the board shows.
 */
export function chooseBoard(program: ForProgram, { own = [], programs = [] }: Boards = {}): Board {
  const { names, exposition, scope = { server: false } } = program;
  const fitting = programs.filter(({ board, has: some }) => board && some.some((name) => has(exposition, name)));
  const found = fitting.find(({ runtime }) => !runtime)?.board;
  const known = found && { ...found, panels: presentPanels(found.panels, exposition) };
  const set = boardsFor(program, own).map((one) => {
    const made = typeof one.board === 'function' ? one.board(scope) : one.board;
    const isMain = !one.ofSeveral || shareOf(one, exposition) >= MAIN;
    return { isMain, board: one.ofSeveral ? partFor(made, exposition, scope, isMain) : made };
  });
  const boards = set.filter(({ board }) => board.panels.length + (board.notDrawn?.length ?? 0) > 0);
  const hasMain = boards.some(({ isMain, board }) => isMain && board.panels.length > 0);
  const base = hasMain ? undefined : (known ?? withRuntimes(program, fitting));
  const merged = boards.map(({ board }) => board).reduce<Board | undefined>(joined, base);
  const { activity, thresholds, latencies } = known ?? {};
  return { title: names[0] ?? 'metrics', panels: [], ...merged, activity, thresholds, latencies };
}

/** A generated board, with the panels of the program's runtime if that is known. */
function withRuntimes({ names, exposition }: ForProgram, fitting: readonly KnownBoard[]): Board {
  const made = automaticBoard(names[0] ?? 'metrics', exposition);
  const taken = new Set(made.panels.flatMap(({ exprs }) => exprs.flatMap(namesOf)));
  const more = fitting.flatMap(({ runtime, board }) =>
    runtime && board ? presentPanels(board.panels, exposition) : [],
  );
  const others = more.filter(({ exprs }) => !exprs.flatMap(namesOf).some((name) => taken.has(name)));
  return { ...made, panels: [...made.panels, ...others] };
}

/** The profile's panels that have metrics on the page, as versions differ. */
function presentPanels(panels: readonly Panel[], exposition: Exposition): Panel[] {
  return panels.flatMap((panel) => {
    const exprs = panel.exprs.filter((expr) => namesOf(expr).some((name) => has(exposition, name)));
    return exprs.length === 0 ? [] : [{ ...panel, exprs }];
  });
}

/** A dashboard with this share of its metrics on a page is about that program. */
const MAIN = 0.5;

function shareOf({ for: names }: NamedBoard, exposition: Exposition): number {
  return names.filter((name) => has(exposition, name)).length / Math.max(1, names.length);
}

/** The boards of the settings that match a program. */
export function boardsFor({ names, exposition }: ForProgram, own: readonly NamedBoard[]): readonly NamedBoard[] {
  return own.filter((one) => one.for.some((name) => names.includes(name) || has(exposition, name)));
}

/** Metrics of nearly every program, which identify none. */
export function isCommon(metric: string): boolean {
  return /^(up|go_|process_|python_|jvm_|nodejs_|scrape_|promhttp_|net_conntrack_)/.test(metric);
}

/** By the family's name, or that of its samples. */
function has({ families }: Exposition, name: string): boolean {
  return families.has(name) || families.has(name.replace(/_(total|bucket|sum|count)$/, ''));
}

function partFor(board: Board, exposition: Exposition, scope: ProgramScope, isMain: boolean): Board {
  const isOwn = (name: string) => (isMain || !isCommon(name)) && has(exposition, name);
  const whyNot = ({ exprs }: Panel): string | undefined => {
    const others = exprs.flatMap((expr) => otherJob(expr, scope) ?? []);
    if (others.length === exprs.length) return `it is about job ${others[0]}`;
    const names = exprs.flatMap(namesOf);
    // Metrics that are on no page, such as recorded rules and ALERTS: only a server has them.
    const isRule = exprs.some(({ kind }) => kind === 'promql') && names.every(isServerMade);
    if (names.some(isOwn) || (isMain && isRule)) return undefined;
    return 'the program has none of its metrics';
  };
  const judged = board.panels.map((panel) => ({ panel, reason: whyNot(panel) }));
  const notDrawn = judged.flatMap(({ panel: { title }, reason }) => (reason === undefined ? [] : [{ title, reason }]));
  return {
    ...board,
    panels: judged.flatMap(({ panel, reason }) => (reason === undefined ? [panel] : [])),
    notDrawn: [...(board.notDrawn ?? []), ...notDrawn],
  };
}

/** The job that a query names, if it is not the program's. */
function otherJob(expr: Expr, { target }: ProgramScope): string | undefined {
  if (expr.kind !== 'promql' || target === undefined) return undefined;
  const jobs = [...expr.query.matchAll(/\bjob\s*=\s*"([^"]*)"/g)].map((match) => match[1]);
  return jobs.length > 0 && !jobs.includes(target.job) ? jobs[0] : undefined;
}

function namesOf(expr: Expr): readonly string[] {
  return expr.kind === 'promql' ? metricNames(expr.query) : [expr.metric];
}

/** Joins panels; a title is unique on a board. */
function joined(first: Board | undefined, next: Board): Board {
  if (first === undefined) return next;
  const taken = new Set(first.panels.map(({ title }) => title));
  const panels = next.panels.map((panel) =>
    taken.has(panel.title) ? { ...panel, title: `${panel.title} (${next.title})` } : panel,
  );
  return {
    title: `${first.title}, ${next.title}`,
    panels: [...first.panels, ...panels],
    notDrawn: [...(first.notDrawn ?? []), ...(next.notDrawn ?? [])],
  };
}
