import { resourceOf } from '../../resources/registry.ts';
import { sortOf, viewOf } from '../../resources/table-views.ts';
import type { TableViews } from '../../settings/k9s-files.ts';
import type { MenuItem } from '../../ui/dialog/Menu.tsx';
import { initialTable, type TableAction, type TableState, tableReducer } from '../../ui/table/table-state.ts';
import type { Tone } from '../../ui/theme.ts';
import { type KeptTable, type KeptTables, keptOf } from './kept.ts';
import type { Draft } from './services.ts';
import type { Typed } from './typed.ts';
import type { View } from './views.ts';

/** The state of the screen: views and history, focus, prompt and dialog. A pure reducer without an engine. */

/** The table of services; the other panes are those of the registry. */
export const SERVICES = 'services';

export type Screen = { id: number; view: View; table: TableState };

/** A running action. */
export type Running = { id: string; title: string };

export type Question =
  /** The menu of a row. */
  | { kind: 'menu'; title: string; items: readonly MenuItem[] }
  /** Which columns a table shows; `columns`: those that it has now, as the settings name them. */
  | { kind: 'columns'; resource: string; columns: readonly string[] | undefined }
  | ({ kind: 'plan' } & Draft)
  | { kind: 'quit'; running: readonly Running[] }
  | { kind: 'cancel'; running: readonly Running[] };

export type PromptState = {
  kind: 'command' | 'filter' | 'search';
  /** Called on every change, and on cancelling with the previous text. */
  change?: (text: string) => void;
  initial: string;
  /** The text before the input, instead of the default sign. */
  sign?: string;
  accept?: (text: string) => void;
};

export type Flash = { tone: Tone; text: string; until: number };

export type ConsoleState = {
  screens: readonly Screen[];
  at: number;
  /** The view that `-` returns to. */
  last: number;
  nextId: number;
  /** The pane that has the keys. */
  focus: string;
  /** The pane below the services if there is room for only one: the one focused last; undefined: none yet. */
  shown?: string;
  full: boolean;
  header: boolean;
  crumbs: boolean;
  project?: string;
  /** How each table was left, by its name: so it is opened again. */
  tables: KeptTables;
  /** As the settings want them. */
  views: TableViews;
  prompt?: PromptState;
  /** The history of each kind of prompt, oldest first, for the arrow keys. */
  typed: Typed;
  question?: Question;
  /** A session is about to take the terminal: keys do nothing until then. */
  held: boolean;
  flash?: Flash;
};

export type ConsoleAction =
  | { type: 'open'; view: View; filter?: string }
  | { type: 'back' }
  | { type: 'forward' }
  | { type: 'last' }
  | { type: 'focus'; pane: string }
  | { type: 'toggle'; what: 'full' | 'header' | 'crumbs' }
  | { type: 'project'; project?: string }
  | { type: 'table'; action: TableAction }
  | { type: 'tables'; tables: KeptTables }
  | { type: 'views'; views: TableViews }
  | { type: 'prompt'; prompt?: PromptState }
  | { type: 'typed'; kind: PromptState['kind']; text: string }
  | { type: 'ask'; question?: Question }
  | { type: 'hold'; held: boolean }
  | { type: 'flash'; flash?: Flash };

/**
 * Whether the operator moves on to something else. Then an unfinished planning is dropped, so that its dialog does not open over the new
 * activity.
 */
export function turnsElsewhere(action: ConsoleAction): boolean {
  switch (action.type) {
    case 'open':
    case 'back':
    case 'forward':
    case 'last':
    case 'focus':
    case 'project':
      return true;
    case 'prompt':
      return action.prompt !== undefined;
    case 'ask':
      return action.question !== undefined;
    default:
      return false;
  }
}

/** The question about a plan opens only if nothing else has the keys; quitting and cancelling may open over it. */
function asked(state: ConsoleState, question: Question | undefined): ConsoleState {
  if (question?.kind === 'plan' && (state.prompt || state.question)) return state;
  return { ...state, question };
}

function tableName(view: View): string {
  return view.kind === 'table' ? view.resource : SERVICES;
}

function screenOf(id: number, view: View, { tables, views, project }: Looks, filter = ''): Screen {
  const resource = resourceOf(tableName(view));
  const of = (view.kind === 'table' ? view.scope.project : undefined) ?? project;
  const usual = resource ? sortOf(viewOf(views, resource, of), resource) : { column: 'name', descending: false };
  const { sort = usual, wide = false, columns } = tables[tableName(view)] ?? {};
  return { id, view, table: { ...initialTable(sort), wide, columns, filter } };
}

