import type { Finding, Rule, Severity } from './model/rule.ts';

const LEVELS: Readonly<Record<Severity, string>> = { high: 'error', medium: 'warning', low: 'note' };

/**
 * Findings as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning dashboards. A container is a logical
 * location. Checks that were not possible have the kind `open`, for which SARIF only allows the level `none`.
 */
export function sarif(findings: readonly Finding[], rules: readonly Rule[], version: string): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'deskhand',
            version,
            rules: rules.map(({ id, title, why, fix, severity }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: fix },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        results: findings.map(result),
      },
    ],
  };
}

function result({ rule, severity, state, subject, container, title, found }: Finding): object {
  const open = state === 'unknown';
  return {
    ruleId: rule,
    kind: open ? 'open' : 'fail',
    level: open ? 'none' : LEVELS[severity],
    message: { text: `${title}: ${found}` },
    locations: [{ logicalLocations: [{ name: subject, fullyQualifiedName: container ?? subject, kind: 'resource' }] }],
    partialFingerprints: { 'deskhand/v1': `${rule}:${subject}` },
  };
}
