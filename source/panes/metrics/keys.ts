import { keyGroup } from '../../ui/keymap.ts';

/** Time spans by key: as in the logs, up to a day. */
export const RANGES: readonly { key: string; name: string; ms: number }[] = [
  { key: '2', name: '1m', ms: 60_000 },
  { key: '3', name: '5m', ms: 300_000 },
  { key: '4', name: '15m', ms: 900_000 },
  { key: '5', name: '30m', ms: 1_800_000 },
  { key: '6', name: '1h', ms: 3_600_000 },
  { key: '7', name: '6h', ms: 21_600_000 },
  { key: '8', name: '12h', ms: 43_200_000 },
  { key: '9', name: '1d', ms: 86_400_000 },
];

export const metricKeys = keyGroup('metrics', 'Metrics', {
  range: {
    keys: RANGES.map(({ key }) => key),
    hint: 'range',
    help: `time shown: ${RANGES.map(({ key, name }) => `${key} ${name}`).join(', ')}`,
  },
  earlier: { keys: ['<'], hint: '', help: 'earlier, by half of the time shown' },
  later: {
    keys: ['>'],
    hint: '',
    help: 'later, by half of the time shown; at the end it follows the newest values',
  },
  span: {
    keys: ['@'],
    hint: '',
    help: 'show a time or a span: 7d, 09:15 09:30, 2026-01-15 09:15; empty: the newest values',
  },
  yesterday: { keys: ['y'], hint: '', help: 'compare with the same time of the day before' },
  up: { keys: ['up', 'k'], hint: '', help: 'previous chart', wheel: 'up' },
  down: { keys: ['down', 'j'], hint: '', help: 'next chart', wheel: 'down' },
  first: { keys: ['g', 'home'], hint: '', help: 'first chart' },
  last: { keys: ['shift-g', 'end'], hint: '', help: 'last chart' },
  left: { keys: ['left', 'h'], hint: 'cursor', help: 'cursor left: shows the values at a time' },
  right: { keys: ['right', 'l'], hint: '', help: 'cursor right; off at the end' },
  search: { keys: ['/'], hint: 'names', help: 'list metrics by name; enter or p pins one to the board' },
  pin: {
    keys: ['p'],
    hint: 'pin',
    help: 'pin the metric or PromQL answer to the board, or unpin a chart',
  },
  compare: { keys: ['v'], hint: 'versus', help: 'compare with another service in the same charts; empty: end' },
  threshold: {
    keys: ['t'],
    hint: 'threshold',
    help: 'set a threshold on the chart: above 100 for 30, below 5, beyond warn 45 critical 50, above 2us; empty: end',
  },
  unwatch: { keys: ['shift-t'], hint: '', help: 'remove your own threshold' },
  watches: {
    keys: ['w'],
    hint: 'watched',
    help: 'all thresholds: state, since when, and origin (settings, key or built-in); enter shows the chart',
  },
  endpoints: {
    keys: ['e'],
    hint: 'endpoints',
    help: 'all endpoints, and targets that are not scraped: state, last scrape, duration, samples, error; enter shows one',
  },
  missing: { keys: ['n'], hint: '', help: 'panels of a Grafana dashboard that are not drawn, and why' },
  ask: { keys: ['x'], hint: 'PromQL', help: 'query the Prometheus server with PromQL: current values' },
  back: { keys: ['esc', 'q'], hint: '', help: 'back from names, zoom, another time or comparison' },
  zoom: { keys: ['enter'], hint: 'zoom', help: 'toggle zoom of the chart' },
  refresh: { keys: ['r'], hint: '', help: 'scrape now' },
});
