import type { Threshold } from '../../prometheus/thresholds.ts';

/** The engine's risk limit: its position stays within ± this many contracts. */
export const POSITION_LIMIT = 50;

/** What is watched of the known engine without a word in the settings. */
export const nanoarbThresholds: readonly Threshold[] = [
  {
    id: 'nanoarb position',
    from: 'built-in',
    title: 'position',
    unit: 'count',
    bad: 'beyond',
    warn: POSITION_LIMIT * 0.9,
    critical: POSITION_LIMIT,
    forMs: 0,
    expr: { kind: 'value', metric: 'nanoarb_position' },
  },
  {
    id: 'nanoarb events',
    from: 'built-in',
    title: 'events/s',
    unit: 'count',
    bad: 'below',
    // Not zero itself: a rate that is extrapolated may be a hair above it.
    critical: 0.001,
    forMs: 60_000,
    expr: { kind: 'rate', metric: 'nanoarb_events_total_total', window: 30_000 },
  },
];

/** Latencies that are compared with their own past. */
export const nanoarbLatencies: readonly { title: string; metric: string }[] = [
  { title: 'inference p99', metric: 'nanoarb_inference_latency_ns' },
  { title: 'order p99', metric: 'nanoarb_order_latency_ns' },
  { title: 'book update p99', metric: 'nanoarb_book_update_latency_ns' },
  { title: 'event p99', metric: 'nanoarb_event_latency_ns' },
];
