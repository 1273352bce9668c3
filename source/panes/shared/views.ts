import type { ComponentType, Dispatch, ReactNode } from 'react';
import type { Service } from '../../desk/model.ts';
import type { ImageFacts } from '../../engine/facts.ts';
import type { ContainerId, ServiceId } from '../../lib/ids.ts';
import type { CellContext, Inspectable, ReadLines, TableScope } from '../../resources/resource.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import type { TableAction, TableState } from '../../ui/table/table-state.ts';
import type { Output } from './output.ts';
import type { OnHosts } from './services.ts';

/** The views that can be on the screen, and their subjects. */
export type View =
  | { kind: 'desk' }
  | { kind: 'table'; resource: string; scope: TableScope }
  /** One pane on the whole screen, for one service. */
  | ({ kind: 'pane'; pane: string; service: ServiceId; marked?: readonly ServiceId[] } & LogsFocus)
  /** A view without a subject. */
  | { kind: 'page'; page: string }
  | { kind: 'describe'; about: Inspectable; name: string; service?: ServiceId }
  | { kind: 'yaml'; about: Inspectable; name: string }
  /** The layers of an image, and what its registry says. */
  | { kind: 'layers'; image: ImageFacts; name: string }
  | { kind: 'processes'; containers: readonly ContainerId[]; name: string }
  /** What the programs of an action say; `title` is its name. */
  | { kind: 'output'; output: Output; name: string; title: string }
  /** The console's own details of a row, such as a record of the audit log. */
  /** Lines that a row asks for, such as a file of a volume. */
  | { kind: 'read'; name: string; read: ReadLines }
  | { kind: 'text'; name: string; lines: readonly string[] };

/** The requested part of the logs: the lines around a time (ms), or the previous run. */
export type LogsFocus = {
  moment?: number;
  previous?: boolean;
  find?: string;
  /** The logs of one service on many hosts; the view is about no service of this desk then. */
  over?: OnHosts;
};

export type ViewKind = View['kind'];
export type ViewOf<Kind extends ViewKind> = Extract<View, { kind: Kind }>;

type Size = { width: number; height: number };

/** The properties of every view. */
export type ViewProps<Shown extends View = View> = Size & {
  view: Shown;
  world: CellContext;
  /** Cursor, filter and order of the view's table, if it has one. */
  table: TableState;
  dispatch: Dispatch<TableAction>;
};

/** How one kind of view is named, drawn and operated. */
export type ViewDefinition<Shown extends View = View> = {
  /** For the crumbs. */
  title(view: Shown): string;
  /** Its bindings, the most specific first. */
  keys(view: Shown): readonly KeyGroup[];
  /** It shows nothing before an engine has answered. */
  needsEngine?: true;
  Component(props: ViewProps<Shown>): ReactNode;
};

/** A command as shown by `ctrl-a` and the prompt; the first name is the main one. */
export type CommandEntry = {
  names: readonly string[];
  argument: string;
  help: string;
  /** For a command of a pane: how the pane is opened if it is not on the screen. */
  focus?(argument: string): LogsFocus;
};

export type PageProps = Size & { world: CellContext };

/** A view without a subject, with the command that opens it. */
export type Page = {
  name: string;
  command: CommandEntry;
  keys: readonly KeyGroup[];
  needsEngine?: true;
  Component: ComponentType<PageProps>;
};

export type PaneProps = Size &
  LogsFocus & {
    /** Its service: the one under the cursor, or the one that its view was opened for. */
    service: Service | undefined;
    world: CellContext;
    focused: boolean;
    /** For the logs: services whose lines are merged in. */
    marked?: readonly Service[];
  };

/** A part of the desk that follows the selected service, also available as a view with `:name SERVICE`. */
export type Pane = {
  name: string;
  command: CommandEntry;
  keys: readonly KeyGroup[];
  /** Commands that work while the pane is on the screen. */
  commands?: readonly CommandEntry[];
  /** Its column below the services if there is room for all panes. */
  column: 'left' | 'right';
  /** The rows (with borders) that its content needs: the other panes in its column get the rest. */
  enough?(service: Service | undefined): number | undefined;
  /** Whether it should be shown if there is room for only one: the first such pane is. */
  calls?(service: Service | undefined): boolean;
  Component: ComponentType<PaneProps>;
};
