import * as v from 'valibot';
import { UNITS } from '../lib/value.ts';
import { described, text } from './kinds.ts';

/** What `:metrics` shows of the hosts of the fleet. */

/** Of node_exporter, which most hosts have. `$host` stands for the label of the host. */
const OWN = [
  {
    title: 'CPU used',
    unit: 'percent',
    promql: '100 * (1 - avg by ($host) (rate(node_cpu_seconds_total{mode="idle"}[5m])))',
  },
  {
    title: 'memory used',
    unit: 'percent',
    promql: '100 * (1 - sum by ($host) (node_memory_MemAvailable_bytes) / sum by ($host) (node_memory_MemTotal_bytes))',
  },
  {
    title: 'fullest disk',
    unit: 'percent',
    promql:
      '100 * max by ($host) (1 - node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes)',
  },
  {
    title: 'load per core',
    promql: 'sum by ($host) (node_load1) / count by ($host) (node_cpu_seconds_total{mode="idle"})',
  },
  { title: 'targets down', promql: 'count by ($host) (up == 0) or 0 * count by ($host) (up)' },
] as const;

export const HostMetrics = v.strictObject({
  label: v.optional(
    described(
      'Label of the series that names the host; `host` of `host:port` counts as well.',
      v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/)),
    ),
    'instance',
  ),
  panels: v.optional(
    described(
      'What is shown of each host; by default what node_exporter says.',
      v.array(
        v.strictObject({
          title: described('Title on the screen.', text),
          unit: v.optional(described('Unit of the values.', v.picklist(UNITS))),
          promql: described('PromQL with one series for each host; `$host` stands for the label.', text),
        }),
      ),
    ),
    [...OWN],
  ),
});

export type HostMetricsSettings = v.InferOutput<typeof HostMetrics>;
