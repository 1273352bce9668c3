import { safe } from '../../lib/text.ts';
import type { MetricSource } from '../../metrics/desk-metrics.ts';
import { type Column, type ListSize, listHead, listRows } from './list-rows.ts';

/** A panel of a dashboard that is not drawn, and why. */
export type NotDrawn = { board: string; title: string; reason: string };

export function notDrawnOf(sources: readonly MetricSource[]): readonly NotDrawn[] {
  return sources.flatMap(({ board }) => (board.notDrawn ?? []).map((one) => ({ board: board.title, ...one })));
}

/** The list, scrolled to the selected one. */
export function notDrawnRows(missing: readonly NotDrawn[], selected: number, size: ListSize): string[] {
  const { width, theme } = size;
  if (missing.length === 0) return [theme.paint('dim', ' all panels of the board are drawn')];
  const columns: readonly Column[] = [
    { name: 'DASHBOARD', cells: Math.max(10, width >> 2) },
    { name: 'PANEL NOT DRAWN', cells: Math.max(16, width >> 2) },
  ];
  const rows = missing.map(({ board, title, reason }) => ({
    cells: [safe(board), safe(title), safe(reason)],
    tone: 'plain' as const,
  }));
  return [listHead(columns, 'WHY', size), ...listRows(columns, rows, selected, size)];
}
