import type { Board, Panel } from '../../prometheus/board.ts';
import type { Exposition } from '../../prometheus/exposition/exposition.ts';
import type { Expr } from '../../prometheus/expr.ts';
import { metricNames } from '../../prometheus/promql-names.ts';
import { automaticBoard } from './automatic.ts';

/** A board from the settings and whom it is for: a container's or service's name, or a metric that the program has. */
export type NamedBoard = {
  board: Board;
  for: readonly string[];
  /** A dashboard may show several programs: of each it has the panels that the program has metrics for. */
  ofSeveral?: boolean;
};

/** A known program, and the metrics any of which shows that it is this one. */
type KnownBoard = { board?: Board; has: readonly string[] };

/** Where boards come from: the settings and dashboards, and what is known of programs. */
export type Boards = { own?: readonly NamedBoard[]; programs?: readonly KnownBoard[] };

/**
 * The board of an endpoint: what the settings have for it, else that of a known program, else one made for it. What is watched of a
 * known program is watched whatever its board shows.
 */
export function chooseBoard(
  names: readonly string[],
  exposition: Exposition,
  { own = [], programs = [] }: Boards = {},
): Board {
  const known = programs.find(({ board, has: some }) => board && some.some((name) => has(exposition, name)))?.board;
  const set = own.filter((one) => one.for.some((name) => names.includes(name) || has(exposition, name)));
  const boards = set.map(({ board, ofSeveral }) => (ofSeveral ? partFor(board, exposition) : board));
  const merged = boards.filter(({ panels }) => panels.length > 0).reduce<Board | undefined>(joined, undefined);
  if (merged === undefined) return known ?? automaticBoard(names[0] ?? 'metrics', exposition);
  const { activity, thresholds, latencies } = known ?? {};
  return { ...merged, activity, thresholds, latencies };
}

/** By the family's name, or that of its samples. */
function has({ families }: Exposition, name: string): boolean {
  return families.has(name) || families.has(name.replace(/_(total|bucket|sum|count)$/, ''));
}

function partFor(board: Board, exposition: Exposition): Board {
  const isHere = ({ exprs }: Panel) => exprs.some((expr) => namesOf(expr).some((name) => has(exposition, name)));
  const others = board.panels.filter((panel) => !isHere(panel));
  const notDrawn = others.map(({ title }) => ({ title, reason: 'the program has none of its metrics' }));
  return { ...board, panels: board.panels.filter(isHere), notDrawn: [...(board.notDrawn ?? []), ...notDrawn] };
}

function namesOf(expr: Expr): readonly string[] {
  return expr.kind === 'promql' ? metricNames(expr.query) : [expr.metric];
}

/** One after the other; a title is unique on a board. */
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
