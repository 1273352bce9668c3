/**
 * A question before something is done. It takes no key until it is armed: what was typed before it could be read is no
 * answer. *Cancel* comes first and has the focus; where a name is wanted (danger 3 and 4) it must be typed before anything is
 * confirmed. Pure; when it is armed is up to use-dialog.ts.
 */
export type DialogState = {
  armed: boolean;
  focus: Place;
  typed: string;
  /** Why it is done, in the operator's words. */
  reason: string;
  /** Another name than the wanted one was confirmed; told until the next key. */
  wrong: boolean;
  /** First visible line, and the item under the cursor where there are items to take out. */
  top: number;
  item: number;
  excluded: ReadonlySet<string>;
};

/** What a dialog asks for. */
export type DialogAsks = {
  /** Buttons behind Cancel; the first one confirms. */
  buttons: number;
  /** The name to type, for danger 3 and 4. It stands for the first button. */
  wanted?: string;
  /** Whether a reason can be given. */
  reason: boolean;
};

/** Where the focus can be: a number is a button behind Cancel, counted from 1. */
export type Place = 'cancel' | 'name' | 'reason' | number;

export type DialogAction =
  | { type: 'arm' }
  /** It could not be seen for a while: it has to be read again. */
  | { type: 'disarm' }
  | { type: 'focus'; by: 1 | -1; asks: DialogAsks }
  | { type: 'home'; asks: DialogAsks }
  | { type: 'type'; text: string; asks: DialogAsks }
  | { type: 'rub' }
  | { type: 'wrong' }
  | { type: 'move'; by: number; lines: number; page: number }
  | { type: 'toggle'; id: string };

/** Longer reasons belong elsewhere. */
const LONGEST_REASON = 200;

/** `item`: the first line that can be taken out. */
export function initialDialog(asks: DialogAsks, item = 0): DialogState {
  return {
    armed: false,
    focus: places(asks)[0] ?? 'cancel',
    typed: '',
    reason: '',
    wrong: false,
    top: 0,
    item,
    excluded: new Set(),
  };
}

/** The places in the order of `tab`. */
export function places({ buttons, wanted, reason }: DialogAsks): readonly Place[] {
  const others = Array.from({ length: Math.max(0, buttons - 1) }, (_, index) => index + 2);
  const first: readonly Place[] = wanted === undefined ? ['cancel', 1] : ['name'];
  return [...first, ...others, ...(reason ? ['reason' as const] : [])];
}

export function dialogReducer(state: DialogState, action: DialogAction): DialogState {
  if (action.type === 'arm' || action.type === 'disarm') return { ...state, armed: action.type === 'arm' };
  return state.armed ? changed({ ...state, wrong: false }, action) : state;
}

function changed(state: DialogState, action: Exclude<DialogAction, { type: 'arm' | 'disarm' }>): DialogState {
  switch (action.type) {
    case 'focus':
      return { ...state, focus: beside(state.focus, action.by, places(action.asks)) };
    case 'home':
      return { ...state, focus: places(action.asks)[0] ?? 'cancel' };
    case 'type':
      return typed(state, action.text, action.asks);
    case 'rub':
      return state.focus === 'reason'
        ? { ...state, reason: shortened(state.reason) }
        : { ...state, typed: shortened(state.typed) };
    case 'wrong':
      return { ...state, wrong: true };
    case 'move':
      return move(state, action.by, action.lines, action.page);
    case 'toggle':
      return { ...state, excluded: toggled(state.excluded, action.id) };
  }
}

function beside(focus: Place, by: 1 | -1, all: readonly Place[]): Place {
  return all.at((all.indexOf(focus) + by) % all.length) ?? 'cancel';
}

function typed(state: DialogState, text: string, { wanted }: DialogAsks): DialogState {
  if (state.focus === 'reason') return { ...state, reason: `${state.reason}${text}`.slice(0, LONGEST_REASON) };
  return wanted === undefined ? state : { ...state, focus: 'name', typed: state.typed + text };
}

function shortened(text: string): string {
  return [...text].slice(0, -1).join('');
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
 * What `enter` means now: Cancel, a button (1 confirms), the way back from the reason, or a name that is not the wanted one;
 * nothing before the dialog is armed.
 */
export function pressed({ armed, focus, typed }: DialogState, { wanted }: DialogAsks) {
  if (!armed) return undefined;
  if (focus === 'reason') return 'home';
  if (focus !== 'name') return focus;
  if (typed === '') return 'cancel';
  return typed === wanted ? 1 : 'wrong';
}
