import type { Dispatch } from 'react';
import type { Action } from '../../actions/action.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { plural } from '../../lib/format.ts';
import type { Message } from '../../lib/message-log.ts';
import { safe } from '../../lib/text.ts';
import { clipboardRefusal, copySequence } from '../../ui/clipboard.ts';
import { withKeys } from '../../ui/key-words.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Tone } from '../../ui/theme.ts';
import type { Controls } from '../shared/console-context.ts';
import { type ConsoleAction, turnsElsewhere } from '../shared/console-state.ts';
import { type AppServices, beginsAtOnce, type Draft, type Suspend } from '../shared/services.ts';
import { follow } from './following.ts';
import { perform, refusalText } from './performing.ts';
import { createPlanning } from './planning.ts';

const FLASH_MS: Partial<Record<Tone, number>> = { bad: 20_000, warn: 12_000, good: 10_000, busy: 120_000 };

const LEVELS: Partial<Record<Tone, Message['level']>> = { bad: 'bad', warn: 'warning', good: 'good' };

export type ControlDeps = {
  host: AppServices;
  /** The dispatch of the console's reducer. */
  dispatch: Dispatch<ConsoleAction>;
  suspend: Suspend;
  /** The bindings in force, for texts that name one. */
  bound: () => ReadonlyMap<string, KeyGroup>;
};

/** The controls, and the console's dispatch, which drops the current planning when the operator moves on. */
export function createControls({ host, dispatch: reduce, suspend, bound }: ControlDeps): {
  controls: Controls;
  dispatch: Dispatch<ConsoleAction>;
} {
  const provided: { name: string; run(argument: string): void }[] = [];
  const running = new Map<string, { ending: AbortController; draft: Draft }>();
  const planning = createPlanning();
  let made = 0;
  const flash = (tone: Tone, words: string) => {
    const text = withKeys(words, bound());
    if (tone !== 'busy') host.messages.add(LEVELS[tone] ?? 'info', text);
    reduce({ type: 'flash', flash: { tone, text: safe(text), until: host.clock.now() + (FLASH_MS[tone] ?? 5000) } });
  };
  const failed = (error: unknown) => flash('bad', errorWithAdvice(error));
  const drop = (why: string) => {
    const what = planning.drop();
    if (what === undefined) return false;
    reduce({ type: 'hold', held: false });
    flash('info', `${what}: ${why}`);
    return true;
  };
  const dispatch = (action: ConsoleAction) => {
    if (turnsElsewhere(action)) drop('dropped, because you started something else.');
    reduce(action);
  };
  const run = async (draft: Draft, reason?: string) => {
    made += 1;
    const id = `run ${made}`;
    const ending = new AbortController();
    running.set(id, { ending, draft });
    reduce({ type: 'hold', held: takesTerminal(draft.action) });
    // The marks were meant for this action.
    if (draft.plan.target.kind === 'marked') reduce({ type: 'table', action: { type: 'clear-marks' } });
    let outdated: string | undefined;
    try {
      outdated = await perform(draft, { host, dispatch: reduce, suspend, flash, reason }, ending.signal);
    } catch (error) {
      failed(error);
    } finally {
      running.delete(id);
      reduce({ type: 'hold', held: false });
    }
    // It is not done, but what would be done now can be confirmed at once.
    const note = `${outdated}: this is the plan as of now.`;
    if (outdated !== undefined)
      controls.plan(draft.action, draft.plan.target, { words: draft.words, note, again: true });
  };
  const heard = (draft: Draft, note: string | undefined) => {
    if (beginsAtOnce(draft)) return void run(draft);
    const reasons = note === undefined ? draft.reasons : [...draft.reasons, note];
    reduce({ type: 'flash' });
    reduce({ type: 'ask', question: { kind: 'plan', ...draft, reasons } });
  };
  const controls: Controls = {
    flash,
    open: (view, filter) => dispatch({ type: 'open', view, filter }),
    menu: (title, items) => dispatch({ type: 'ask', question: { kind: 'menu', title, items } }),
    columns: (resource, columns) => dispatch({ type: 'ask', question: { kind: 'columns', resource, columns } }),
    follow: (opening) => follow(opening, { host, dispatch, flash }),
    copy: (text) => void copy(text, host, flash),
    save(name, text) {
      if (typeof text !== 'string') flash('busy', `Saving ${name} …`);
      void host.save(name, text).then((path) => flash('good', `Saved to ${path}`), failed);
    },
    filter: (initial, change) =>
      dispatch({ type: 'prompt', prompt: { kind: 'search', initial, change, accept: change } }),
    search: (accept, sign, initial = '') =>
      dispatch({ type: 'prompt', prompt: { kind: 'search', initial, sign, accept } }),
    plan(action, target, { words, note, again } = {}) {
      if (takesTerminal(action)) reduce({ type: 'hold', held: true });
      else if (!again) flash('busy', `Planning: ${action.name} … ({everywhere.back} stops it)`);
      const { signal, done } = planning.begin(action.name);
      const planned = (then: () => void) =>
        done(() => {
          reduce({ type: 'hold', held: false });
          then();
        });
      void host.draft(action, target, words, signal).then(
        (draft) =>
          planned(() => ('refused' in draft ? again || flash('warn', refusalText(draft)) : heard(draft, note))),
        (error) => planned(() => failed(error)),
      );
    },
    planOnHosts(action, on, words) {
      flash('busy', `Planning: ${action.name} on ${plural(on.hosts.length, 'host')} … ({everywhere.back} stops it)`);
      const { done } = planning.begin(action.name);
      void host.draftOnHosts(action, on, words).then(
        (draft) => done(() => ('refused' in draft ? flash('warn', refusalText(draft)) : heard(draft, undefined))),
        (error) => done(() => failed(error)),
      );
    },
    provide(name, run) {
      const entry = { name, run };
      provided.push(entry);
      return () => void provided.splice(provided.indexOf(entry), 1);
    },
    command(name, argument) {
      const entry = provided.findLast((one) => one.name === name);
      entry?.run(argument);
      return entry !== undefined;
    },
    perform: (draft, reason) => void run(draft, reason),
    running: () => [...running].map(([id, { draft }]) => ({ id, title: draft.plan.title })),
    handOver(run) {
      drop('dropped, because the terminal was handed over.');
      return suspend(run);
    },
    stopPlanning() {
      if (drop('planning cancelled.')) return true;
      const sessions = [...running.values()].filter(({ draft }) => takesTerminal(draft.action));
      for (const { ending } of sessions) ending.abort();
      return sessions.length > 0;
    },
    cancel(ids) {
      const chosen = ids.flatMap((id) => running.get(id) ?? []);
      for (const { ending } of chosen) ending.abort();
      const titles = chosen.map(({ draft }) => draft.plan.title).join(', ');
      if (chosen.length > 0) flash('warn', `Cancelling ${titles}: no further step will start.`);
    },
  };
  return { controls, dispatch };
}

/** From now on keys belong to the session. */
function takesTerminal({ session }: Action): boolean {
  return session === 'shell' || session === 'attach' || session === 'terminal';
}

async function copy(text: string, host: AppServices, flash: Controls['flash']): Promise<void> {
  const { sequence, notice: words } = copySequence(text, process.env);
  if (sequence === undefined) return flash('warn', words);
  host.write(sequence);
  const refusal = await clipboardRefusal(process.env);
  flash(refusal === undefined ? 'info' : 'warn', refusal ?? words);
}
