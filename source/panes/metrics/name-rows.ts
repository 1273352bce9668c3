import { guarded, TooSlow } from '../../lib/guarded.ts';
import { memoizeByObject } from '../../lib/memoize.ts';
import { PATIENCE_MS, readPattern } from '../../lib/pattern.ts';
import { fit, fitMiddle, safe } from '../../lib/text.ts';
import { formatValue } from '../../lib/value.ts';
import type { MetricSource } from '../../metrics/desk-metrics.ts';
import type { Family } from '../../prometheus/exposition/exposition.ts';
import { unitOf } from '../../prometheus/units.ts';
import type { Theme } from '../../ui/theme.ts';

/** A metric that an endpoint has. */
export type MetricName = {
  source: MetricSource;
  family: Family;
  series: number /** Of its first series. */;
  value: number;
};

/** The search text of the list's state: an expression that took too long is not retried. */
export type NameSearch = { text: string };

const tried = memoizeByObject((_: NameSearch) => ({ tooSlow: false }));

/** All metrics whose name or help contains the text, or matches it as a regular expression; in the endpoint's own order. */
export function metricNames(sources: readonly MetricSource[], search: NameSearch): MetricName[] {
  const pattern = readPattern(search.text, 'i');
  const memory = tried(search);
  if (!('error' in pattern || memory.tooSlow)) {
    try {
      return guarded(PATIENCE_MS, () => namesWith(sources, (text) => pattern.test(text)));
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      memory.tooSlow = true;
    }
  }
  const plain = search.text.toLowerCase();
  return namesWith(sources, (text) => text.toLowerCase().includes(plain));
}

function namesWith(sources: readonly MetricSource[], wanted: (text: string) => boolean): MetricName[] {
  return sources.flatMap((source) => {
    const { exposition } = source.history.latest ?? {};
    if (exposition === undefined) return [];
    const found = new Map<Family, MetricName>();
    exposition.series.forEach(({ family }, index) => {
      const known = found.get(family);
      if (known !== undefined) known.series += 1;
      else if (wanted(family.name) || wanted(family.help)) {
        found.set(family, { source, family, series: 1, value: exposition.values[index] ?? Number.NaN });
      }
    });
    return [...found.values()];
  });
}

/** The list, scrolled to the selected name. */
export function nameRows(
  names: readonly MetricName[],
  selected: number,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  if (names.length === 0) return [theme.paint('dim', ' no metric name matches')];
  const head = ` ${fit('METRIC', nameCells(width))} ${fit('TYPE', 10)} ${fit('SERIES', 6, 'right')} ${fit('VALUE', 10, 'right')}  HELP`;
  const page = Math.max(1, height - 1);
  const at = Math.min(selected, names.length - 1);
  const top = Math.max(0, Math.min(at - (page >> 1), names.length - page));
  const rows = names.slice(top, top + page).map((name, index) => nameRow(name, top + index === at, width, theme));
  return [theme.paint('dim', fit(head, width)), ...rows];
}

function nameCells(width: number): number {
  return Math.max(20, Math.min(50, Math.floor(width * 0.45)));
}

function nameRow(
  { source, family, series, value }: MetricName,
  selected: boolean,
  width: number,
  theme: Theme,
): string {
  const pinned = source.pinned.some(({ exprs }) =>
    exprs.some((expr) => 'metric' in expr && expr.metric === family.name),
  );
  const shown = series === 1 ? formatValue(value, unitOf(family, value), theme.ascii) : '';
  const row = `${pinned ? '*' : ' '}${fitMiddle(safe(family.name), nameCells(width), theme.glyph('ellipsis'))} ${fit(family.type, 10)} ${fit(String(series), 6, 'right')} ${fit(shown, 10, 'right')}  ${safe(family.help)}`;
  return theme.paint(selected ? 'cursor' : 'plain', fit(row, width, 'left', theme.glyph('ellipsis')));
}
