import type { SessionRunner } from '../../actions/action.ts';
import { endText } from '../../actions/command-end.ts';
import { runCommand } from '../../engine/api/command.ts';
import type { Output } from '../../panes/shared/output.ts';
import type { SessionDeps } from './shell.ts';

/** Bytes of output after which a command is stopped. */
const LIMIT = 1024 * 1024;

/** Runs the operator's command in a container and passes its output to `output`. */
export function runInContainer(
  { clock }: Pick<SessionDeps, 'clock'>,
  command: readonly string[],
  output: Output,
  timeoutSeconds: number,
): SessionRunner {
  return async (object, { engine, signal }) => {
    const timeoutMs = timeoutSeconds * 1000;
    const end = await runCommand(engine, object.id, command, {
      clock,
      timeoutMs,
      limit: LIMIT,
      signal,
      onOutput: output.add,
    });
    const text = endText(end, { seconds: timeoutSeconds, limit: LIMIT });
    return { begun: true, ok: end.kind === 'exited' && end.exitCode === 0, text };
  };
}
