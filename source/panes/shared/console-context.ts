import { createContext, useContext, useEffect, useEffectEvent } from 'react';
import type { Action, Target } from '../../actions/action.ts';
import type { Opening } from '../../resources/resource.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import type { Tone } from '../../ui/theme.ts';
import type { Running } from './console-state.ts';
import type { Draft, OnHosts } from './services.ts';
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
