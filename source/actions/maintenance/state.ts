import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { hasCode } from '../../lib/error.ts';
import { MaintenanceStep } from '../../settings/maintenance.ts';

/** How far a procedure has come, on disk: it goes on after the console has ended, and glance knows of it. Times are ms since the epoch. */

const StepState = v.object({
  step: MaintenanceStep,
  /** `waiting`: for an answer; `running` in a file of a process that has ended: the outcome is unknown. */
  state: v.picklist(['pending', 'running', 'waiting', 'done', 'failed', 'skipped']),
  startedAt: v.optional(v.number()),
  endedAt: v.optional(v.number()),
  result: v.optional(v.string()),
});

const ProcedureState = v.object({
  schema: v.literal(1),
  name: v.string(),
  /** The engine that it runs on. */
  engine: v.string(),
  startedAt: v.number(),
  /** Until when what is not ok counts as in maintenance. */
  until: v.number(),
  /** Patterns of the services that are in maintenance. */
  services: v.array(v.string()),
  /** `open`: it is not over; running, waiting, failed or cut off. */
  phase: v.picklist(['open', 'done', 'aborted']),
  /** It is being undone: what follows are the reverse steps. */
  aborting: v.optional(v.boolean()),
  steps: v.array(StepState),
});

export type StepState = v.InferOutput<typeof StepState>;
export type ProcedureState = v.InferOutput<typeof ProcedureState>;

/** One file for each procedure and engine. */
export function stateFile(directory: string, name: string, engine: string): string {
  const of = createHash('sha256').update(engine).digest('hex').slice(0, 12);
  return join(directory, 'maintenance', `${name}.${of}.json`);
}

/** Undefined where it was never begun. Throws an Error that names the file where that cannot be read. */
export async function readState(path: string): Promise<ProcedureState | undefined> {
  try {
    return v.parse(ProcedureState, JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new Error(`${path} cannot be read (${(error as Error).message}): repair or remove it`, { cause: error });
  }
}

/** All of a state directory; what cannot be read is left out. */
export async function readStates(directory: string): Promise<readonly ProcedureState[]> {
  const folder = join(directory, 'maintenance');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json'));
  const all = await Promise.all(files.map((name) => readState(join(folder, name)).catch(() => undefined)));
  return all.filter((state) => state !== undefined);
}

/** Whole or not at all, on disk before it returns, readable by its owner alone. */
export async function writeState(path: string, state: ProcedureState): Promise<void> {
  const beside = `${path}.${process.pid}`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(state, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Where it goes on: the first step that is not over; undefined at its end. */
export function currentStep({ steps }: Pick<ProcedureState, 'steps'>): number | undefined {
  const at = steps.findIndex(({ state }) => state !== 'done' && state !== 'skipped');
  return at < 0 ? undefined : at;
}
