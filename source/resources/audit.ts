import { lineAction, lineName, lineResult } from '../actions/audit/line-text.ts';
import type { AuditLine } from '../actions/audit/record.ts';
import { bytes, duration } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import { ageColumn } from './columns.ts';
import type { Resource } from './resource.ts';

/** The whole record as rows: who and from where, the plan with each object, or each engine call with its result. */
function auditText(line: AuditLine): string[] {
  const { time, user, uid, host, origin, engine, kind, tty, loginUid } = line;
  const who = uid === undefined ? user : `${user} (${uid})`;
  const login = loginUid === undefined || loginUid === uid ? '' : `, logged in as uid ${loginUid}`;
  return [
    `${kind}: ${lineAction(line)} ${lineName(line)}`,
    `time     ${time}`,
    `user     ${who} on ${host}${origin === undefined ? '' : `, from ${origin}`}${login}${tty ? `, at ${tty}` : ''}`,
    `engine   ${engine}`,
    ...detailText(line),
    '',
    ...(line.seq === undefined ? [] : [`number   ${line.seq}`]),
    `hash     ${line.hash}`,
    `before   ${line.prev}`,
  ].map(safe);
}

function detailText(line: AuditLine): string[] {
  switch (line.kind) {
    case 'begin':
      return beginText(line);
    case 'call':
      return [`run      ${line.run}`, `call     ${line.call} ${line.id}${line.detail ? `, ${line.detail}` : ''}`];
    case 'end':
      return endText(line);
    case 'refused':
      return refusedText(line);
    default:
      return [line.told];
  }
}

function beginText({ plan, danger, guards, reason, answer, run }: Extract<AuditLine, { kind: 'begin' }>): string[] {
  const answered = answer.kind === 'typed' ? `typed "${answer.text}"` : answer.kind;
  return [
    `run      ${run}`,
    `danger   ${danger}${guards.length > 0 ? `: ${guards.join(' ')}` : ''}`,
    `answer   ${answered}`,
    ...(reason === undefined ? [] : [`reason   ${reason}`]),
    '',
    plan.title,
    ...plan.objects.map(({ kind, name, id, note, bytes: size }) => {
      const freed = size === undefined ? '' : `, ${bytes(size)}`;
      return `  ${kind} ${name} (${id.replace('sha256:', '').slice(0, 12)}${freed}): ${note}`;
    }),
    ...plan.warnings.map((warning) => `! ${warning}`),
  ];
}

function endText(line: Extract<AuditLine, { kind: 'end' }>): string[] {
  const head = line.ok ? 'done and verified' : line.cancelled ? 'cancelled' : 'failed';
  return [
    `run      ${line.run}`,
    `result   ${head} after ${duration(line.ms)}`,
    `seen     ${line.verification}`,
    ...(line.interrupted === undefined ? [] : [`ended    ${line.interrupted}`]),
    '',
    ...line.steps.map(({ object, call, ok, ms, error }) => {
      const why = error === undefined ? '' : `: ${error}`;
      return `  ${ok ? 'ok' : 'FAILED'}  ${object}: ${call}, ${duration(ms)}${why}`;
    }),
  ];
}

function refusedText({ refused, change, reason }: Extract<AuditLine, { kind: 'refused' }>): string[] {
  return [`refused  ${refused}`, `change   ${change}`, ...(reason === undefined ? [] : [`reason   ${reason}`])];
}

/** The audit log of this machine's consoles, the newest first. */
export const audit: Resource<AuditLine> = {
  name: 'audit',
  title: 'Audit',
  aliases: ['audit'],
  sort: { column: 'age', descending: false },
  empty: 'No action has been recorded yet.',
  id: (line) => line.hash,
  nameOf: (line) => safe(lineName(line)),
  faulty: (line) => line.kind === 'refused' || (line.kind === 'end' && !line.ok),
  own: true,
  fetch: ({ audit: read }) => read(),
  enter: (line) => ({ open: 'text', name: safe(`${lineAction(line)} ${lineName(line)}`), lines: auditText(line) }),
  columns: [
    ageColumn(({ time }) => Date.parse(time), { rank: 0, live: true }),
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
    {
      id: 'engine',
      title: 'ENGINE',
      width: 8,
      grow: { max: 24 },
      cut: 'middle',
      rank: 4,
      searched: true,
      value: (line) => safe(line.engine),
    },
    { id: 'kind', title: 'RECORD', width: 7, rank: 1, value: (line) => line.kind },
    {
      id: 'action',
      title: 'ACTION',
      width: 10,
      grow: { max: 18 },
      rank: 0,
      searched: true,
      value: (line) => safe(lineAction(line)),
    },
    {
      id: 'name',
      title: 'NAME',
      width: 16,
      grow: { max: 32 },
      cut: 'middle',
      rank: 0,
      value: (line) => safe(lineName(line)),
    },
    {
      id: 'result',
      title: 'RESULT',
      width: 20,
      grow: { max: 200 },
      rank: 0,
      searched: true,
      value: (line) => safe(lineResult(line).text),
      tone: (line) => lineResult(line).level,
    },
  ],
};
