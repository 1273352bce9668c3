import type { Board } from '../board.ts';
import type { Exposition } from '../exposition.ts';
import { automaticBoard } from './automatic.ts';
import { nanoarbBoard } from './nanoarb.ts';
import { prometheusBoard } from './prometheus.ts';

/** A board from the settings and whom it is for: a container's or service's name, or a metric that the program has. */
export type NamedBoard = { board: Board; for: readonly string[] };

/** The board of an endpoint: from the settings, else of a known program, else made for it. */
export function chooseBoard(names: readonly string[], exposition: Exposition, own: readonly NamedBoard[] = []): Board {
  const set = own.find((one) => one.for.some((name) => names.includes(name) || exposition.families.has(name)));
  if (set !== undefined) return set.board;
  if (exposition.families.has('nanoarb_pnl') || exposition.families.has('nanoarb_position')) return nanoarbBoard;
  if (exposition.families.has('prometheus_tsdb_head_series')) return prometheusBoard;
  return automaticBoard(names[0] ?? 'metrics', exposition);
}
