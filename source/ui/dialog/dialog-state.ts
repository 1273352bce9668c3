/**
 * A question before something is done. *Cancel* comes first and has the focus; for danger 3 and 4 the name must be typed
 * before the other button can be pressed. Pure.
 */
export type DialogState = { focus: 'cancel' | 'ok'; typed: string; top: number };

export type DialogAction =
  | { type: 'focus' }
  | { type: 'type'; text: string }
  | { type: 'rub' }
  | { type: 'scroll'; by: number; lines: number; page: number };

export const initialDialog: DialogState = { focus: 'cancel', typed: '', top: 0 };

export function dialogReducer(state: DialogState, action: DialogAction): DialogState {
  switch (action.type) {
    case 'focus':
      return { ...state, focus: state.focus === 'cancel' ? 'ok' : 'cancel' };
    case 'type':
      return { ...state, typed: state.typed + action.text };
    case 'rub':
      return { ...state, typed: state.typed.slice(0, -1) };
    case 'scroll':
      return { ...state, top: Math.max(0, Math.min(state.top + action.by, action.lines - action.page)) };
  }
}

/** What `enter` means now. A typed name that does not match never confirms. */
export function answer(state: DialogState, wanted: string | undefined): 'cancel' | 'ok' | 'incomplete' {
  if (wanted !== undefined) return state.typed === wanted ? 'ok' : state.typed === '' ? 'cancel' : 'incomplete';
  return state.focus === 'ok' ? 'ok' : 'cancel';
}