/** What decides how a table is opened. */
type Looks = Pick<ConsoleState, 'tables' | 'views' | 'project'>;

export function initialConsole(options: {
  header: boolean;
  project?: string;
  fleet?: boolean;
  typed?: Typed;
  /** As the tables were left. */
  tables?: KeptTables;
  views?: TableViews;
  /** The view above the desk. */
  view?: View;
}): ConsoleState {
  const { tables = {}, views = {}, project } = options;
  // An old filter is shown once, where it was left: in a view that is opened later it would hide what is looked for.
  const filtered = (id: number, view: View) =>
    screenOf(id, view, { tables, views, project }, tables[tableName(view)]?.filter);
  const view: View | undefined = options.fleet ? { kind: 'table', resource: 'fleet', scope: {} } : options.view;
  const desk = filtered(0, { kind: 'desk' });
  const screens = view ? [desk, filtered(1, view)] : [desk];
  return {
    screens,
    at: screens.length - 1,
    last: 0,
    nextId: screens.length,
    focus: SERVICES,
    full: false,
    header: options.header,
    crumbs: true,
    held: false,
    typed: options.typed ?? { command: [], filter: [], search: [] },
    project,
    tables,
    views,
  };
}

export function currentScreen(state: ConsoleState): Screen {
  const screen = state.screens[state.at];
  if (!screen) throw new Error('the history of views is empty');
  return screen;
}

/** Views kept in the history. */
const HISTORY = 50;

export function consoleReducer(state: ConsoleState, action: ConsoleAction): ConsoleState {
  switch (action.type) {
    case 'open':
      return open(state, action.view, action.filter);
    case 'back':
      return state.full ? { ...state, full: false } : go(state, state.at - 1);
    case 'forward':
      return go(state, state.at + 1);
    case 'last':
      return go(state, state.last);
    case 'focus':
      return focused(state, action.pane);
    case 'toggle':
      return { ...state, [action.what]: !state[action.what] };
    case 'project':
      return { ...state, project: action.project };
    case 'table':
      return inTable(state, action.action);
    case 'tables':
      return withTables(state, action.tables);
    case 'views':
      return { ...state, views: action.views };
    case 'prompt':
      return { ...state, prompt: action.prompt };
    case 'typed':
      return { ...state, typed: { ...state.typed, [action.kind]: [...state.typed[action.kind], action.text] } };
    case 'ask':
      return asked(state, action.question);
    case 'hold':
      return { ...state, held: action.held };
    case 'flash':
      return { ...state, flash: action.flash };
  }
}

function open(state: ConsoleState, view: View, filter?: string): ConsoleState {
  // `:desk` is the root view itself, not another view on top of it.
  if (view.kind === 'desk') return { ...go(state, 0), full: false };
  const kept = state.screens.slice(Math.max(0, state.at + 2 - HISTORY), state.at + 1);
  const root = state.screens.slice(0, 1);
  const screens = [
    ...(kept[0] === root[0] ? kept : [...root, ...kept.slice(1)]),
    screenOf(state.nextId, view, state, filter),
  ];
  return { ...state, screens, at: screens.length - 1, last: screens.length - 2, nextId: state.nextId + 1, full: false };
}

function go(state: ConsoleState, at: number): ConsoleState {
  const place = Math.max(0, Math.min(at, state.screens.length - 1));
  return place === state.at ? state : { ...state, at: place, last: state.at };
}

function focused(state: ConsoleState, focus: string): ConsoleState {
  return { ...state, focus, shown: focus === SERVICES ? state.shown : focus };
}

function inTable(state: ConsoleState, action: TableAction): ConsoleState {
  const screen = currentScreen(state);
  const table = tableReducer(screen.table, action);
  if (table === screen.table) return state;
  const name = tableName(screen.view);
  const before = state.tables[name];
  const kept = keptOf(before, table, action);
  const tables = kept === before || kept === undefined ? state.tables : { ...state.tables, [name]: kept };
  return { ...state, tables, screens: state.screens.with(state.at, { ...screen, table }) };
}

/** The tables of another engine: those that are open look as they were left there. */
function withTables(state: ConsoleState, tables: KeptTables): ConsoleState {
  const as = (screen: Screen, { sort = screen.table.sort, wide = screen.table.wide, columns }: KeptTable): Screen => ({
    ...screen,
    table: { ...screen.table, sort, wide, columns },
  });
  return { ...state, tables, screens: state.screens.map((screen) => as(screen, tables[tableName(screen.view)] ?? {})) };
}
