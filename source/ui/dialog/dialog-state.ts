/**
 * A question before something is done. *Cancel* comes first and has the focus; where a name is wanted (danger 3 and 4) it
 * must be typed before anything is confirmed. Pure.
 */
export type DialogState = {
  /** 0 is Cancel, or the name where one is typed; the others as the dialog has them. */
  focus: number;
  typed: string;
  /** First visible line, and the item under the cursor where there are items to take out. */
  top: number;
  item: number;
  excluded: ReadonlySet<string>;
};

export type DialogAction =
  | { type: 'focus'; by: 1 | -1; buttons: number }
  | { type: 'type'; text: string }
  | { type: 'rub' }
  | { type: 'move'; by: number; lines: number; page: number }
  | { type: 'toggle'; id: string };

export const initialDialog: DialogState = { focus: 0, typed: '', top: 0, item: 0, excluded: new Set() };

export function dialogReducer(state: DialogState, action: DialogAction): DialogState {
  switch (action.type) {
    case 'focus':
      return { ...state, focus: (state.focus + action.by + action.buttons) % action.buttons };
    case 'type':
      return { ...state, focus: 0, typed: state.typed + action.text };
    case 'rub':
      return { ...state, typed: state.typed.slice(0, -1) };
    case 'move':
      return move(state, action.by, action.lines, action.page);
    case 'toggle':
      return { ...state, excluded: toggled(state.excluded, action.id) };
  }
}

function move(state: DialogState, by: number, lines: number, page: number): DialogState {
  const item = Math.max(0, Math.min(state.item + by, lines - 1));
  const lowest = Math.max(0, lines - page);
  const top = Math.min(lowest, item < state.top ? item : item >= state.top + page ? item - page + 1 : state.top);
  return { ...state, item, top };
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/**
 * What `enter` means now: the button with the focus, 0 for Cancel; undefined while a wanted name is not typed whole. Where one
 * is wanted the first button has no place of its own: the name stands for it.
 */
export function pressed(state: DialogState, wanted: string | undefined): number | undefined {
  if (wanted === undefined) return state.focus;
  if (state.focus > 0) return state.focus + 1;
  if (state.typed === '') return 0;
  return state.typed === wanted ? 1 : undefined;
}
