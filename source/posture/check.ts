import {
  type Finding,
  type Observation,
  type PostureInput,
  type Rule,
  SEVERITIES,
  type Severity,
} from './model/rule.ts';
import { rules } from './rules/all.ts';

/** Rank of a severity: 0 for high. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Applies every rule to every container and to the host; the worst findings first, unknown ones last. Pure. */
export function checkPosture(input: PostureInput): readonly Finding[] {
  const all = rules.flatMap((rule) => {
    if (rule.on === 'host') return rule.check(input).map((one) => finding(rule, 'host', one));
    return input.subjects.flatMap((subject) =>
      rule.check(subject, input).map((one) => ({
        ...finding(rule, subject.name, one),
        role: subject.role,
        container: subject.facts.name,
        project: subject.facts.labels['com.docker.compose.project'],
      })),
    );
  });
  return all.sort((a, b) => order(a) - order(b) || compare(a.subject, b.subject) || compare(a.rule, b.rule));
}

function order({ state, severity }: Finding): number {
  return state === 'unknown' ? SEVERITIES.length : severityRank(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function finding(rule: Rule, subject: string, { found, severity, state }: Observation): Finding {
  const { id, title, why, fix } = rule;
  return { rule: id, title, severity: severity ?? rule.severity, state: state ?? 'found', subject, found, why, fix };
}
