import type { AuditLine } from '../actions/audit/record.ts';
import { duration } from '../format.ts';
import { safe } from '../ui/text.ts';
import type { Tone } from '../ui/theme.ts';
import { ageCell } from './cells.ts';
import type { Resource } from './resource.ts';

function resultOf(line: AuditLine): { text: string; tone: Tone } {
  switch (line.kind) {
    case 'begin':
      return {
        text: `danger ${line.danger}, ${line.plan.objects.length} objects${line.reason ? `, because: ${line.reason}` : ''}`,
        tone: 'plain',
      };
    case 'refused':
      return { text: `refused: ${line.refused}`, tone: 'warn' };
    case 'end':
      return {
        text: `${line.verification} (${duration(line.ms)})`,
        tone: line.ok ? 'good' : line.cancelled ? 'warn' : 'bad',
      };
  }
}

const actionOf = (line: AuditLine) => (line.kind === 'begin' ? line.plan.action : line.action);
const nameOf = (line: AuditLine) => (line.kind === 'begin' ? line.plan.name : line.name);

/** The audit log of this machine's consoles, the newest first. */
export const audit: Resource<AuditLine> = {
  name: 'audit',
  title: 'Audit',
  aliases: ['audit'],
  sort: { column: 'age', descending: false },
  empty: 'No action has been recorded yet.',
  id: (line) => line.hash,
  nameOf: (line) => safe(nameOf(line)),
  faulty: (line) => line.kind === 'refused' || (line.kind === 'end' && !line.ok),
  fetch: ({ audit: read }) => read(),
  columns: [
    {
      id: 'age',
      title: 'AGE',
      width: 6,
      align: 'right',
      rank: 0,
      live: true,
      value: (line, world) => ageCell(Date.parse(line.time), world),
      sort: (line) => -Date.parse(line.time),
    },
    {
      id: 'user',
      title: 'USER',
      width: 8,
      grow: { max: 20 },
      rank: 2,
      searched: true,
      value: (line) => safe(line.user),
    },
    {
      id: 'origin',
      title: 'FROM',
      width: 15,
      rank: 5,
      wide: true,
      value: (line) => safe(line.origin?.split(' ')[0] ?? line.host),
    },
    { id: 'kind', title: 'RECORD', width: 7, rank: 1, value: (line) => line.kind },
    {
      id: 'action',
      title: 'ACTION',
      width: 10,
      grow: { max: 18 },
      rank: 0,
      searched: true,
      value: (line) => safe(actionOf(line)),
    },
    {
      id: 'name',
      title: 'NAME',
      width: 16,
      grow: { max: 32 },
      cut: 'middle',
      rank: 0,
      value: (line) => safe(nameOf(line)),
    },
    {
      id: 'result',
      title: 'RESULT',
      width: 20,
      grow: { max: 200 },
      rank: 0,
      searched: true,
      value: (line) => safe(resultOf(line).text),
      tone: (line) => resultOf(line).tone,
    },
  ],
};
