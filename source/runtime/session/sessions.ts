import { commandOf } from '../../actions/exec.ts';
import { safe } from '../../lib/text.ts';
import { createOutput } from '../../panes/shared/output.ts';
import type { Draft, Session } from '../../panes/shared/services.ts';
import type { Settings } from '../../settings/schema.ts';
import { runAttach } from './attach.ts';
import { runInContainer } from './run.ts';
import { runShell, type SessionDeps } from './shell.ts';
import { runOnTerminal } from './terminal.ts';

/** The session of a plan; undefined for other actions. */
export function openSession(
  { action, plan, parameters }: Draft,
  { screen, actions }: Settings,
  deps: SessionDeps,
): Session | undefined {
  switch (action.session) {
    case undefined:
      return undefined;
    case 'shell':
      return { talk: runShell(deps) };
    case 'attach':
      return { talk: runAttach(deps) };
    case 'terminal':
      return plan.hereCall && { talk: runOnTerminal(deps, plan.hereCall) };
    case 'command': {
      const output = createOutput(deps.clock, 1000 / screen.frames);
      const name = safe(plan.title.replace(`${action.title} `, ''));
      const talk = runInContainer(deps, commandOf(parameters), output, actions.execTimeout);
      return { talk, output: { output, name, title: action.name } };
    }
  }
}
