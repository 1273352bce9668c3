import * as v from 'valibot';
import type { Finding } from './model/rule.ts';

/** Accepted findings: a file kept in version control next to the compose file. */
const BaselineSchema = v.strictObject({
  schema: v.literal(1),
  accepted: v.array(v.strictObject({ rule: v.string(), subject: v.string(), found: v.string() })),
});

export type Baseline = v.InferOutput<typeof BaselineSchema>;

/** Reads a baseline file's text. Throws an Error that says what is wrong with it. */
export function readBaseline(text: string): Baseline {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON (${(error as Error).message})`);
  }
  const result = v.safeParse(BaselineSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

/** A baseline that accepts exactly these findings. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  const accepted = findings
    .filter(({ state }) => state === 'found')
    .map(({ rule, subject, found }) => ({ rule, subject, found }));
  return { schema: 1, accepted };
}

/** The findings that the baseline does not accept. One whose value has changed since is reported again. */
export function withoutAccepted(findings: readonly Finding[], { accepted }: Baseline): readonly Finding[] {
  const known = new Set(accepted.map(({ rule, subject, found }) => JSON.stringify([rule, subject, found])));
  return findings.filter(({ rule, subject, found }) => !known.has(JSON.stringify([rule, subject, found])));
}
