import { useState } from 'react';

type Scroll = {
  top: number;
  /** `12/40`; empty if everything is visible. */
  place: string;
  /** Scrolls no further than needed to show the rows from `first` to before `end`, or the first of them. */
  show(first: number, end: number): void;
  handlers: Record<'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last', () => void>;
};

/** The scroll position in a text of this many rows; another subject (`of`) starts at its top. */
export function useScroll(of: string, rows: number, page: number): Scroll {
  const [scroll, setScroll] = useState({ of: '', top: 0 });
  const lowest = Math.max(0, rows - page);
  const top = scroll.of === of ? Math.min(scroll.top, lowest) : 0;
  const by = (lines: number) =>
    setScroll((before) => {
      const from = before.of === of ? Math.min(before.top, lowest) : 0;
      return { of, top: Math.max(0, Math.min(lowest, from + lines)) };
    });
  const to = (line: number) => setScroll({ of, top: Math.max(0, Math.min(lowest, line)) });
  return {
    top,
    place: lowest > 0 ? `${Math.min(rows, top + page)}/${rows}` : '',
    show: (first, end) => to(first < top ? first : Math.min(first, Math.max(top, end - page))),
    handlers: {
      up: () => by(-1),
      down: () => by(1),
      pageUp: () => by(-page),
      pageDown: () => by(page),
      first: () => to(0),
      last: () => to(lowest),
    },
  };
}
