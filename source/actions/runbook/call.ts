import type { Runbook } from '../../settings/runbooks.ts';
import { fill, fillAll, fillRecord, type Values } from './fill.ts';

/** A program with its argument vector, and where it runs. */
export type ProgramWork<Kind> = {
  kind: Kind;
  command: readonly string[];
  user?: string;
  directory?: string;
  env: Values;
};

/** What a runbook does, with its parameters filled in. */
export type RunbookWork =
  | ProgramWork<'exec'>
  | ProgramWork<'oneOff'>
  | ProgramWork<'host'>
  | { kind: 'http'; url: string; method: string; headers: Values; body?: string }
  | { kind: 'signal'; signal: string };

/** A runbook ready to be run: part of its plan. */
export type RunbookCall = {
  name: string;
  work: RunbookWork;
  timeoutSeconds: number;
  /** Exit statuses (of http: of the answer) and the expression for the output that count as done well. */
  expect: { status?: readonly number[]; output?: string };
  /** Standard output goes to a new file of this name in this directory. */
  save?: { directory: string; name: string };
};

export function callOf(runbook: Runbook, values: Values, save: RunbookCall['save']): RunbookCall {
  const { name, timeout, expect } = runbook;
  const status = expect.status === undefined ? undefined : [expect.status].flat();
  return { name, work: workOf(runbook, values), timeoutSeconds: timeout, expect: { ...expect, status }, save };
}

function workOf(runbook: Runbook, values: Values): RunbookWork {
  const { exec, oneOff, host, http, signal = '' } = runbook;
  const how = {
    user: runbook.user,
    directory: runbook.directory === undefined ? undefined : fill(runbook.directory, values),
    env: fillRecord(runbook.env, values),
  };
  if (exec) return { kind: 'exec', command: fillAll(exec, values), ...how };
  if (oneOff) return { kind: 'oneOff', command: fillAll(oneOff, values), ...how };
  if (host) return { kind: 'host', command: fillAll(host, values), ...how };
  if (!http) return { kind: 'signal', signal };
  const { url, method, headers, body } = http;
  const filled = body === undefined ? undefined : fill(body, values);
  return { kind: 'http', url: fill(url, values), method, headers: fillRecord(headers, values), body: filled };
}
