/** The part of a history that a chart shows: `columns` values from `from` to `to` (milliseconds since the epoch). */
export type Span = { from: number; to: number; columns: number };
