import { createContext, type Dispatch, useContext, useEffect, useEffectEvent } from 'react';
import type { Action, Refusal, Target } from '../../actions/action.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import type { EngineId } from '../../lib/ids.ts';
import type { Message } from '../../lib/message-log.ts';
import { exactly } from '../../lib/pattern.ts';
import { safe } from '../../lib/text.ts';
import type { Opening } from '../../resources/resource.ts';
import { clipboardRefusal, copySequence } from '../../ui/clipboard.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import { withKeys } from '../../ui/key-words.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { Tone } from '../../ui/theme.ts';
import { type ConsoleAction, type Running, turnsElsewhere } from './console-state.ts';
import { createOutput } from './output.ts';
import { createPlanning } from './planning.ts';
import { type AppServices, beginsAtOnce, type Draft, type OnHosts, type Session, type Suspend } from './services.ts';
import type { View } from './views.ts';

/** The words for an action's parameters, and an extra note for the dialog. `again`: planned once more, without further messages. */
export type PlanOptions = { words?: readonly string[]; note?: string; again?: true };

/** How views and panes control the console around them. */
export type Controls = {
  open(view: View, filter?: string): void;
  /** Opens the menu of a row. */
  menu(title: string, items: readonly MenuItem[]): void;
  /** Opens the column chooser of a table; `columns`: those that it has now. */
  columns(resource: string, columns: readonly string[] | undefined): void;
  /** Opens the view that a row leads to. */
  follow(opening: Opening): void;
  /** Shows a message at the bottom for some seconds; errors stay longer. */
  flash(tone: Tone, text: string): void;
  copy(text: string): void;
  save(name: string, text: string | AsyncIterable<string>): void;
  /** Asks for a text. `sign`: the question, such as "compare with" (default: search); `initial`: the initial text. */
  search(accept: (text: string) => void, sign?: string, initial?: string): void;
  /** Asks for a filter that applies while typing; cancelling restores the previous one. */
  filter(before: string, change: (text: string) => void): void;
  /** Plans an action on the target and asks, or shows the refusal. A session below danger 2 starts at once. */
  plan(action: Action, target: Target, options?: PlanOptions): void;
  /** The same for a service on several hosts. */
  planOnHosts(action: Action, on: OnHosts, words?: readonly string[]): void;
  /** The running actions. */
  running(): readonly Running[];
  /** Runs a plan and shows its progress and outcome. `reason` goes into the audit log. */
  perform(draft: Draft, reason?: string): void;
  /** Offers a command of a pane while that is on the screen; the returned function takes it back. */
  provide(name: string, run: (argument: string) => void): () => void;
  /** Runs a command that a pane offers; false where none does. */
  command(name: string, argument: string): boolean;
  /** Hands the terminal over while `run` runs. */
  handOver(run: () => Promise<void>): Promise<void>;
  /** Drops the current planning, or a session that has not begun. False if there is neither. */
  stopPlanning(): boolean;
  /** Starts no further step of these actions. */
  cancel(ids: readonly string[]): void;
};

const FLASH_MS: Partial<Record<Tone, number>> = { bad: 20_000, warn: 12_000, good: 10_000, busy: 120_000 };

const LEVELS: Partial<Record<Tone, Message['level']>> = { bad: 'bad', warn: 'warning', good: 'good' };

export type ControlDeps = {
  host: AppServices;
  /** The dispatch of the console's reducer. */
  dispatch: Dispatch<ConsoleAction>;
  suspend: Suspend;
  /** The key that cancels what is running, as it is bound. */
  cancelKey: string;
  /** The bindings in force, for texts that name one. */
  bound: ReadonlyMap<string, KeyGroup>;
};

