const WORDS = /[a-zA-Z_:][\w:]*/g;
/** Keywords of PromQL in positions of metric names. */
const KEYWORDS = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'start',
  'end',
  'atan2',
  'inf',
  'nan',
  'Inf',
  'NaN',
]);

/** Names of the metrics that a PromQL expression reads, as far as they can be found without a parser. */
export function metricNames(query: string): string[] {
  const bare = query
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    // Labels, not metrics, stand in these parentheses.
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*(\([^)]*\))?/gi, ' ')
    .replace(/\boffset\s+-?\w+/g, ' ');
  const names = [...bare.matchAll(WORDS)].filter(({ 0: word, index }) => {
    const isFunction = /^\s*\(/.test(bare.slice(index + word.length));
    return !isFunction && !KEYWORDS.has(word) && !/[\d.]$/.test(bare.slice(0, index));
  });
  return [...new Set(names.map(([word]) => word))];
}

/** Metrics that a server generates itself, which are on no page: alerts, scrapes and recording rules. */
export function isServerMade(metric: string): boolean {
  return metric.includes(':') || /^(ALERTS|ALERTS_FOR_STATE|up)$/.test(metric) || metric.startsWith('scrape_');
}
