import type { AuditLine } from '../actions/audit/record.ts';
import { duration } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import { ageColumn } from './columns.ts';
import type { Resource } from './resource.ts';

type Begin = Extract<AuditLine, { kind: 'begin' }>;
type End = Extract<AuditLine, { kind: 'end' }>;

/** One run of a runbook: its line in the audit log, and that of its end once there is one. */
type Run = { begin: Begin; end?: End };

/** The runs of runbooks in the audit log, with the ends that belong to them. */
export function runsOf(lines: readonly AuditLine[]): Run[] {
  const ends = new Map(lines.flatMap((line) => (line.kind === 'end' ? [[line.run, line] as const] : [])));
  return lines.flatMap((line) =>
    line.kind === 'begin' && line.plan.action === 'runbook' ? [{ begin: line, end: ends.get(line.run) }] : [],
  );
}

function optionOf({ begin }: Run, name: string): string {
  const value: unknown = begin.plan.options?.[name];
  return typeof value === 'string' ? value : '';
}

function resultOf({ end }: Run): { text: string; tone: 'good' | 'bad' | 'warn' } {
  if (!end) return { text: 'under way, or its end is not recorded', tone: 'warn' };
  return { text: end.verification, tone: end.ok ? 'good' : end.cancelled ? 'warn' : 'bad' };
}

function textOf(run: Run): string[] {
  const { begin, end } = run;
  return [
    begin.plan.title,
    '',
    `begun    ${begin.time} by ${begin.user} on ${begin.host}`,
    `command  ${optionOf(run, 'command')}`,
    ...begin.plan.objects.map(({ name, note }) => `in       ${name}: ${note}`),
    `result   ${resultOf(run).text}`,
    ...(end ? [`took     ${duration(end.ms)}`] : []),
    `record   ${begin.run}`,
  ].map(safe);
}

/** Which runbooks were run here, by whom, and how they ended. */
export const runs: Resource<Run> = {
  name: 'runs',
  title: 'Runs',
  aliases: ['runs', 'history'],
  sort: { column: 'age', descending: false },
  empty: 'No runbook has been run yet: x on a service lists its runbooks.',
  id: ({ begin }) => begin.hash,
  nameOf: (run) => safe(`${run.begin.plan.name} ${optionOf(run, 'runbook')}`),
  faulty: (run) => resultOf(run).tone === 'bad',
  own: true,
  fetch: async ({ audit }) => runsOf(await audit()),
  enter: (run) => ({ open: 'text', name: safe(optionOf(run, 'runbook')), lines: textOf(run) }),
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 16,
      grow: { max: 40 },
      rank: 0,
      value: ({ begin }) => safe(begin.plan.name),
    },
    {
      id: 'runbook',
      title: 'RUNBOOK',
      width: 14,
      grow: { max: 30 },
      rank: 0,
      searched: true,
      value: (run) => safe(optionOf(run, 'runbook')),
    },
    {
      id: 'result',
      title: 'RESULT',
      width: 20,
      grow: { max: 90 },
      rank: 1,
      searched: true,
      value: (run) => safe(resultOf(run).text),
      tone: (run) => resultOf(run).tone,
    },
    { id: 'user', title: 'USER', width: 8, rank: 3, searched: true, value: ({ begin }) => safe(begin.user) },
    ageColumn(({ begin }) => Date.parse(begin.time), { rank: 1 }),
  ],
};
