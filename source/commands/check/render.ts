import { displayText } from '../../lib/secrets.ts';
import { type Finding, SEVERITIES, type Severity } from '../../posture/model/rule.ts';
import type { Theme, Tone } from '../../ui/theme.ts';

const TONES: Readonly<Record<Severity, Tone>> = { high: 'bad', medium: 'warn', low: 'plain' };

/** The findings as text: one block for each rule, worst first, with the reason and the fix once. */
export function renderFindings(findings: readonly Finding[], accepted: number, theme: Theme): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.state} ${finding.severity} ${finding.rule}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...[...groups.values()].map((group) => block(group, theme)), summary(findings, accepted)].join('\n\n');
}

function block(group: readonly Finding[], theme: Theme): string {
  const [first] = group;
  if (!first) return '';
  const { title, severity, state, rule, why, fix } = first;
  const head = state === 'unknown' ? theme.paint('dim', 'unknown') : theme.paint(TONES[severity], severity);
  const width = Math.max(...group.map(({ subject }) => subject.length));
  const rows = group.map(({ subject, found }) => `  ${displayText(subject.padEnd(width))}  ${displayText(found)}`);
  const advice = state === 'unknown' ? [] : [theme.paint('dim', `  ${why}`), theme.paint('dim', `  ${fix}`)];
  return [`${head} ${title} (${rule})`, ...rows, ...advice].join('\n');
}

function summary(findings: readonly Finding[], accepted: number): string {
  const found = findings.filter(({ state }) => state === 'found');
  const counts = SEVERITIES.map((level) => `${found.filter(({ severity }) => severity === level).length} ${level}`);
  const unknown = findings.length - found.length;
  const rest = [
    unknown > 0 ? `${unknown} unknown` : '',
    accepted > 0 ? `${accepted} accepted by the baseline` : '',
  ].filter(Boolean);
  return [counts.join(', '), ...rest].join(', ');
}
