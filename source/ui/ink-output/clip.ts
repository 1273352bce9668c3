/** The part of the screen that may be written; an undefined edge is open. `x2` and `y2` are the first cell outside. */
export type Clip = { x1?: number; x2?: number; y1?: number; y2?: number };

export function isEmpty({ x1, x2, y1, y2 }: Clip): boolean {
  return (x1 !== undefined && x2 !== undefined && x1 >= x2) || (y1 !== undefined && y2 !== undefined && y1 >= y2);
}

/** The intersection of both. */
export function intersect(outer: Clip | undefined, inner: Clip): Clip {
  if (!outer) return inner;
  return {
    x1: edge(outer.x1, inner.x1, Math.max),
    x2: edge(outer.x2, inner.x2, Math.min),
    y1: edge(outer.y1, inner.y1, Math.max),
    y2: edge(outer.y2, inner.y2, Math.min),
  };
}

function edge(a: number | undefined, b: number | undefined, tighter: (a: number, b: number) => number) {
  return a === undefined || b === undefined ? (a ?? b) : tighter(a, b);
}
