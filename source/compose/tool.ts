import { access } from 'node:fs/promises';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { type ChildResult, runChild } from './child.ts';
import { type ComposeCall, type ComposeCli, composeCommand, composeEnvironment, findCompose } from './cli.ts';
import { ComposeProblem, type ComposeProject } from './project.ts';

type Running = { signal: AbortSignal; onLine?(line: string): void };

/** The compose CLI of this machine, talking to the engine that deskhand is connected to. */
export type ComposeTool = {
  /** The CLI, looked for once. Throws a ComposeProblem where there is none. */
  find(signal: AbortSignal): Promise<ComposeCli>;
  /** Runs one compose command on a project, such as `['up', '--detach', 'redis']`. */
  run(call: Omit<ComposeCall, 'cli'>, command: readonly string[], running: Running): Promise<ChildResult>;
};

export function composeTool(endpoint: Endpoint, env: NodeJS.ProcessEnv): ComposeTool {
  let found: Promise<ComposeCli> | undefined;
  const own = composeEnvironment(endpoint, env);
  const find = (signal: AbortSignal) => {
    // One that was cancelled or not found is looked for again: it may be installed meanwhile.
    found ??= findCompose(own, signal).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  return {
    find,
    async run(call, command, running) {
      const { project } = call;
      const argv = composeCommand({ ...call, cli: await find(running.signal) }, command);
      return runChild(argv, { env: own, directory: project.directory, ...running });
    },
  };
}

/** Throws a ComposeProblem that names every file of the project that cannot be read on this machine. */
export async function requireFiles({ name, directory, files, envFiles }: ComposeProject): Promise<void> {
  const wanted = [directory, ...files, ...envFiles];
  const readable = await Promise.all(
    wanted.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = wanted.filter((_, index) => !readable[index]);
  if (missing.length === 0) return;
  throw new ComposeProblem(
    `${name} was started from files that this machine does not have: ${missing.join(', ')}.`,
    'Run deskhand on the machine that has them, or put them back. Existing containers can still be started, stopped and removed.',
    { missing: true },
  );
}
