import { isSession } from '../../actions/session.ts';
import { safe } from '../../lib/text.ts';
import { createOutput } from '../../panes/shared/output.ts';
import type { Draft, Session } from '../../panes/shared/services.ts';
import type { Settings } from '../../settings/schema.ts';
import { talkAttach } from './attach.ts';
import { talkRun } from './run.ts';
import { type SessionDeps, talkShell } from './shell.ts';

/** What happens in a session that was planned; undefined for other actions. */
export function openSession(
  { plan, command = [] }: Draft,
  { screen, actions }: Settings,
  deps: SessionDeps,
): Session | undefined {
  if (!isSession(plan.action)) return undefined;
  if (plan.action === 'shell') return { talk: talkShell(deps) };
  if (plan.action === 'attach') return { talk: talkAttach(deps) };
  const output = createOutput(deps.clock, 1000 / screen.frames);
  const name = safe(plan.title.replace(/^\S+ in /, ''));
  return { talk: talkRun(deps, command, output, actions.execTimeout), output: { output, name } };
}
