import type { Dispatch } from 'react';
import type { SessionRunner } from '../../actions/session.ts';
import { isSession } from '../../actions/session.ts';
import { safe } from '../../lib/text.ts';
import type { ConsoleAction } from '../shared/console-state.ts';
import type { AppServices, Draft } from '../shared/services.ts';
import { talkAttach } from './attach.ts';
import { createOutput } from './output.ts';
import { talkRun } from './run.ts';
import { talkShell } from './shell.ts';

export type Suspend = (run: () => Promise<void>) => Promise<void>;

/** What goes on in a session that was planned, and where its end is told beside the footer; undefined for other actions. */
export function startSession(
  { plan, command = [] }: Draft,
  { host, dispatch, suspend }: { host: AppServices; dispatch: Dispatch<ConsoleAction>; suspend: Suspend },
): { talk: SessionRunner; end(how: string): void } | undefined {
  if (!isSession(plan.action)) return undefined;
  const deps = { engine: host.engine(), clock: host.clock, suspend };
  if (plan.action === 'shell') return { talk: talkShell(deps), end: () => {} };
  if (plan.action === 'attach') return { talk: talkAttach(deps), end: () => {} };
  const { screen, actions } = host.settings;
  const output = createOutput(host.clock, 1000 / screen.frames);
  const name = safe(plan.title.replace(/^\S+ in /, ''));
  dispatch({ type: 'open', view: { kind: 'output', output, name } });
  return { talk: talkRun(deps, command, output, actions.execTimeout), end: output.end };
}
