import { useEffect, useState } from 'react';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { INITIAL_VIEW, type LogView } from '../../logs/paging.ts';
import type { LogsFocus } from '../shared/views.ts';

/** Milliseconds before and after a moment that is looked at. */
const AROUND = 5 * 60_000;

/** The part of a log that is read, and the moment in it (ms) where the cursor begins. */
export type Part = {
  range: LogRange;
  moment?: number;
  /** Only the lines of all services that this filter leaves. */
  find?: string;
};

/** Everything that the engine still has. */
export const ALL: LogRange = { kind: 'head', lines: Number.MAX_SAFE_INTEGER };

/** The lines around a moment. */
export function around(moment: number): Part {
  return { range: { kind: 'between', since: moment - AROUND, until: moment + AROUND }, moment };
}

export function useLogPart(lines: number, { moment, previous, find }: LogsFocus): [Part, (part: Part) => void] {
  return useState<Part>(
    find !== undefined
      ? { range: ALL, find }
      : moment === undefined
        ? { range: { kind: previous === true ? 'previous' : 'tail', lines } }
        : around(moment),
  );
}

/** What of a view is kept for the next log. */
export function optionsOf(view: LogView): Partial<LogView> {
  const { wrap, columnLock, formatted, mask, histogram, stamps } = view;
  return { wrap, columnLock, formatted, mask, histogram, stamps };
}

/** Another log begins at its end and without a filter; its head and a span at the first line, one around a moment at that moment. */
export function useNewSubject(
  store: LogStore | undefined,
  { range, moment, find }: Part,
  setView: (change: (before: LogView) => LogView) => void,
): void {
  const first = find === undefined && (range.kind === 'head' || range.kind === 'between');
  useEffect(() => {
    if (!store) return;
    setView((before) => ({ ...INITIAL_VIEW, ...optionsOf(before) }));
    if (!first) return;
    return store.onceRead(() => {
      const line = moment === undefined ? store.buffer.first : store.lineAt(moment);
      if (line !== undefined)
        setView((before) => ({ ...before, follow: false, cursor: line, top: Math.max(0, line - 3), skip: 0 }));
    });
  }, [store, first, moment, setView]);
}
