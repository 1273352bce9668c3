import type { LogLevel } from '../lib/log-line/level.ts';
import { type LogFilter, parseLogFilter } from './filter.ts';
import { parseLogQuery } from './query.ts';

/** Filters for every log, written as after `/`: lines that are hidden, and lines that are highlighted. */
export type LogRules = { readonly hide: readonly string[]; readonly highlight: readonly string[] };

export const NO_RULES: LogRules = { hide: [], highlight: [] };

/** The filters of a list of rules, and the errors of the invalid ones. */
export function readRules(texts: readonly string[]): { filters: LogFilter[]; errors: string[] } {
  const read = texts.map((text) => ({ text, filter: parseLogFilter(text) }));
  return {
    filters: read.flatMap(({ filter }) => (filter && !('error' in filter) ? [filter] : [])),
    errors: read.flatMap(({ text, filter }) => (filter && 'error' in filter ? [`${text}: ${filter.error}`] : [])),
  };
}

/** Combines the typed filter, the lowest level and the rules that hide lines. An error in the typed filter stays an error. */
export function combined(
  typed: LogFilter | { error: string } | undefined,
  { level, hide }: { level?: LogLevel; hide: readonly LogFilter[] },
): LogFilter | { error: string } | undefined {
  if ((typed && 'error' in typed) || (level === undefined && hide.length === 0)) return typed;
  const ofLevel = level === undefined ? undefined : parseLogQuery(`level>=${level}`);
  const least = ofLevel && 'test' in ofLevel ? ofLevel : undefined;
  return {
    text: JSON.stringify([typed?.text, level, hide.map(({ text }) => text)]),
    hide: true,
    whole: least !== undefined || typed?.whole === true,
    test: (line, source) =>
      (typed?.test(line, source) ?? true) &&
      (least?.test(line, source) ?? true) &&
      !hide.some((rule) => rule.test(line, source)),
    hits: typed?.hits,
  };
}
