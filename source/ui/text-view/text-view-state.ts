/** A long text that can be scrolled and searched: help, describe, YAML, a plan. Pure; lines are already plain and safe. */
export type TextViewState = {
  top: number;
  left: number;
  search: string /** Line of the current match. */;
  match?: number;
};

export type TextViewAction =
  | { type: 'scroll'; by: number; lines: number; page: number }
  | { type: 'to'; place: 'first' | 'last'; lines: number; page: number }
  | { type: 'sideways'; by: number }
  | { type: 'search'; text: string; lines: readonly string[]; page: number }
  | { type: 'next'; by: 1 | -1; lines: readonly string[]; page: number };

export const initialTextView: TextViewState = { top: 0, left: 0, search: '' };

export function textViewReducer(state: TextViewState, action: TextViewAction): TextViewState {
  switch (action.type) {
    case 'scroll':
      return { ...state, top: clamp(state.top + action.by, action.lines, action.page) };
    case 'to':
      return { ...state, top: action.place === 'first' ? 0 : clamp(action.lines, action.lines, action.page) };
    case 'sideways':
      return { ...state, left: Math.max(0, state.left + action.by) };
    case 'search':
      return jump({ ...state, search: action.text, match: undefined }, 1, action.lines, action.page);
    case 'next':
      return jump(state, action.by, action.lines, action.page);
  }
}

function clamp(top: number, lines: number, page: number): number {
  return Math.max(0, Math.min(top, lines - page));
}

/** The next line that contains the text, wrapping around; case matters only if it has capitals. */
function jump(state: TextViewState, by: 1 | -1, lines: readonly string[], page: number): TextViewState {
  if (state.search === '') return state;
  const from = state.match ?? state.top - by;
  for (let step = 1; step <= lines.length; step += 1) {
    const index = (((from + by * step) % lines.length) + lines.length) % lines.length;
    if (matches(lines[index] ?? '', state.search)) {
      const seen = index >= state.top && index < state.top + page;
      return {
        ...state,
        match: index,
        top: seen ? state.top : clamp(index - Math.floor(page / 3), lines.length, page),
      };
    }
  }
  return { ...state, match: undefined };
}

export function matches(line: string, wanted: string): boolean {
  return wanted !== '' && (/[A-Z]/.test(wanted) ? line.includes(wanted) : line.toLowerCase().includes(wanted));
}
