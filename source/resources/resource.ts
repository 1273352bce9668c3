import type { LocalTarget } from '../actions/action.ts';
import type { AuditLine } from '../actions/audit/record.ts';
import type { ProcedureState } from '../actions/maintenance/state.ts';
import type { ListedBackup } from '../backup/read.ts';
import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Engine, EngineChanges } from '../engine/engine.ts';
import type { ImageFacts } from '../engine/facts.ts';
import type { Fleet, HostSpec } from '../fleet/model.ts';
import type { ContainerId, EngineId, ServiceId } from '../lib/ids.ts';
import type { Message } from '../lib/message-log.ts';
import type { Finding } from '../posture/model/rule.ts';
import type { PrometheusServer } from '../prometheus/server.ts';
import type { HostMetricsSettings } from '../settings/host-metrics.ts';
import type { Procedure } from '../settings/maintenance.ts';
import type { Column } from '../ui/table/columns.ts';
import type { Selectable } from '../ui/table/select-rows.ts';
import type { Tree } from '../ui/table/tree.ts';
import type { Glyph, Theme } from '../ui/theme.ts';

/** The input of rows: only what decides which rows exist, so that a CPU reading does not rebuild the table. */
export type RowSource = {
  desk: Desk;
  containers: DeskState['containers'];
  timeline: DeskState['timeline'];
  /** The selected project or stack; undefined: all. */
  project?: string;
  /** All hosts, for tables of many engines. */
  fleet?: Fleet;
};

/** The input of cells. */
export type CellContext = {
  state: DeskState;
  desk: Desk;
  project?: string;
  /** All hosts, while a table of many engines is shown. */
  fleet?: Fleet;
  glyph(name: Glyph): string;
  /** Values as a sparkline of this many cells; absent where nothing is drawn. */
  trend?(values: ArrayLike<number>, cells: number): string;
  /** The CPU history of containers as a sparkline of this many cells; absent if no history is kept. */
  cpuTrend?(containers: readonly string[], cells: number): string;
};

/** The source of rows that are not on the desk. */
export type TableSources = {
  /** The Prometheus-compatible server of the settings, and what is asked of it about hosts. Absent: none. */
  server?: PrometheusServer;
  hostMetrics?: HostMetricsSettings;
  /** By the console's clock (ms). */
  now?(): number;
  /** Hosts and docker contexts that have a name, and where their engines are. Absent: none. */
  hosts?(): readonly Pick<HostSpec, 'name' | 'where'>[];
  engine: Engine & EngineChanges;
  audit(): Promise<readonly AuditLine[]>;
  messages(): readonly Message[];
  procedures(): Promise<readonly KnownProcedure[]>;
  /** What the registry of an image is known to have: newer, newest, asking or unknown; absent where none may be asked. */
  newer?(image: ImageFacts): string;
  backups(): Promise<readonly ListedBackup[]>;
  /** Bytes of volumes by name, as far as they are known: adding them up may take the engine minutes. */
  volumeSizes(): ReadonlyMap<string, number> | undefined;
  /** Findings of the posture rules on this engine and its host. */
  posture(signal: AbortSignal): Promise<readonly Finding[]>;
};

/** A procedure of the settings, and how far it has come on this engine. */
export type KnownProcedure = { name: string; procedure?: Procedure; state?: ProcedureState };

/** The scope of a table: `:ctr` of one service, `:svc exness`. */
export type TableScope = {
  service?: ServiceId;
  project?: string;
  /** A directory of a volume. */
  volume?: string;
  path?: string;
};

/** An object that the engine can inspect. */
export type LocalInspectable = { kind: Parameters<Engine['inspect']>[0]; id: string };

/** The same with its engine, as ids are only unique within one. */
export type Inspectable = LocalInspectable & { engine: EngineId };

/**
 * A table as data: one definition gives its columns, sorting, aliases, what `enter` opens and which capabilities its rows
 * have. A capability (logs, actions, inspect) is a property: it is undefined for rows without it, and its keys do nothing.
 */
