import type { Unit } from '../lib/value.ts';
import type { UsageFigure } from './usage-history.ts';

/** The charts of the resources that containers use. */
export const USAGE_CHARTS: readonly {
  id: string;
  title: string;
  unit: Unit;
  figures: readonly [UsageFigure, string][];
  help: string;
}[] = [
  {
    id: 'cpu',
    title: 'CPU',
    unit: 'percent',
    figures: [['cpu', '']],
    help: 'of one processor, as docker stats counts',
  },
  { id: 'memory', title: 'Memory', unit: 'bytes', figures: [['memory', '']], help: 'without inactive file cache' },
  {
    id: 'network',
    title: 'Network',
    unit: 'bytes/s',
    figures: [
      ['received', 'in'],
      ['sent', 'out'],
    ],
    help: 'received and sent',
  },
  {
    id: 'disk',
    title: 'Block I/O',
    unit: 'bytes/s',
    figures: [
      ['read', 'read'],
      ['written', 'written'],
    ],
    help: 'read from and written to devices',
  },
  { id: 'pids', title: 'PIDs', unit: 'count', figures: [['pids', '']], help: 'processes and threads' },
];
