import type { PaneName } from '../shared/console-state.ts';

export type Rect = { left: number; top: number; width: number; height: number };

/** Below this there is no room for a table and one pane: the console says so instead of drawing rubbish. */
export const SMALLEST = { columns: 60, rows: 15 } as const;

export type Layout = {
  /** Lines of the header; 0: hidden. */
  header: number;
  body: Rect;
  /** Line of crumbs, flash and prompt. */
  footer: Rect;
};

/** Splits the screen into header, body and one line at the bottom. A small screen has a small header. */
export function screenLayout(columns: number, rows: number, options: { header: boolean; banner: boolean }): Layout {
  const wanted = rows >= 30 ? 6 : rows >= 20 ? 3 : 1;
  const header = (options.header ? wanted : 0) + (options.banner ? 1 : 0);
  const body = { left: 0, top: header, width: columns, height: rows - header - 1 };
  return { header, body, footer: { left: 0, top: rows - 1, width: columns, height: 1 } };
}

/**
 * Places of the desk's panes: all four where there is room, else services above one other pane (the focused one, or the
 * one that was focused last).
 */
export function deskLayout(body: Rect, shown: Exclude<PaneName, 'services'>): Partial<Record<PaneName, Rect>> {
  const { left, top, width, height } = body;
  if (width < 100 || height < 24) {
    const upper = Math.max(5, Math.ceil(height * 0.5));
    return {
      services: { left, top, width, height: upper },
      [shown]: { left, top: top + upper, width, height: height - upper },
    };
  }
  const upper = Math.ceil(height * 0.48);
  const lower = height - upper;
  const leftWidth = Math.floor(width * 0.44);
  const health = Math.ceil(lower / 2);
  return {
    services: { left, top, width, height: upper },
    health: { left, top: top + upper, width: leftWidth, height: health },
    metrics: { left, top: top + upper + health, width: leftWidth, height: lower - health },
    logs: { left: left + leftWidth, top: top + upper, width: width - leftWidth, height: lower },
  };
}
