import type { ComponentType, Dispatch, ReactNode } from 'react';
import type { Service } from '../../desk/model.ts';
import type { ServiceId } from '../../lib/ids.ts';
import type { CellContext, Inspectable, TableScope } from '../../resources/resource.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import type { Output } from './output.ts';

/** What can be on the screen, and what it is about. */
export type View =
  | { kind: 'desk' }
  | { kind: 'table'; resource: string; scope: TableScope }
  /** One pane on the whole screen, for one service. */
  | ({ kind: 'pane'; pane: string; service: ServiceId; marked?: readonly ServiceId[] } & LogsFocus)
  /** A view that needs nothing but its name. */
  | { kind: 'page'; page: string }
  | { kind: 'describe'; about: Inspectable; name: string; service?: string }
  | { kind: 'yaml'; about: Inspectable; name: string }
  | { kind: 'processes'; containers: readonly string[]; name: string }
  /** What the programs of an action say; `title` is its name. */
  | { kind: 'output'; output: Output; name: string; title: string }
  /** What the console itself knows of a row, such as a record of the audit log. */
  | { kind: 'text'; name: string; lines: readonly string[] };

/** What the logs are opened for: the lines around a moment (ms), or the run before the last restart. */
export type LogsFocus = { moment?: number; previous?: boolean };

export type ViewKind = View['kind'];
export type ViewOf<Kind extends ViewKind> = Extract<View, { kind: Kind }>;

type Size = { width: number; height: number };

/** What the console gives every view. */
export type ViewProps<Shown extends View = View> = Size & {
  view: Shown;
  world: CellContext;
  /** Cursor, filter and order of the view's table, for those that show one. */
  table: TableState;
  dispatch: Dispatch<TableAction>;
};

/** How one kind of view is named, drawn and operated. */
export type ViewDefinition<Shown extends View = View> = {
  /** For the crumbs. */
  title(view: Shown): string;
  /** Its bindings, the most particular first. */
  keys(view: Shown): readonly KeyGroup[];
  /** It has nothing to show before an engine has answered. */
  needsEngine?: true;
  Component(props: ViewProps<Shown>): ReactNode;
};

/** A command as `ctrl-a` and the prompt show it; the first name is the one to learn. */
export type CommandEntry = { names: readonly string[]; argument: string; help: string };

export type PageProps = Size & { world: CellContext };

/** A view that needs nothing but its name, with the command that opens it. */
export type Page = {
  name: string;
  command: CommandEntry;
  keys: readonly KeyGroup[];
  needsEngine?: true;
  Component: ComponentType<PageProps>;
};

export type PaneProps = Size &
  LogsFocus & {
    /** The service it is about: the one under the cursor, or the one its view was opened for. */
    service: Service | undefined;
    world: CellContext;
    focused: boolean;
    /** For the logs: services whose lines are merged in. */
    marked?: readonly Service[];
  };

/** A part of the desk that follows the selected service, and a view of its own with `:name SERVICE`. */
export type Pane = {
  name: string;
  command: CommandEntry;
  keys: readonly KeyGroup[];
  /** Where it stands under the services when there is room for all panes. */
  column: 'left' | 'right';
  /** Rows, borders included, that hold all it has to say of the service: the others in its column get the rest. */
  enough?(service: Service | undefined): number | undefined;
  /** Whether it is the one to show where there is room for one: the first pane that says so is. */
  calls?(service: Service | undefined): boolean;
  Component: ComponentType<PaneProps>;
};
