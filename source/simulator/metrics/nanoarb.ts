import { BOUNDS, eventsAfter, figuresAfter, type Histogram, latencies } from './figures.ts';

/**
 * The trading engine's metrics page: OpenMetrics (prometheus_client for Rust), but sent as text/plain;
 * the counters' suffix is doubled because their names already end in _total; 97 series.
 */
export function nanoarbMetrics(work: number, seed: string): string {
  const { events, orders, fills, position, pnl } = figuresAfter(work, seed);
  return [
    ...counter('nanoarb_orders_total', 'Total number of orders submitted', orders),
    ...counter('nanoarb_fills_total', 'Total number of fills received', fills),
    ...gauge('nanoarb_position', 'Current net position', String(position)),
    ...gauge('nanoarb_pnl', 'Current P&L in dollars', float(pnl)),
    ...histogram(
      'nanoarb_inference_latency_ns',
      'Model inference latency in nanoseconds',
      latencies(events, 580, 0.17),
    ),
    ...histogram('nanoarb_order_latency_ns', 'Order submission latency in nanoseconds', latencies(orders, 2_400, 0.4)),
    ...histogram(
      'nanoarb_book_update_latency_ns',
      'Book update processing latency in nanoseconds',
      latencies(bookUpdates(work), 210, 0.3),
    ),
    ...histogram('nanoarb_event_latency_ns', 'Event processing latency in nanoseconds', latencies(events, 940, 0.25)),
    ...counter('nanoarb_events_total', 'Total events processed', events),
    '# EOF',
    '',
  ].join('\n');
}

function bookUpdates(work: number): number {
  return Math.floor(eventsAfter(work) * 0.87);
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}.`, `# TYPE ${name} ${type}`];
}

function counter(name: string, help: string, value: number): string[] {
  return [...head(name, help, 'counter'), `${name}_total ${value}`];
}

function gauge(name: string, help: string, value: string): string[] {
  return [...head(name, help, 'gauge'), `${name} ${value}`];
}

function histogram(name: string, help: string, { sum, count, buckets }: Histogram): string[] {
  const bounds = [...BOUNDS.map(float), '+Inf'];
  return [
    ...head(name, help, 'histogram'),
    `${name}_sum ${float(sum)}`,
    `${name}_count ${count}`,
    ...buckets.map((value, i) => `${name}_bucket{le="${bounds[i]}"} ${value}`),
  ];
}

/** Formats a float like Rust: never without a fraction. */
function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
