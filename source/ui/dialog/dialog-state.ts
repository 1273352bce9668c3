/**
 * A question before an action. It accepts no key until it is armed: keys typed before it could be read are not an answer. *Cancel* comes
 * first and has the focus; for danger 3 and 4 a name must be typed first. Pure; use-dialog.ts decides when it is armed.
 */
export type DialogState = {
  armed: boolean;
  focus: Place;
  typed: string;
  /** The operator's reason. */
  reason: string;
  /** A wrong name was confirmed; shown until the next key. */
  wrong: boolean;
  /** First visible line, and the item under the cursor if items can be excluded. */
  top: number;
  item: number;
  excluded: ReadonlySet<string>;
};

/** The inputs of a dialog. */
export type DialogAsks = {
  /** Buttons behind Cancel; the first one confirms. */
  buttons: number;
  /** The name to type, for danger 3 and 4. It stands for the first button. */
  wanted?: string;
  /** Whether a reason can be given. */
  reason: boolean;
};

/** Where the focus can be: a number is a button after Cancel, counted from 1. */
export type Place = 'cancel' | 'name' | 'reason' | number;

export type DialogAction =
  | { type: 'arm' }
  /** It was hidden for a while and has to be read again. */
  | { type: 'disarm' }
  | { type: 'focus'; by: 1 | -1; asks: DialogAsks }
  | { type: 'home'; asks: DialogAsks }
  | { type: 'type'; text: string; asks: DialogAsks }
  | { type: 'rub' }
  | { type: 'wrong' }
  | { type: 'move'; by: number; lines: number; page: number }
  | { type: 'toggle'; id: string };

/** Longest reason, in characters. */
const LONGEST_REASON = 200;

/** `item`: the first line that can be excluded. */
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

/** The focus order of `tab`. */
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
      return { ...state, focus: adjacent(state.focus, action.by, places(action.asks)) };
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

function adjacent(focus: Place, by: 1 | -1, all: readonly Place[]): Place {
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
 * What `enter` does now: Cancel, a button (1 confirms), return from the reason, or report a wrong name; nothing before the dialog is armed.
 */
export function pressed({ armed, focus, typed }: DialogState, { wanted }: DialogAsks) {
  if (!armed) return undefined;
  if (focus === 'reason') return 'home';
  if (focus !== 'name') return focus;
  if (typed === '') return 'cancel';
  return typed === wanted ? 1 : 'wrong';
}
