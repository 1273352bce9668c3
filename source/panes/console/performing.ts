import type { Dispatch } from 'react';
import type { Refusal } from '../../actions/action.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { safe } from '../../lib/text.ts';
import type { Tone } from '../../ui/theme.ts';
import type { Controls } from '../shared/console-context.ts';
import type { ConsoleAction } from '../shared/console-state.ts';
import { createOutput } from '../shared/output.ts';
import type { AppServices, Draft, Session, Suspend } from '../shared/services.ts';

export type Performing = {
  host: AppServices;
  dispatch: Dispatch<ConsoleAction>;
  suspend: Suspend;
  flash: Controls['flash'];
  /** For the audit log. */
  reason: string | undefined;
};

/** Answers what has changed since the plan was shown, where that is why nothing was done. */
export async function perform(
  draft: Draft,
  { host, dispatch, suspend, flash, reason }: Performing,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { plan } = draft;
  const session = host.openSession(draft, suspend);
  const shown = session?.output ?? outputOf(draft, host);
  if (shown) dispatch({ type: 'open', view: { kind: 'output', ...shown } });
  const report = (tone: Tone, text: string) => {
    flash(tone, text);
    shown?.output.end(text);
  };
  flash('busy', `${plan.title} …`);
  try {
    // At the front, where a narrow screen does not cut it off.
    const progress = (text: string) => flash('busy', session ? text : `({everywhere.cancel} cancels) ${text}`);
    const result = await host.execute(draft, {
      signal,
      progress,
      output: shown?.output.add,
      status: shown?.output.status,
      talk: session?.talk,
      reason,
    });
    if (result.kind === 'refused') {
      report('warn', refusalText(result.refusal));
      return result.refusal.outdated ? result.refusal.refused : undefined;
    }
    const { ok, cancelled, verification, unrecorded } = result.outcome;
    const missing = unrecorded === undefined ? '' : ` NOT RECORDED: ${unrecorded}`;
    const tone = !ok && !cancelled ? 'bad' : cancelled || missing !== '' ? 'warn' : 'good';
    report(tone, `${plan.action} ${plan.name}: ${verification}${missing}`);
    return undefined;
  } catch (error) {
    report('bad', errorWithAdvice(error));
    return undefined;
  }
}

/** Where the programs of an action are seen. */
function outputOf({ action, plan }: Draft, { clock, settings }: AppServices): Session['output'] {
  if (action.output !== true) return undefined;
  const words = [plan.name, plan.options?.runbook].filter((word) => word !== undefined);
  return {
    output: createOutput(clock, 1000 / settings.screen.frames),
    name: safe(words.join(' ')),
    title: action.name,
  };
}

export function refusalText({ action, name, refused, change }: Refusal): string {
  return `${action} ${name} refused: ${refused}. To change that: ${change}.`;
}
