import { displayText } from '../lib/secrets.ts';
import { severityRank } from '../posture/check.ts';
import { type Finding, SEVERITIES, type Severity } from '../posture/model/rule.ts';
import type { Tone } from '../ui/theme.ts';
import type { Resource } from './resource.ts';

const TONES: Readonly<Record<Severity, Tone>> = { high: 'bad', medium: 'warn', low: 'plain' };

/** Unknown is a state of its own: it stands behind the findings. */
function rank({ state, severity }: Finding): number {
  return state === 'unknown' ? SEVERITIES.length : severityRank(severity);
}

function levelOf({ state, severity }: Finding): string {
  return state === 'unknown' ? 'unknown' : severity;
}

function textOf(finding: Finding): string[] {
  const { rule, title, subject, role, container, found, why, fix } = finding;
  return [
    `${levelOf(finding)}: ${title} (${rule})`,
    '',
    `subject  ${subject}${role === undefined ? '' : `, ${role}`}`,
    ...(container === undefined ? [] : [`in       container ${container}`]),
    `found    ${found}`,
    `why      ${why}`,
    `fix      ${fix}`,
  ].map(displayText);
}

/** Whether containers and their host are set up as a trading host should be: the same findings as `deskhand check`. */
export const posture: Resource<Finding> = {
  name: 'posture',
  title: 'Posture',
  aliases: ['posture', 'check'],
  sort: { column: 'severity', descending: false },
  empty: 'No findings.',
  id: ({ rule, subject, container = '', found }) => `${rule} ${subject} ${container} ${found}`,
  nameOf: ({ subject, rule }) => displayText(`${subject} ${rule}`),
  faulty: ({ state }) => state === 'found',
  rows: ({ project }, _scope, fetched = []) =>
    project === undefined ? fetched : fetched.filter((finding) => finding.project === project),
  // It inspects every container.
  everyMs: 60_000,
  fetch: ({ posture: read }, signal) => read(signal),
  enter: (finding) => ({ open: 'text', name: displayText(finding.rule), lines: textOf(finding) }),
  columns: [
    {
      id: 'severity',
      title: 'SEVERITY',
      width: 8,
      rank: 0,
      searched: true,
      value: levelOf,
      tone: (finding) => (finding.state === 'unknown' ? 'dim' : TONES[finding.severity]),
      sort: rank,
    },
    {
      id: 'name',
      title: 'SUBJECT',
      width: 18,
      grow: { max: 40 },
      rank: 0,
      value: ({ subject }) => displayText(subject),
    },
    { id: 'role', title: 'ROLE', width: 10, rank: 3, searched: true, value: ({ role = 'host' }) => role },
    { id: 'rule', title: 'RULE', width: 18, grow: { max: 30 }, rank: 1, searched: true, value: ({ rule }) => rule },
    {
      id: 'found',
      title: 'FOUND',
      width: 18,
      grow: { max: 60 },
      rank: 0,
      searched: true,
      value: ({ found }) => displayText(found),
    },
    { id: 'fix', title: 'FIX', width: 20, grow: { max: 90 }, rank: 2, value: ({ fix }) => displayText(fix) },
  ],
};
