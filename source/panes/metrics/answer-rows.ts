import { safe, width as widthOf } from '../../lib/text.ts';
import { exactValue, type Unit } from '../../lib/value.ts';
import { unitOfQuery } from '../../metrics/metric-names.ts';
import type { QueryResult, QuerySeries } from '../../prometheus/server.ts';
import { type Column, type ListSize, listHead, listRows } from './list-rows.ts';

/** The answer of a Prometheus server to a single query. */
export type Answer = {
  query: string;
  unit: Unit;
  /** Not all of a large answer. */
  series: readonly { labels: string; value: number; samples: number }[];
  /** How many there are. */
  total: number;
  /** A string instead of numbers. */
  text?: string;
  /** Why it cannot be pinned as a chart, in words. */
  notPinned?: string;
};

/** Series that are listed. */
const MOST_ROWS = 200;
/** Most lines of a pinned chart, as each is queried repeatedly. */
const MOST_PINNED = 20;

/** An answer for the list: bounded, with the unit from the metric's name. */
export function answerOf(query: string, { type, series, text }: QueryResult): Answer {
  const reason = whyNotPinned(type, series.length);
  return {
    query,
    unit: unitOfQuery(query),
    series: series.slice(0, MOST_ROWS).map((one) => ({
      labels: labelsText(one),
      value: one.values[one.values.length - 1] ?? Number.NaN,
      samples: one.values.length,
    })),
    total: series.length,
    ...(text === undefined ? {} : { text }),
    ...(reason === undefined ? {} : { notPinned: reason }),
  };
}

function whyNotPinned(type: QueryResult['type'], count: number): string | undefined {
  if (type === 'string') return 'a string cannot be drawn';
  if (type === 'matrix') return 'it is a range of samples: put it into rate() or another function';
  if (count === 0) return 'it has no series now';
  return count > MOST_PINNED
    ? `it has ${count} lines: choose at most ${MOST_PINNED}, with topk() or sum by ()`
    : undefined;
}

function labelsText({ labels }: QuerySeries): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name || '{}' : `${name}{${pairs.join(', ')}}`;
}

/** The list, scrolled to the selected series. */
export function answerRows(answer: Answer, selected: number, size: ListSize): string[] {
  const { theme } = size;
  if (answer.text !== undefined) return [` ${safe(answer.text)}`];
  if (answer.total === 0) return [theme.paint('dim', ' no series: the server has none that match now')];
  const values = answer.series.map(({ value, samples }) =>
    samples > 1
      ? `${exactValue(value, answer.unit, theme.ascii)} (of ${samples})`
      : exactValue(value, answer.unit, theme.ascii),
  );
  const columns: readonly Column[] = [{ name: 'VALUE', cells: Math.max(8, ...values.map(widthOf)), align: 'right' }];
  const rows = answer.series.map(({ labels }, index) => ({
    cells: [values[index] ?? '', safe(labels)],
    tone: 'plain' as const,
  }));
  const shown = answer.series.length < answer.total ? `SERIES (${answer.series.length} of ${answer.total})` : 'SERIES';
  return [listHead(columns, shown, size), ...listRows(columns, rows, selected, size)];
}
