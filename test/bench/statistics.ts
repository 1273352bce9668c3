/** The value below which `share` (0–1) of the values lie, by the nearest rank; undefined without values. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export type Spread = { median: number; least: number; most: number; n: number };

export function spread(values: readonly number[]): Spread {
  const at = (share: number) => quantile(values, share) ?? Number.NaN;
  return { median: at(0.5), least: Math.min(...values), most: Math.max(...values), n: values.length };
}
