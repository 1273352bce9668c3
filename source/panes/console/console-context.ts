import { createContext, type Dispatch, useContext } from 'react';
import type { Refusal, Target } from '../../actions/action.ts';
import type { ActionArguments } from '../../actions/registry.ts';
import { copySequence } from '../../ui/clipboard.ts';
import { safe } from '../../ui/text.ts';
import type { Tone } from '../../ui/theme.ts';
import type { Draft, Host } from '../host.ts';
import type { ConsoleAction, View } from './console-state.ts';

/** What an action is told beside its target, and what the dialog says beside its plan. */
export type PlanOptions = { args?: ActionArguments; note?: string };

/** What views and panes do to the console around them. */
export type Controls = {
  open(view: View, filter?: string): void;
  /** A line at the bottom for some seconds; bad news stay longer. */
  flash(tone: Tone, text: string): void;
  copy(text: string): void;
  save(name: string, text: string): void;
  /** Asks for text to search, and hands it over. `sign` says what else is asked for, such as "compare with". */
  search(accept: (text: string) => void, sign?: string): void;
  /** Asks for a filter that works while one types; cancelling gives back the one before. */
  filter(before: string, change: (text: string) => void): void;
  /** Plans an action on what was under the cursor and asks, or tells why not. */
  plan(action: string, target: Target, options?: PlanOptions): void;
  /** Does what was planned; tells each step and whether it worked. */
  perform(draft: Draft): void;
  /** Cancels the action under way; false when there is none. */
  cancel(): boolean;
};

/** What every key and command that changes the world says while it may not. */
export const READONLY = 'The console is read-only. :arm 10m allows actions for ten minutes.';

const FLASH_MS: Partial<Record<Tone, number>> = { bad: 20_000, warn: 12_000, good: 10_000, busy: 120_000 };

export function createControls(host: Host, dispatch: Dispatch<ConsoleAction>): Controls {
  const running = new Set<AbortController>();
  const flash = (tone: Tone, text: string) =>
    dispatch({ type: 'flash', flash: { tone, text: safe(text), until: host.clock.now() + (FLASH_MS[tone] ?? 5000) } });
  const failed = (error: unknown) => flash('bad', told(error));
  const run = async (draft: Draft) => {
    const ending = new AbortController();
    running.add(ending);
    try {
      await perform(host, flash, draft, ending.signal);
    } catch (error) {
      failed(error);
    } finally {
      running.delete(ending);
    }
  };
  return {
    flash,
    open: (view, filter) => dispatch({ type: 'open', view, filter }),
    copy: (text) => copy(text, host, flash),
    save: (name, text) => void host.save(name, text).then((path) => flash('good', `Saved to ${path}`), failed),
    filter: (initial, change) =>
      dispatch({ type: 'prompt', prompt: { kind: 'search', initial, change, accept: change } }),
    search: (accept, sign) => dispatch({ type: 'prompt', prompt: { kind: 'search', initial: '', sign, accept } }),
    plan(action, target, { args, note } = {}) {
      flash('busy', `Planning: ${action} …`);
      void host.draft(action, target, args).then((draft) => {
        if ('refused' in draft) return flash('warn', refusalText(draft));
        dispatch({ type: 'flash' });
        const reasons = note === undefined ? draft.reasons : [...draft.reasons, note];
        dispatch({ type: 'ask', question: { kind: 'plan', ...draft, reasons } });
      }, failed);
    },
    perform: (draft) => void run(draft),
    cancel() {
      if (running.size === 0) return false;
      for (const ending of running) ending.abort();
      flash('warn', 'Cancelling: no further step is begun.');
      return true;
    },
  };
}

function copy(text: string, host: Host, flash: Controls['flash']): void {
  const { sequence, told: words } = copySequence(text, process.env);
  if (sequence !== undefined) host.write(sequence);
  flash(sequence === undefined ? 'warn' : 'info', words);
}

async function perform(host: Host, flash: Controls['flash'], { plan }: Draft, signal: AbortSignal): Promise<void> {
  flash('busy', `${plan.title} …`);
  const result = await host.execute(plan, { signal, progress: (text) => flash('busy', text) });
  if (result.kind === 'refused') return flash('warn', refusalText(result.refusal));
  const { ok, cancelled, verification } = result.outcome;
  flash(ok ? 'good' : cancelled ? 'warn' : 'bad', `${plan.action} ${plan.name}: ${verification}`);
}

function refusalText({ action, name, refused, change }: Refusal): string {
  return `${action} ${name} refused: ${refused}. To change that: ${change}.`;
}

/** An error in words: what was tried, and what to do next where that is known. */
export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = 'advice' in error ? String(error.advice) : '';
  return advice === '' ? error.message : `${error.message} ${advice}`;
}

export const ControlsContext = createContext<Controls | undefined>(undefined);

export function useControls(): Controls {
  const controls = useContext(ControlsContext);
  if (!controls) throw new Error('a pane is drawn outside the console');
  return controls;
}