/** The controls, and the console's dispatch, which drops the current planning when the operator moves on. */
export function createControls({ host, dispatch: reduce, suspend, cancelKey, bound }: ControlDeps): {
  controls: Controls;
  dispatch: Dispatch<ConsoleAction>;
} {
  const provided: { name: string; run(argument: string): void }[] = [];
  const running = new Map<string, { ending: AbortController; draft: Draft }>();
  const planning = createPlanning();
  let made = 0;
  const flash = (tone: Tone, words: string) => {
    const text = withKeys(words, bound);
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
      outdated = await perform(
        draft,
        { host, dispatch: reduce, suspend, flash, cancelKey, bound, reason },
        ending.signal,
      );
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
    follow: (opening) =>
      opening.open === 'context'
        ? void switchContext(opening, { host, dispatch, flash })
        : follow(opening, host.store.seen().engineId, dispatch),
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
      flash('busy', `Planning: ${action.name} on ${on.hosts.length} hosts … ({everywhere.back} stops it)`);
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
  return session === 'shell' || session === 'attach';
}

async function copy(text: string, host: AppServices, flash: Controls['flash']): Promise<void> {
  const { sequence, notice: words } = copySequence(text, process.env);
  if (sequence === undefined) return flash('warn', words);
  host.write(sequence);
  const refusal = await clipboardRefusal(process.env);
  flash(refusal === undefined ? 'info' : 'warn', refusal ?? words);
}

type Performing = ControlDeps & { flash: Controls['flash']; reason: string | undefined };

/** Answers what has changed since the plan was shown, where that is why nothing was done. */
async function perform(
  draft: Draft,
  { host, dispatch, suspend, flash, cancelKey, reason }: Performing,
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
    const progress = (text: string) => flash('busy', session ? text : `(${cancelKey} cancels) ${text}`);
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

function refusalText({ action, name, refused, change }: Refusal): string {
  return `${action} ${name} refused: ${refused}. To change that: ${change}.`;
}

/** Switches to another engine; if that fails, the screen stays. */
async function switchContext(
  { name, service }: Extract<Opening, { open: 'context' }>,
  { host, dispatch, flash }: Pick<Performing, 'host' | 'dispatch' | 'flash'>,
): Promise<void> {
  try {
    await host.switchContext(name);
    dispatch({ type: 'project' });
    dispatch({ type: 'open', view: { kind: 'desk' } });
    dispatch({ type: 'table', action: { type: 'filter', text: service === undefined ? '' : exactly(service) } });
    flash('good', `Context ${name}: ${host.endpoint()}`);
  } catch (error) {
    flash('bad', errorWithAdvice(error));
  }
}

function follow(opening: Local, engine: EngineId, dispatch: Dispatch<ConsoleAction>): void {
  if (opening.open === 'project') dispatch({ type: 'project', project: opening.project });
  dispatch({
    type: 'open',
    view: viewOf(opening, engine),
    filter: opening.open === 'table' ? opening.filter : undefined,
  });
}

/** Actions that stay on this engine. */
type Local = Exclude<Opening, { open: 'context' }>;

function viewOf(opening: Local, engine: EngineId): View {
  switch (opening.open) {
    case 'table':
      return { kind: 'table', resource: opening.resource, scope: opening.scope };
    case 'inspect':
      return { kind: 'describe', about: { ...opening.about, engine }, name: opening.name };
    case 'layers':
      return { kind: 'layers', image: opening.image, name: opening.name };
    case 'read':
      return { kind: 'read', name: opening.name, read: opening.read };
    case 'text':
      return { kind: 'text', name: opening.name, lines: opening.lines };
    case 'logs': {
      const { open: pane, ...about } = opening;
      return { kind: 'pane', pane, ...about };
    }
    case 'project':
      return { kind: 'desk' };
  }
}

export const ControlsContext = createContext<Controls | undefined>(undefined);

export function useControls(): Controls {
  const controls = useContext(ControlsContext);
  if (!controls) throw new Error('a pane is drawn outside the console');
  return controls;
}

/** Offers a command of a pane for as long as the component is mounted. */
export function useCommand(name: string, run: (argument: string) => void): void {
  const controls = useControls();
  const newest = useEffectEvent(run);
  useEffect(() => controls.provide(name, (argument) => newest(argument)), [controls, name]);
}
