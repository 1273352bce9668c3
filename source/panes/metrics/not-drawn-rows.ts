import { safe } from '../../lib/text.ts';
import type { DeskMetrics, MetricSource } from '../../metrics/desk-metrics.ts';
import { type Column, type ListSize, listHead, listRows } from './list-rows.ts';

/** A panel of a dashboard that is not drawn, and why. */
export type NotDrawn = { board: string; title: string; reason: string };

/** From the shown boards, from dashboards that match no program, and from files that could not be read. */
export function notDrawnOf(
  sources: readonly MetricSource[],
  { unplaced, problems }: ReturnType<DeskMetrics['dashboards']>,
): readonly NotDrawn[] {
  return [
    ...sources.flatMap(({ board }) => (board.notDrawn ?? []).map((one) => ({ board: board.title, ...one }))),
    ...unplaced,
    ...problems.map((reason) => ({ board: '-', title: '(file not read)', reason })),
  ];
}

/** The list, scrolled to the selected one. `dashboards`: their total number. */
export function notDrawnRows(
  missing: readonly NotDrawn[],
  selected: number,
  size: ListSize & { dashboards: number },
): string[] {
  const { width, theme, dashboards } = size;
  if (missing.length === 0) {
    const none = 'no Grafana dashboard is set: name files or directories in metrics.dashboards';
    return [theme.paint('dim', dashboards === 0 ? ` ${none}` : ' all panels of the dashboards are drawn')];
  }
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
