import type { ContainerFacts, Health, Port, Usage } from '../engine/facts.ts';
import { hasProcess } from '../lib/container-state.ts';
import { bytes, percent } from '../lib/format.ts';
import type { Column } from '../ui/table/columns.ts';
import type { Tone } from '../ui/theme.ts';
import { ageCell, allPorts, healthCell, imageCell, portsCell, upTone } from './cells.ts';
import type { CellContext } from './resource.ts';

/** Columns that several tables share, and kinds of columns. */

type Heading<Row> = Pick<Column<Row, CellContext>, 'id' | 'title' | 'width' | 'rank' | 'wide' | 'tone'>;

/** Numbers, the greatest first; `text` writes one, and where there is none the cell is empty. */
export function numberColumn<Row>(
  heading: Heading<Row>,
  of: (row: Row, world: CellContext) => number | undefined,
  text: (value: number) => string = String,
): Column<Row, CellContext> {
  return {
    ...heading,
    align: 'right',
    descending: true,
    value(row, world) {
      const value = of(row, world);
      return value === undefined ? '' : text(value);
    },
    sort: (row, world) => of(row, world) ?? -1,
  };
}

/** How long ago something was, the newest first. `live`: rows come and go by themselves. */
export function ageColumn<Row>(
  at: (row: Row) => number | undefined,
  heading: Pick<Column<Row, CellContext>, 'rank' | 'live'> & Partial<Heading<Row>>,
): Column<Row, CellContext> {
  return {
    id: 'age',
    title: 'AGE',
    width: 6,
    align: 'right',
    ...heading,
    value: (row, world) => ageCell(at(row), world),
    sort: (row) => -(at(row) ?? 0),
  };
}

export function healthColumn<Row>(healthOf: (row: Row) => Health): Column<Row, CellContext> {
  return {
    id: 'health',
    title: 'HEALTH',
    width: 9,
    rank: 8,
    wide: true,
    value: (row) => healthCell(healthOf(row)).text,
    tone: (row) => healthCell(healthOf(row)).tone,
  };
}

export const portsColumn: Column<{ ports: readonly Port[] }, CellContext> = {
  id: 'ports',
  title: 'PORTS',
  width: 11,
  grow: { max: 24 },
  rank: 6,
  searched: true,
  value: ({ ports }) => portsCell(ports),
  csv: ({ ports }) => allPorts(ports),
};

export const imageColumn: Column<{ image: string; imageReplaced?: boolean }, CellContext> = {
  id: 'image',
  title: 'IMAGE',
  width: 18,
  grow: { max: 48 },
  cut: 'middle',
  rank: 7,
  searched: true,
  value: imageCell,
};

/** Uptime and age, which mean the same in every table: since the start of what runs, and since the creation. */
export function timeColumns<Row>(
  startedAt: (row: Row) => number | undefined,
  created: (row: Row) => number,
): Column<Row, CellContext>[] {
  return [
    {
      id: 'up',
      title: 'UP',
      live: true,
      width: 6,
      align: 'right',
      rank: 5,
      value: (row, world) => ageCell(startedAt(row), world),
      tone: (row, world) => upTone(startedAt(row), world),
      sort: (row, world) => world.state.now - (startedAt(row) ?? world.state.now),
    },
    ageColumn(created, { rank: 8, wide: true, live: true }),
  ];
}

/** How often the engine restarted it, in every table. */
export function restartsColumn<Row>(restarts: (row: Row) => number | undefined): Column<Row, CellContext> {
  const tone = (row: Row) => ((restarts(row) ?? 0) > 0 ? 'warn' : 'dim');
  return numberColumn({ id: 'restarts', title: 'RST', width: 4, rank: 8, wide: true, tone }, restarts);
}

/** Five minutes, half a minute each. */
const TREND_CELLS = 10;

const runningIn = (containers: readonly ContainerFacts[]) =>
  containers.flatMap(({ id, state }) => (state === 'running' ? [id] : []));

/** CPU and memory of the containers of a row, summed. */
export function usageColumns<Row>(containersOf: (row: Row) => readonly ContainerFacts[]): Column<Row, CellContext>[] {
  const usage = (row: Row, world: CellContext) => usageOf(containersOf(row), world);
  const shared = { align: 'right', rank: 2, live: true, descending: true } as const;
  return [
    {
      ...shared,
      id: 'cpu',
      title: 'CPU',
      width: 5,
      value: (row, world) => cpuCell(usage(row, world).cpu),
      sort: (row, world) => usage(row, world).cpu ?? -1,
    },
    {
      id: 'cpu-trend',
      title: 'CPU 5M',
      width: TREND_CELLS,
      rank: 8,
      wide: true,
      live: true,
      descending: true,
      value: (row, world) => world.cpuTrend?.(runningIn(containersOf(row)), TREND_CELLS) ?? '',
      sort: (row, world) => usage(row, world).cpu ?? -1,
    },
    {
      ...shared,
      id: 'memory',
      title: 'MEM',
      width: 12,
      value: (row, world) => memoryCell(usage(row, world)),
      csv: (row, world) => memoryCell(usage(row, world)).trim(),
      tone: (row, world) => memoryTone(usage(row, world)),
      sort: (row, world) => usage(row, world).memory ?? -1,
    },
  ];
}

type Sum = { cpu?: number; memory?: number; limit?: number };

/** Usage of several containers as one: sums; undefined if none is known. The last reading of an ended container does not count. */
function usageOf(containers: readonly ContainerFacts[], world: CellContext): Sum {
  const running = containers.filter(hasProcess);
  const known = running.flatMap((container) => world.state.usage.get(container.id) ?? []);
  return { cpu: total(known, 'cpuPercent'), memory: total(known, 'memory'), limit: limitOf(containers, known, world) };
}

function total(usages: readonly Usage[], field: 'cpuPercent' | 'memory'): number | undefined {
  const values = usages.flatMap((usage) => usage[field] ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** Sum of the limits; undefined if one container has none, as then the host is the limit. */
function limitOf(
  containers: readonly ContainerFacts[],
  usages: readonly Usage[],
  world: CellContext,
): number | undefined {
  // 0: not reported by the engine.
  const host = world.state.engine?.memory || undefined;
  const limits = usages.map((usage) => usage.memoryLimit);
  if (limits.length === 0 || limits.length < containers.filter(({ state }) => state === 'running').length)
    return undefined;
  if (limits.some((limit) => limit === undefined || (host !== undefined && limit >= host))) return undefined;
  return limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0);
}

function cpuCell(cpu: number | undefined): string {
  return cpu === undefined ? '' : percent(cpu);
}

function memoryCell({ memory, limit }: Sum): string {
  if (memory === undefined) return '';
  const share = limit === undefined ? '' : `${Math.round((100 * memory) / limit)}%`;
  return `${bytes(memory)} ${share.padStart(4)}`;
}

/** Red from 95 % of the limit, yellow from 80 %. */
function memoryTone({ memory, limit }: Sum): Tone {
  if (memory === undefined || limit === undefined) return 'plain';
  return memory >= 0.95 * limit ? 'bad' : memory >= 0.8 * limit ? 'warn' : 'plain';
}
