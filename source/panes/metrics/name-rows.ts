import { fit, fitMiddle, safe } from '../../lib/text.ts';
import { formatValue } from '../../lib/value.ts';
import { type MetricName, unitOfMetric } from '../../metrics/metric-names.ts';
import type { Theme } from '../../ui/theme.ts';

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

function nameRow(name: MetricName, selected: boolean, width: number, theme: Theme): string {
  const { source, family, series, value } = name;
  const pinned = source.pinned.some(({ exprs }) =>
    exprs.some((expr) => 'metric' in expr && expr.metric === family.name),
  );
  const shown = series === 1 ? formatValue(value, unitOfMetric(name), theme.ascii) : '';
  const row = `${pinned ? '*' : ' '}${fitMiddle(safe(family.name), nameCells(width), theme.glyph('ellipsis'))} ${fit(family.type, 10)} ${fit(String(series), 6, 'right')} ${fit(shown, 10, 'right')}  ${safe(family.help)}`;
  return theme.paint(selected ? 'cursor' : 'plain', fit(row, width, 'left', theme.glyph('ellipsis')));
}
