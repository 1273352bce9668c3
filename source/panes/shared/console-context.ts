import { createContext, type Dispatch, useContext } from 'react';
import type { Action, Refusal, Target } from '../../actions/action.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import type { Message } from '../../lib/message-log.ts';
import { safe } from '../../lib/text.ts';
import { clipboardRefusal, copySequence } from '../../ui/clipboard.ts';
import type { Tone } from '../../ui/theme.ts';
import type { ConsoleAction } from './console-state.ts';
import type { AppServices, Draft, Suspend } from './services.ts';
import type { View } from './views.ts';

/** The words that fill an action's parameters, and what the dialog says beside its plan. */
export type PlanOptions = { words?: readonly string[]; note?: string };

/** What views and panes do to the console around them. */
export type Controls = {
  open(view: View, filter?: string): void;
  /** A line at the bottom for some seconds; bad news stay longer. */
  flash(tone: Tone, text: string): void;
  copy(text: string): void;
  save(name: string, text: string | AsyncIterable<string>): void;
  /** Asks for text to search, and hands it over. `sign` says what else is asked for, such as "compare with"; `initial` is there already. */
  search(accept: (text: string) => void, sign?: string, initial?: string): void;
  /** Asks for a filter that works while one types; cancelling gives back the one before. */
  filter(before: string, change: (text: string) => void): void;
  /** Plans an action on what was under the cursor and asks, or says why not. A session below danger 2 begins at once. */
  plan(action: Action, target: Target, options?: PlanOptions): void;
  /** Titles of what is under way. */
  running(): readonly string[];
  /** Does what was planned; tells each step and whether it worked. */
  perform(draft: Draft): void;
  /** Stops planning, else cancels the action under way; false when there is neither. */
  cancel(): boolean;
};

const FLASH_MS: Partial<Record<Tone, number>> = { bad: 20_000, warn: 12_000, good: 10_000, busy: 120_000 };

const LEVELS: Partial<Record<Tone, Message['level']>> = { bad: 'bad', warn: 'warning', good: 'good' };

export function createControls(host: AppServices, dispatch: Dispatch<ConsoleAction>, suspend: Suspend): Controls {
  const running = new Map<AbortController, Draft>();
  let planning: AbortController | undefined;
  const flash = (tone: Tone, text: string) => {
    if (tone !== 'busy') host.messages.add(LEVELS[tone] ?? 'info', text);
    dispatch({ type: 'flash', flash: { tone, text: safe(text), until: host.clock.now() + (FLASH_MS[tone] ?? 5000) } });
  };
  const failed = (error: unknown) => flash('bad', errorWithAdvice(error));
  const run = async (draft: Draft) => {
    const ending = new AbortController();
    running.set(ending, draft);
    dispatch({ type: 'hold', held: takesTerminal(draft.action) });
    try {
      await perform(draft, { host, dispatch, suspend, flash }, ending.signal);
    } catch (error) {
      failed(error);
    } finally {
      running.delete(ending);
      dispatch({ type: 'hold', held: false });
    }
  };
  /** Only the newest is heard: what was asked for before it, or was given up, opens no dialog any more. */
  const draft = (drafting: () => Promise<Draft | Refusal>, heard: (draft: Draft) => void) => {
    planning?.abort();
    const mine = new AbortController();
    planning = mine;
    const done = (then: () => void) => {
      if (mine.signal.aborted) return;
      planning = undefined;
      dispatch({ type: 'hold', held: false });
      then();
    };
    void drafting().then(
      (made) => done(() => ('refused' in made ? flash('warn', refusalText(made)) : heard(made))),
      (error) => done(() => failed(error)),
    );
  };
  const ask = (made: Draft, note: string | undefined) => {
    const reasons = note === undefined ? made.reasons : [...made.reasons, note];
    dispatch({ type: 'flash' });
    dispatch({ type: 'ask', question: { kind: 'plan', ...made, reasons } });
  };
  return {
    flash,
    open: (view, filter) => dispatch({ type: 'open', view, filter }),
    copy: (text) => void copy(text, host, flash),
    save(name, text) {
      if (typeof text !== 'string') flash('busy', `Saving ${name} …`);
      void host.save(name, text).then((path) => flash('good', `Saved to ${path}`), failed);
    },
    filter: (initial, change) =>
      dispatch({ type: 'prompt', prompt: { kind: 'search', initial, change, accept: change } }),
    search: (accept, sign, initial = '') =>
      dispatch({ type: 'prompt', prompt: { kind: 'search', initial, sign, accept } }),
    plan(action, target, { words, note } = {}) {
      if (takesTerminal(action)) dispatch({ type: 'hold', held: true });
      else flash('busy', `Planning: ${action.name} … (esc stops it)`);
      draft(
        () => host.draft(action, target, words),
        (made) => (action.session !== undefined && made.plan.danger < 2 ? void run(made) : ask(made, note)),
      );
    },
    perform: (made) => void run(made),
    running: () => [...running.values()].map(({ plan }) => plan.title),
    cancel() {
      if (planning) {
        planning.abort();
        planning = undefined;
        dispatch({ type: 'hold', held: false });
        flash('info', 'Not planned any further.');
        return true;
      }
      if (running.size === 0) return false;
      for (const ending of running.keys()) ending.abort();
      flash('warn', 'Cancelling: no further step is begun.');
      return true;
    },
  };
}

/** Keys are for its session as soon as it is asked for. */
function takesTerminal({ session }: Action): boolean {
  return session === 'shell' || session === 'attach';
}

async function copy(text: string, host: AppServices, flash: Controls['flash']): Promise<void> {
  const { sequence, told: words } = copySequence(text, process.env);
  if (sequence === undefined) return flash('warn', words);
  host.write(sequence);
  const refusal = await clipboardRefusal(process.env);
  flash(refusal === undefined ? 'info' : 'warn', refusal ?? words);
}

type Performing = {
  host: AppServices;
  dispatch: Dispatch<ConsoleAction>;
  suspend: Suspend;
  flash: Controls['flash'];
};

async function perform(
  draft: Draft,
  { host, dispatch, suspend, flash }: Performing,
  signal: AbortSignal,
): Promise<void> {
  const { plan } = draft;
  const session = host.openSession(draft, suspend);
  if (session?.output) dispatch({ type: 'open', view: { kind: 'output', ...session.output } });
  const tell = (tone: Tone, text: string) => {
    flash(tone, text);
    session?.output?.output.end(text);
  };
  flash('busy', `${plan.title} …`);
  try {
    // In front, where a narrow screen cannot cut it off: esc means something else while nothing is under way.
    const progress = (text: string) => flash('busy', session ? text : `(esc cancels) ${text}`);
    const result = await host.execute(draft, { signal, progress, talk: session?.talk });
    if (result.kind === 'refused') return tell('warn', refusalText(result.refusal));
    const { ok, cancelled, verification, unrecorded } = result.outcome;
    const missing = unrecorded === undefined ? '' : ` NOT RECORDED: ${unrecorded}`;
    const tone = !ok && !cancelled ? 'bad' : cancelled || missing !== '' ? 'warn' : 'good';
    tell(tone, `${plan.action} ${plan.name}: ${verification}${missing}`);
  } catch (error) {
    tell('bad', errorWithAdvice(error));
  }
}

function refusalText({ action, name, refused, change }: Refusal): string {
  return `${action} ${name} refused: ${refused}. To change that: ${change}.`;
}

export const ControlsContext = createContext<Controls | undefined>(undefined);

export function useControls(): Controls {
  const controls = useContext(ControlsContext);
  if (!controls) throw new Error('a pane is drawn outside the console');
  return controls;
}
