/** What is read from a program's samples: a selection of series and what is made of them. */

export type Selection = {
  /** Name of the samples; of a histogram its family, without `_bucket`. */
  metric: string;
  /** Labels that must match; a value between slashes is a regular expression over the whole value. */
  where?: Readonly<Record<string, string>>;
  /** Labels that must not match, written alike. */
  not?: Readonly<Record<string, string>>;
};

/** How the series of a selection become lines. */
export type Grouping = {
  /** One line for each set of these labels. Without it: every series is a line for `value`, all are one for the others. */
  by?: readonly string[];
  /** Of a rate or quantile: every series, or every histogram, is a line of its own. */
  each?: boolean;
};

export type Reduce = 'sum' | 'min' | 'max' | 'avg';

/** `legend`: a name for all lines, or one with labels in it: `{{method}}`. */
export type Expr = { legend?: string } & (
  | (Selection & Grouping & { kind: 'value'; reduce?: Reduce; scale?: number })
  /** Per second times `scale`: 60 is per minute. `window` in ms, by default one minute. */
  | (Selection & Grouping & { kind: 'rate'; window?: number; scale?: number })
  /** `histogram_quantile(q, sum by (by, le) (rate(metric_bucket[window])))`. */
  | (Selection & Grouping & { kind: 'quantile'; q: number; window?: number; scale?: number })
  /** Only a real Prometheus server evaluates this. */
  | { kind: 'promql'; query: string }
);
