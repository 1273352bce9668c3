/**
 * The state of a table: cursor and marks by identity, never by index, because rows move. A pure reducer; keys and drawing are elsewhere.
 */
export type TableState = {
  /** Id under the cursor; undefined: the first row. */
  cursor?: string;
  /** The cursor's position: if its row disappears, the row now at this position gets the cursor. */
  cursorIndex: number;
  /** First visible row. */
  top: number;
  sort: { column: string; descending: boolean };
  filter: string;
  /** Faulty rows only. */
  faults: boolean;
  wide: boolean;
  marks: ReadonlySet<string>;
  /** Column picked with shift-arrows, for shift-o. */
  picked?: string;
  /** Branches of a tree that the operator has folded or unfolded, contrary to their defaults. */
  toggled: ReadonlySet<string>;
  /** Columns chosen on the screen, by their names in the settings; undefined: those of the settings. */
  columns?: readonly string[];
  /** There is no row, so that keys which act on one do nothing. */
  vacant?: boolean;
};

export type TableAction =
  | { type: 'move'; by: number; ids: readonly string[]; page: number }
  | { type: 'to'; place: 'first' | 'last'; ids: readonly string[]; page: number }
  /** The rows changed: keeps the cursor on its row, or near its old position. */
  | { type: 'rows'; ids: readonly string[]; page: number }
  | { type: 'sort'; column: string; descending: boolean }
  | { type: 'filter'; text: string }
  | { type: 'toggle'; what: 'faults' | 'wide' }
  | { type: 'pick'; by: number; columns: readonly string[] }
  | { type: 'mark'; ids: readonly string[]; page: number }
  | { type: 'mark-range'; ids: readonly string[] }
  | { type: 'clear-marks' }
  | { type: 'fold'; id: string }
  | { type: 'columns'; columns: readonly string[] | undefined }
  | { type: 'vacant'; vacant: boolean };

export function initialTable(sort: { column: string; descending: boolean }): TableState {
  return { cursorIndex: 0, top: 0, sort, filter: '', faults: false, wide: false, marks: new Set(), toggled: new Set() };
}

/** The index of the cursor in the current rows; -1 if there is none. */
export function cursorIndex(state: TableState, ids: readonly string[]): number {
  if (ids.length === 0) return -1;
  // Usually the cursor's row has not moved.
  if (state.cursor !== undefined && ids[state.cursorIndex] === state.cursor) return state.cursorIndex;
  const index = state.cursor === undefined ? 0 : ids.indexOf(state.cursor);
  return index >= 0 ? index : Math.min(state.cursorIndex, ids.length - 1);
}

export function tableReducer(state: TableState, action: TableAction): TableState {
  switch (action.type) {
    case 'move':
      return place(state, cursorIndex(state, action.ids) + action.by, action.ids, action.page);
    case 'to':
      return place(state, action.place === 'first' ? 0 : action.ids.length - 1, action.ids, action.page);
    case 'rows':
      return held(state, action.ids, action.page);
    case 'sort':
      return { ...state, sort: sorted(state, action) };
    case 'filter':
      return { ...state, filter: action.text };
    case 'toggle':
      return { ...state, [action.what]: !state[action.what] };
    case 'pick':
      return { ...state, picked: pick(state, action.by, action.columns) };
    case 'mark':
      return place(mark(state, action.ids), cursorIndex(state, action.ids) + 1, action.ids, action.page);
    case 'mark-range':
      return markRange(state, action.ids);
    case 'clear-marks':
      return { ...state, marks: new Set() };
    case 'fold':
      return { ...state, toggled: flipped(state.toggled, action.id) };
    case 'columns':
      return { ...state, columns: action.columns };
    case 'vacant':
      return action.vacant === (state.vacant ?? false) ? state : { ...state, vacant: action.vacant };
  }
}

function place(state: TableState, wanted: number, ids: readonly string[], page: number): TableState {
  if (ids.length === 0) return state.top === 0 ? state : { ...state, top: 0 };
  const index = Math.max(0, Math.min(wanted, ids.length - 1));
  const lowest = Math.max(0, ids.length - page);
  const top = Math.min(lowest, index < state.top ? index : index >= state.top + page ? index - page + 1 : state.top);
  const cursor = ids[index];
  if (cursor === state.cursor && index === state.cursorIndex && top === state.top) return state;
  return { ...state, cursor, cursorIndex: index, top };
}

/** Keeps the cursor on its row, wherever that moved; the window stays, so that its rows (the worst) are not scrolled away. */
function held(state: TableState, ids: readonly string[], page: number): TableState {
  const placed = place(state, cursorIndex(state, ids), ids, page);
  const top = Math.max(0, Math.min(state.top, ids.length - page));
  return placed.top === top ? placed : { ...placed, top };
}

/** The same column again reverses the order. */
function sorted(
  state: TableState,
  { column, descending }: { column: string; descending: boolean },
): TableState['sort'] {
  return state.sort.column === column ? { column, descending: !state.sort.descending } : { column, descending };
}

function pick(state: TableState, by: number, columns: readonly string[]): string | undefined {
  if (columns.length === 0) return undefined;
  const from = columns.indexOf(state.picked ?? state.sort.column);
  return columns[(from + by + columns.length) % columns.length];
}

function mark(state: TableState, ids: readonly string[]): TableState {
  const id = ids[cursorIndex(state, ids)];
  return id === undefined ? state : { ...state, marks: flipped(state.marks, id) };
}

/** Toggles membership in the set. */
function flipped(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return changed;
}

/** From the nearest mark above or below to the cursor, like k9s' ctrl-space. */
function markRange(state: TableState, ids: readonly string[]): TableState {
  const here = cursorIndex(state, ids);
  const marked = ids.flatMap((id, index) => (state.marks.has(id) ? [index] : []));
  if (here < 0 || marked.length === 0) return state;
  const nearest = marked.reduce((best, index) => (Math.abs(index - here) < Math.abs(best - here) ? index : best));
  const range = ids.slice(Math.min(nearest, here), Math.max(nearest, here) + 1);
  return { ...state, marks: new Set([...state.marks, ...range]) };
}
