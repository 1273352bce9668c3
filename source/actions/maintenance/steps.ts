import { kindOf, type MaintenanceStep, type StepKind } from '../../settings/maintenance.ts';
import type { Action } from '../action.ts';
import { backup } from '../backup.ts';
import { pull } from '../compose-images.ts';
import { recreate, up } from '../compose-up.ts';
import { restart } from '../restart.ts';
import { rollback } from '../rollback.ts';
import { runbook } from '../runbook.ts';
import { shownCommand } from '../session.ts';
import { start } from '../start.ts';
import { stop } from '../stop.ts';
import { update } from '../update.ts';

/** What a step does through an action of its own: the action, what it is about, and the action's parameters. */
export type StepWork = { action: Action; target: string; parameters: unknown };

const SIMPLE: Readonly<Partial<Record<StepKind, Action>>> = { stop, start, restart, pull, up, recreate, rollback };

/** The action of a step; undefined for those that the procedure does by itself. */
export function workOf(step: MaintenanceStep): StepWork | undefined {
  if (step.backup !== undefined) return { action: backup, target: step.backup, parameters: {} };
  if (step.runbook !== undefined) {
    const words = Object.entries(step.with ?? {}).map(([name, value]) => `${name}=${value}`);
    return { action: runbook, target: step.on ?? '', parameters: { runbook: step.runbook, with: words } };
  }
  if (step.update !== undefined) return { action: update, target: step.update, parameters: { image: step.image } };
  const kind = kindOf(step);
  const action = SIMPLE[kind];
  return action && { action, target: String(step[kind]), parameters: {} };
}

/** "stop exness/engine", "ask: Is the market closed?". */
export function stepText(step: MaintenanceStep): string {
  const kind = kindOf(step);
  if (step.notify) return `notify ${shownCommand(step.notify)}`;
  if (step.runbook !== undefined) return `runbook ${step.runbook} on ${step.on}`;
  if (step.update !== undefined) return `update ${step.update} to ${step.image}`;
  return kind === 'ask' ? `ask: ${step.ask}` : `${kind} ${step[kind]}`;
}

/** The step that undoes one; undefined where nothing does, or nothing needs to. */
export function reverseOf({ stop: stopped, update: updated, timeout }: MaintenanceStep): MaintenanceStep | undefined {
  if (updated !== undefined) return { rollback: updated, timeout };
  return stopped === undefined ? undefined : { start: stopped, timeout };
}

/** Steps that leave services as they are. */
const HARMLESS: ReadonlySet<StepKind> = new Set(['backup', 'pull']);

/** Patterns for the services that the steps act on: a name may be that of a service or of a project. */
export function patternsOf(steps: readonly MaintenanceStep[]): string[] {
  const names = steps.flatMap((step) => (HARMLESS.has(kindOf(step)) ? [] : (workOf(step)?.target ?? [])));
  return [...new Set(names.flatMap((name) => (name.includes('/') ? [name] : [name, `${name}/*`])))];
}
