/** " Did you mean …?" for a word within one or two typing mistakes of a known one; empty otherwise. */
export function suggestionFor(word: string, known: readonly string[], before = ''): string {
  const most = word.length < 4 ? 1 : 2;
  const near = known
    .map((name) => ({ name, steps: distance(word, name) }))
    .filter(({ steps }) => steps <= most)
    .sort((a, b) => a.steps - b.steps)[0];
  return near ? ` Did you mean ${before}${near.name}?` : '';
}

/** Letters to insert, drop, change or swap (optimal string alignment). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cell = (x: number, y: number) => (x === i ? row[y] : rows[x]?.[y]) ?? 0;
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, cell(i - 2, j - 2) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
