import { serviceName } from '../desk/identity.ts';
import type { TimelineEntry } from '../desk/state.ts';
import { timelineOf } from '../desk/timeline.ts';
import { clockTime } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Tone } from '../ui/theme.ts';
import { ageColumn } from './columns.ts';
import type { CellContext, Resource } from './resource.ts';

const TONES: Readonly<Record<TimelineEntry['level'], Tone>> = {
  info: 'plain',
  good: 'good',
  warning: 'warn',
  bad: 'bad',
};

type Row = { id: string; entry: TimelineEntry };

function subject(entry: TimelineEntry, world: CellContext): string {
  const service = entry.serviceId === undefined ? undefined : world.desk.byId.get(entry.serviceId);
  if (!service) return safe(entry.serviceId?.replace(/^\w+:/, '') ?? '');
  return safe(serviceName(service));
}

/**
 * The newest first, also at the same time. The content of an entry is its identity, as its position changes when the oldest are dropped;
 * identical entries are numbered.
 */
function rowsOf(timeline: readonly TimelineEntry[]): Row[] {
  const seen = new Map<string, number>();
  const rows = timeline.map((entry) => {
    const id = `${entry.at} ${entry.kind} ${entry.serviceId ?? ''} ${entry.text}`;
    const number = seen.get(id) ?? 0;
    seen.set(id, number + 1);
    return { id: number === 0 ? id : `${id} ${number}`, entry };
  });
  return rows.reverse();
}

/** The timeline of the desk, newest first; for one service including events of the whole desk (a lost engine). */
export const events: Resource<Row> = {
  name: 'events',
  title: 'Events',
  aliases: ['events', 'event', 'ev'],
  sort: { column: 'age', descending: false },
  empty: ({ state }) =>
    state.engine?.forbidden?.includes('GET /events')
      ? 'A proxy before the engine forbids GET /events: changes are seen late and without their cause.'
      : 'Nothing has happened since the console started.',
  byService: true,
  id: (row) => row.id,
  nameOf: (row) => safe(row.entry.text),
  faulty: (row) => row.entry.level === 'bad' || row.entry.level === 'warning',
  rows: ({ timeline }, { service }) => rowsOf(service === undefined ? timeline : timelineOf(timeline, service)),
  service: (row) => row.entry.serviceId,
  moment: (row) => row.entry.at,
  enter: (row) =>
    row.entry.serviceId === undefined
      ? undefined
      : { open: 'table', resource: 'containers', scope: { service: row.entry.serviceId } },
  columns: [
    {
      id: 'time',
      title: 'TIME',
      width: 8,
      rank: 3,
      value: (row) => clockTime(row.entry.at),
      csv: (row) => new Date(row.entry.at).toISOString(),
      sort: (row) => row.entry.at,
    },
    ageColumn(({ entry }) => entry.at, { rank: 0 }),
    {
      id: 'kind',
      title: 'KIND',
      width: 10,
      rank: 2,
      searched: true,
      value: (row) => row.entry.kind,
      tone: (row) => TONES[row.entry.level],
    },
    {
      id: 'service',
      title: 'SERVICE',
      width: 14,
      grow: { max: 32 },
      cut: 'middle',
      rank: 1,
      searched: true,
      value: (row, world) => subject(row.entry, world),
    },
    {
      id: 'text',
      title: 'WHAT',
      width: 20,
      grow: { max: 400 },
      rank: 0,
      value: (row) => safe(row.entry.text),
      tone: (row) => TONES[row.entry.level],
    },
  ],
};
