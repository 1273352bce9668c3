import { keyGroup } from '../../ui/keymap.ts';

/** Spans of time by their key: as in the logs, and on to half a day. */
export const RANGES: readonly { key: string; name: string; ms: number }[] = [
  { key: '2', name: '1m', ms: 60_000 },
  { key: '3', name: '5m', ms: 300_000 },
  { key: '4', name: '15m', ms: 900_000 },
  { key: '5', name: '30m', ms: 1_800_000 },
  { key: '6', name: '1h', ms: 3_600_000 },
  { key: '7', name: '6h', ms: 21_600_000 },
  { key: '8', name: '12h', ms: 43_200_000 },
];

export const metricKeys = keyGroup('metrics', 'Metrics', {
  range: {
    keys: RANGES.map(({ key }) => key),
    hint: 'range',
    help: `time shown: ${RANGES.map(({ key, name }) => `${key} ${name}`).join(', ')}`,
  },
  up: { keys: ['up', 'k'], hint: '', help: 'previous chart' },
  down: { keys: ['down', 'j'], hint: '', help: 'next chart' },
  first: { keys: ['g', 'home'], hint: '', help: 'first chart' },
  last: { keys: ['shift-g', 'end'], hint: '', help: 'last chart' },
  left: { keys: ['left', 'h'], hint: 'cursor', help: 'cursor to the left: reads out the values of a time' },
  right: { keys: ['right', 'l'], hint: '', help: 'cursor to the right, at the end off' },
  search: { keys: ['/'], hint: 'names', help: 'list metrics by name; enter or p pins one to the board' },
  pin: {
    keys: ['p'],
    hint: 'pin',
    help: 'pin the metric or the PromQL answer to the board, or take a pinned chart off it',
  },
  compare: { keys: ['v'], hint: 'versus', help: 'draw another service into the same charts; empty ends it' },
  threshold: {
    keys: ['t'],
    hint: 'threshold',
    help: 'watch the chart: above 100 for 30, below 5, beyond warn 45 critical 50, above 2us; empty ends it',
  },
  unwatch: { keys: ['shift-t'], hint: '', help: 'take the threshold away that was set by key' },
  watches: {
    keys: ['w'],
    hint: 'watched',
    help: 'all thresholds: where each stands, since when, and who set it: the settings, a key, or built-in; enter shows the chart',
  },
  endpoints: {
    keys: ['e'],
    hint: 'endpoints',
    help: 'all endpoints, and targets that are not scraped: state, last scrape, duration, samples, error; enter shows one',
  },
  missing: { keys: ['n'], hint: '', help: 'panels of a Grafana dashboard that are not drawn, and why' },
  ask: { keys: ['x'], hint: 'PromQL', help: 'ask the Prometheus server a PromQL expression: its values now' },
  back: { keys: ['esc', 'q'], hint: '', help: 'back from names, zoom or comparison' },
  zoom: { keys: ['enter'], hint: 'zoom', help: 'the chart alone, and back' },
  refresh: { keys: ['r'], hint: '', help: 'scrape now' },
});
