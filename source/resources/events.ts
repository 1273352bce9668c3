import type { TimelineEntry } from '../desk/state.ts';
import { safe } from '../ui/text.ts';
import type { Tone } from '../ui/theme.ts';
import { ageCell } from './cells.ts';
import type { Resource, World } from './resource.ts';

const TONES: Readonly<Record<TimelineEntry['level'], Tone>> = {
  info: 'plain',
  good: 'good',
  warning: 'warn',
  bad: 'bad',
};

type Row = { id: string; entry: TimelineEntry };

function subject(entry: TimelineEntry, world: World): string {
  const service = entry.serviceId === undefined ? undefined : world.desk.byId.get(entry.serviceId);
  if (!service) return safe(entry.serviceId?.replace(/^\w+:/, '') ?? '');
  return safe(service.project === undefined ? service.name : `${service.project}/${service.name}`);
}

/** What happened on the desk, the newest first. */
export const events: Resource<Row> = {
  name: 'events',
  title: 'Events',
  aliases: ['events', 'event', 'ev'],
  sort: { column: 'age', descending: false },
  empty: 'Nothing has happened since the console started.',
  id: (row) => row.id,
  nameOf: (row) => safe(row.entry.text),
  faulty: (row) => row.entry.level === 'bad' || row.entry.level === 'warning',
  rows: (source, scope) =>
    source.timeline.flatMap((entry, index) =>
      scope.service !== undefined && entry.serviceId !== scope.service
        ? []
        : [{ id: `${entry.at}-${index}-${entry.text}`, entry }],
    ),
  service: (row) => row.entry.serviceId,
  enter: (row) =>
    row.entry.serviceId === undefined
      ? undefined
      : { open: 'table', resource: 'containers', scope: { service: row.entry.serviceId } },
  columns: [
    {
      id: 'age',
      title: 'AGE',
      width: 6,
      align: 'right',
      rank: 0,
      value: (row, world) => ageCell(row.entry.at, world),
      sort: (row) => -row.entry.at,
    },
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
