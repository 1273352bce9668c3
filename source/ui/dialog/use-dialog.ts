import { useEffect, useReducer, useRef, useState } from 'react';
import type { Clock } from '../../lib/clock.ts';
import { keyGroup } from '../keymap.ts';
import { useKeys } from '../use-keys.ts';
import type { DialogLine } from './dialog-rows.ts';
import {
  type DialogAction,
  type DialogAsks,
  type DialogState,
  dialogReducer,
  initialDialog,
  pressed,
} from './dialog-state.ts';

export const dialogKeys = keyGroup('dialog', 'Dialogs', {
  next: { keys: ['tab', 'right'], hint: '', help: 'next button (Cancel has the focus first)' },
  previous: { keys: ['shift-tab', 'left'], hint: '', help: 'previous button' },
  accept: { keys: ['enter'], hint: '', help: 'press the button' },
  cancel: { keys: ['esc'], hint: '', help: 'cancel' },
  up: { keys: ['up'], hint: '', help: 'up', wheel: 'up' },
  down: { keys: ['down'], hint: '', help: 'down', wheel: 'down' },
  pageUp: { keys: ['pgup'], hint: '', help: 'page up' },
  pageDown: { keys: ['pgdn'], hint: '', help: 'page down' },
  toggle: { keys: ['space'], hint: '', help: 'exclude the object from the plan, or include it again (prune)' },
  rub: { keys: ['backspace'], hint: '', help: 'delete the last character typed' },
});

/** Pause without keys (ms) after which a dialog counts as read. */
export const ARMED_AFTER_MS = 400;
/** Time after opening (ms) from which it accepts keys even if they never stopped. */
export const ARMED_AT_MOST_MS = 1500;

export type DialogUse = {
  asks: DialogAsks;
  lines: readonly DialogLine[];
  /** Visible lines. */
  page: number;
  /** Whether its objects are visible: otherwise nothing is confirmed. */
  readable: boolean;
  hidden: boolean;
  clock: Clock;
  onCancel(): void;
  /** A button after Cancel, counted from 1. */
  onPress(button: number, state: DialogState): void;
};

/** The state of a dialog, and its keys. */
export function useDialog({ asks, lines, page, readable, hidden, clock, onCancel, onPress }: DialogUse): DialogState {
  const [state, dispatch] = useReducer(dialogReducer, undefined, () =>
    initialDialog(
      asks,
      Math.max(
        0,
        lines.findIndex(({ id }) => id !== undefined),
      ),
    ),
  );
  const ignored = useArming(clock, hidden, dispatch);
  const line = lines[state.item];
  const move = (by: number) => dispatch({ type: 'move', by, lines: lines.length, page });
  const accept = () => {
    const answer = pressed(state, asks);
    if (answer === 'cancel') onCancel();
    else if (answer === 'home') dispatch({ type: 'home', asks });
    else if (answer === 'wrong') dispatch({ type: 'wrong' });
    else if (typeof answer === 'number' && readable) onPress(answer, state);
  };
  const type = (text: string) => {
    if (text !== '') dispatch({ type: 'type', text, asks });
  };
  const armed =
    <Result>(run: () => Result) =>
    () =>
      state.armed ? run() : ignored();
  useKeys(
    dialogKeys,
    {
      next: armed(() => dispatch({ type: 'focus', by: 1, asks })),
      previous: armed(() => dispatch({ type: 'focus', by: -1, asks })),
      accept: armed(accept),
      // The only key that is never too early: it does nothing harmful.
      cancel: onCancel,
      up: armed(() => move(stepFrom(lines, state.item, -1))),
      down: armed(() => move(stepFrom(lines, state.item, 1))),
      pageUp: armed(() => move(-page)),
      pageDown: armed(() => move(page)),
      // While a name is typed, a space is part of it; no name begins with one.
      toggle: armed(() => {
        if (state.typed !== '' || state.focus === 'reason') return false;
        if (line?.id !== undefined) dispatch({ type: 'toggle', id: line.id });
        return true;
      }),
      rub: armed(() => dispatch({ type: 'rub' })),
    },
    {
      layer: 'modal',
      text: (_key, text) => {
        if (state.armed) type(text);
        else ignored();
        return true;
      },
    },
  );
  return state;
}

/** Arms the dialog after a pause; call the returned function for each key that came too early. */
function useArming(clock: Clock, hidden: boolean, dispatch: (action: DialogAction) => void): () => void {
  const shown = useRef(0);
  const [early, setEarly] = useState(0);
  useEffect(() => {
    shown.current = clock.now();
    if (hidden) dispatch({ type: 'disarm' });
  }, [clock, dispatch, hidden]);
  useEffect(() => {
    if (hidden) return;
    const left = early === 0 ? ARMED_AFTER_MS : shown.current + ARMED_AT_MOST_MS - clock.now();
    return clock.after(Math.max(0, Math.min(ARMED_AFTER_MS, left)), () => dispatch({ type: 'arm' }));
  }, [clock, dispatch, hidden, early]);
  return () => setEarly((count) => count + 1);
}

/** Moves from object to object if there are any, else line by line. */
function stepFrom(lines: readonly DialogLine[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < lines.length; at += by) if (lines[at]?.id !== undefined) return at - from;
  return by;
}
