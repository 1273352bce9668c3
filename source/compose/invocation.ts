import { createHash } from 'node:crypto';
import type { ComposeProject } from './project.ts';

/** One call of the compose CLI, as the plan shows it and the audit log records it. */
export type ComposeInvocation = {
  project: ComposeProject;
  profiles: readonly string[];
  /** After the global options: `['up', '--detach', 'redis']`. */
  command: readonly string[];
  /** Services that it concerns; those that are jobs end instead of staying up. */
  services: readonly string[];
  jobs: readonly string[];
  /** Of the rendered files when the plan was made: other files are another plan. */
  fingerprint: string;
};

/** What the hashes of all services come to. */
export function fingerprint(hashes: ReadonlyMap<string, string>): string {
  const text = [...hashes].map(([service, hash]) => `${service} ${hash}`).sort();
  return createHash('sha256').update(text.join('\n')).digest('hex');
}
