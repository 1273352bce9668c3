import type { Board, Panel } from '../../prometheus/board.ts';
import { nanoarbLatencies, nanoarbThresholds, POSITION_LIMIT } from './nanoarb-thresholds.ts';

/** p50, p95 and p99 of one of the engine's four latency histograms, as its Grafana dashboard has them. */
function latency(title: string, metric: string, help: string): Panel {
  return {
    title,
    unit: 'ns',
    help,
    exprs: [0.5, 0.95, 0.99].map((q) => ({ kind: 'quantile', metric, q })),
  };
}

/** The nanoarb trading engine, panel by panel as its own Grafana dashboard shows it. */
export const nanoarbBoard: Board = {
  title: 'nanoarb',
  activity: { name: 'events', expr: { kind: 'rate', metric: 'nanoarb_events_total_total', window: 30_000 } },
  thresholds: nanoarbThresholds,
  latencies: nanoarbLatencies,
  panels: [
    { title: 'P&L', unit: 'dollars', help: 'Profit and loss', exprs: [{ kind: 'value', metric: 'nanoarb_pnl' }] },
    {
      title: 'Position',
      unit: 'count',
      help: `Contracts held; the risk limit is ${POSITION_LIMIT} either way`,
      limits: [-POSITION_LIMIT, POSITION_LIMIT],
      exprs: [{ kind: 'value', metric: 'nanoarb_position' }],
    },
    {
      title: 'Orders/min',
      unit: 'count',
      exprs: [{ kind: 'rate', metric: 'nanoarb_orders_total_total', scale: 60 }],
    },
    { title: 'Fills/min', unit: 'count', exprs: [{ kind: 'rate', metric: 'nanoarb_fills_total_total', scale: 60 }] },
    {
      title: 'Events/s',
      unit: 'count',
      help: 'Market events handled a second; none while running means a stalled engine',
      exprs: [{ kind: 'rate', metric: 'nanoarb_events_total_total' }],
    },
    latency('Inference', 'nanoarb_inference_latency_ns', 'Latency of a model inference'),
    latency('Order', 'nanoarb_order_latency_ns', 'Latency from decision to order'),
    latency('Book update', 'nanoarb_book_update_latency_ns', 'Latency of an order book update'),
    latency('Event', 'nanoarb_event_latency_ns', 'Latency of handling one event'),
  ],
};
