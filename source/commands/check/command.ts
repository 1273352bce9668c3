import { readFileSync, writeFileSync } from 'node:fs';
import type { ListedBackup } from '../../backup/read.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { baselineOf, readBaseline, withoutAccepted } from '../../posture/baseline.ts';
import { severityRank } from '../../posture/check.ts';
import type { ServiceHints } from '../../posture/collect.ts';
import { type Finding, SEVERITIES, type Severity } from '../../posture/model/rule.ts';
import { rules } from '../../posture/rules/all.ts';
import { sarif } from '../../posture/sarif.ts';
import { postureNow } from '../../runtime/posture-now.ts';
import { takeSnapshot } from '../../runtime/snapshot.ts';
import type { Theme } from '../../ui/theme.ts';
import { EXIT } from '../command-line.ts';
import { renderFindings } from './render.ts';

export type CheckFlags = {
  project?: string;
  json?: boolean;
  sarif?: boolean;
  /** The mildest severity that makes the exit status 1, or `none`; default high. */
  failOn?: string;
  baseline?: string;
  writeBaseline?: string;
};

export type CheckDeps = {
  engine: Engine;
  endpoint: Endpoint;
  clock: Clock;
  hints: ServiceHints;
  backups(): Promise<readonly ListedBackup[]>;
  theme: Theme;
  version: string;
  print(text: string): void;
  printError(text: string): void;
  signal: AbortSignal;
};

/** `deskhand check`: posture findings. Exit status 0, 1 with findings as severe as --fail-on, 3 without an engine, 64 for bad flags. */
export async function check(flags: CheckFlags, deps: CheckDeps): Promise<number> {
  const { print, printError } = deps;
  const failOn = flags.failOn ?? 'high';
  if (failOn !== 'none' && !(SEVERITIES as readonly string[]).includes(failOn)) {
    printError(`--fail-on takes ${SEVERITIES.join(', ')} or none, not "${failOn}".\n`);
    return EXIT.usage;
  }
  const baseline = flags.baseline === undefined ? undefined : loadBaseline(flags.baseline);
  if (typeof baseline === 'string') {
    printError(`${baseline}\n`);
    return EXIT.usage;
  }
  const all = await findingsOf(flags, deps);
  if (flags.writeBaseline !== undefined) {
    writeFileSync(flags.writeBaseline, `${JSON.stringify(baselineOf(all), undefined, 2)}\n`, { mode: 0o600 });
    printError(`${flags.writeBaseline}: written; these findings are accepted from now on.\n`);
  }
  const findings = baseline ? withoutAccepted(all, baseline) : all;
  print(`${textOf(findings, all.length - findings.length, flags, deps)}\n`);
  return failOn !== 'none' && findings.some((finding) => fails(finding, failOn as Severity)) ? 1 : 0;
}

function fails({ state, severity }: Finding, failOn: Severity): boolean {
  return state === 'found' && severityRank(severity) <= severityRank(failOn);
}

function loadBaseline(path: string): ReturnType<typeof readBaseline> | string {
  try {
    return readBaseline(readFileSync(path, 'utf8'));
  } catch (error) {
    return `The baseline ${path} cannot be used: ${(error as Error).message}. Write a new one with --write-baseline.`;
  }
}

async function findingsOf({ project }: CheckFlags, deps: CheckDeps): Promise<readonly Finding[]> {
  const { engine, clock, signal } = deps;
  // The snapshot says what is a job; it fails with the reason where the engine does not answer.
  await engine.ping({ signal });
  const state = await takeSnapshot(engine, clock, signal);
  const findings = await postureNow({ ...deps, state, now: clock.now() });
  return project === undefined ? findings : findings.filter((finding) => finding.project === project);
}

function textOf(findings: readonly Finding[], accepted: number, flags: CheckFlags, deps: CheckDeps): string {
  if (flags.sarif) return JSON.stringify(sarif(findings, rules, deps.version), undefined, 2);
  if (flags.json) return JSON.stringify({ schema: 1, accepted, findings }, undefined, 2);
  return renderFindings(findings, accepted, deps.theme);
}
