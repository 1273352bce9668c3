/** An expression over a program's samples: a selection of series and a function of them. */

export type Selection = {
  /** Name of the samples; of a histogram its family, without `_bucket`. */
  metric: string;
  /** Labels that must match; a value between slashes is a regular expression over the whole value. */
  where?: Readonly<Record<string, string>>;
  /** Labels that must not match, in the same form. */
  not?: Readonly<Record<string, string>>;
};

/** How the series of a selection become lines. */
export type Grouping = {
  /** One line for each set of these labels. Without it, every series is a line for `value`; for the others all series are one line. */
  by?: readonly string[];
  /** For a rate or quantile: every series or histogram is a separate line. */
  each?: boolean;
};

export type Reduce = 'sum' | 'min' | 'max' | 'avg';

/** `legend`: a name for all lines, or a template with labels: `{{method}}`. */
export type Expr = { legend?: string } & (
  | (Selection & Grouping & { kind: 'value'; reduce?: Reduce; scale?: number })
  /** Per second times `scale`: 60 is per minute. `window` in ms, by default one minute. */
  | (Selection & Grouping & { kind: 'rate'; window?: number; scale?: number })
  /** `histogram_quantile(q, sum by (by, le) (rate(metric_bucket[window])))`. */
  | (Selection & Grouping & { kind: 'quantile'; q: number; window?: number; scale?: number })
  /** Only a real Prometheus server evaluates this. */
  | { kind: 'promql'; query: string }
);
