import type { Board } from '../../prometheus/board.ts';

/** A Prometheus server itself: whether it takes in what it should, and what that costs. */
export const prometheusBoard: Board = {
  title: 'prometheus',
  panels: [
    {
      title: 'Samples/s',
      unit: 'count',
      help: 'Samples taken in a second; none means that it scrapes nothing',
      exprs: [{ kind: 'rate', metric: 'prometheus_tsdb_head_samples_appended_total' }],
    },
    {
      title: 'Series',
      unit: 'count',
      help: 'Series in its head block',
      exprs: [{ kind: 'value', metric: 'prometheus_tsdb_head_series' }],
    },
    {
      title: 'Queries/s',
      unit: 'count',
      exprs: [{ kind: 'rate', metric: 'prometheus_http_request_duration_seconds_count' }],
    },
    {
      title: 'Rule failures/min',
      unit: 'count',
      help: 'Rule evaluations that failed: alerts that cannot fire',
      exprs: [{ kind: 'rate', metric: 'prometheus_rule_evaluation_failures_total', scale: 60 }],
    },
    {
      title: 'Alerts dropped/min',
      unit: 'count',
      help: 'Notifications that no Alertmanager took',
      exprs: [{ kind: 'rate', metric: 'prometheus_notifications_dropped_total', scale: 60 }],
    },
    {
      title: 'Storage',
      unit: 'bytes',
      help: 'Blocks and write-ahead log on disk',
      exprs: [
        { kind: 'value', legend: 'blocks', metric: 'prometheus_tsdb_storage_blocks_bytes', reduce: 'sum' },
        { kind: 'value', legend: 'WAL', metric: 'prometheus_tsdb_wal_storage_size_bytes', reduce: 'sum' },
      ],
    },
    { title: 'Process memory', unit: 'bytes', exprs: [{ kind: 'value', metric: 'process_resident_memory_bytes' }] },
  ],
};