export type Resource<Row> = Selectable<Row, CellContext> & {
  name: string;
  title: string;
  /** Command names, the first one as `:help` shows it. */
  aliases: readonly string[];
  columns: readonly Column<Row, CellContext>[];
  sort: { column: string; descending: boolean };
  /** Text shown if there are no rows. */
  empty: string | ((world: CellContext) => string);
  /** Its rows can be those of one service: `:ctr redis`. */
  byService?: true;
  /** Rows derived from the desk; with `fetch`, which fetched rows are shown (default: all), combined with the desk's facts. */
  rows?(source: RowSource, scope: TableScope, fetched?: readonly Row[]): readonly Row[];
  /** Its rows come from this machine alone: shown also while no engine answers. */
  own?: true;
  /** It is about many engines: those of the fleet, or all that have a name. They are connected to when it is opened. */
  hosts?: 'fleet' | 'all';
  /** Its rows are hosts: marked ones are those that a command means. */
  ofHosts?: true;
  /** Commands that mean this table while many engines are looked at, and another one or a page else. */
  insteadOf?: readonly string[];
  /** Rows above the table, painted, of `width` cells at most. */
  strip?(world: CellContext, width: number, theme: Theme): readonly string[];
  /** Milliseconds between two requests while it is visible; default: `engine.poll`. */
  everyMs?: number;
  /** Rows requested from the engine when the table is opened and while it is visible. */
  fetch?(sources: TableSources, signal: AbortSignal, scope: TableScope): Promise<readonly Row[]>;
  /** Its rows are a tree, parents before their children. */
  tree?: Tree<Row>;
  /** Service id of a row: for logs, health, metrics. */
  service?(row: Row, world: CellContext): ServiceId | undefined;
  /** Service ids of a row that stands for several: for logs. */
  services?(row: Row): readonly ServiceId[];
  /** Container ids of a row: sampled while it is visible. */
  containers?(row: Row): readonly ContainerId[];
  /** The target of actions on the row; undefined if this engine cannot act on it. */
  target?(row: Row): LocalTarget | undefined;
  /** The kinds of its rows' targets, where they are none of services and containers: they have the keys of storage. */
  on?: readonly LocalTarget['kind'][];
  /** A service on the hosts of the row: its actions go over all of them. */
  onHosts?(row: Row): { service: string; hosts: readonly EngineId[] };
  /** What its prune removes: an id of an `unused` target. */
  unused?: string;
  inspect?(row: Row): LocalInspectable | undefined;
  /** When the row happened (ms): its logs are opened around that moment. */
  moment?(row: Row): number;
  /** All there is to say of a row that no engine can be asked about, line by line and safe to show: for `describe`. */
  details?(row: Row, world: CellContext): readonly string[];
  /** The command that `enter` runs. */
  enter?(row: Row, world?: CellContext): Opening | undefined;
};

/** Asks for lines where rows are asked for. */
export type ReadLines = (sources: TableSources, signal: AbortSignal) => Promise<readonly string[]>;

/** What a row opens. */
export type Opening =
  | { open: 'table'; resource: string; scope: TableScope; filter?: string }
  | { open: 'inspect'; about: LocalInspectable; name: string }
  | { open: 'project'; project?: string }
  /** The desk of another engine: a docker context or a host. */
  | { open: 'context'; name: EngineId /** A service that is looked for there. */; service?: string }
  /** Details of a row that the engine cannot inspect, as safe lines. */
  | { open: 'text'; name: string; lines: readonly string[] }
  /** The layers of an image. */
  | { open: 'layers'; image: ImageFacts; name: string }
  /** Lines that are asked for when the row is opened, safe to show. */
  | { open: 'read'; name: string; read: ReadLines }
  /** Logs of a service, or of marked ones, or around a moment (ms), or of the run before the last restart. */
  | { open: 'logs'; service: ServiceId; marked?: readonly ServiceId[]; moment?: number; previous?: boolean };

/** A resource with a hidden row type: its functions only get its own rows. */
export type AnyResource = Resource<unknown>;
