import { createContext, useContext, useSyncExternalStore } from 'react';
import type {
  Action,
  Choice,
  OutputSink,
  Plan,
  Refusal,
  Result,
  SessionRunner,
  StatusSink,
  Target,
} from '../../actions/action.ts';
import type { Desk, Service } from '../../desk/model.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import type { ImageFacts, ImageLayer, ProcessTable } from '../../engine/facts.ts';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import type { FleetSource } from '../../fleet/model.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ContainerId, EngineId } from '../../lib/ids.ts';
import type { MessageLog } from '../../lib/message-log.ts';
import type { LogFilter } from '../../logs/filter.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { PlacedTask } from '../../logs/sources.ts';
import type { DeskMetrics } from '../../metrics/desk-metrics.ts';
import type { AnyResource, Inspectable, ReadLines, TableScope } from '../../resources/resource.ts';
import type { Settings } from '../../settings/schema.ts';
import type { KeptScreen } from './kept.ts';
import type { Output } from './output.ts';
import type { Typed } from './typed.ts';

/** A plan ready for the dialog, with the danger raised by the guards. */
export type Draft = {
  /** The action that made the plan, and runs it. */
  action: Action;
  plan: Plan;
  reasons: readonly string[];
  /** Parameters, parsed by the action's schema from the words. */
  parameters: unknown;
  words: readonly string[];
  /** Where it is done, in words, and how, if not on the engine of this desk. */
  where?: string;
  perform?(options: { signal: AbortSignal; progress(text: string): void; reason?: string }): Promise<Result>;
};

/** A service on several hosts. */
export type OnHosts = { service: string; hosts: readonly EngineId[] };

/** It begins as soon as it is planned: what was chosen says enough. */
export function beginsAtOnce({ action, plan }: Pick<Draft, 'action' | 'plan'>): boolean {
  const chosen = action.session !== undefined || action.output === true || plan.danger === 0;
  return chosen && plan.danger < 2 && plan.confirm !== true;
}

/** Hands the terminal over while `run` runs. */
export type Suspend = (run: () => Promise<void>) => Promise<void>;

/** `output`: shows the output of a command without a terminal, under this name. */
export type Session = { talk: SessionRunner; output?: { output: Output; name: string; title: string } };

/**
 * What the console itself costs: percent of one CPU and bytes a second to the terminal (undefined until some seconds have been measured),
 * resident memory in bytes, and by how much its intervals are stretched to stay within its budget (1: not at all).
 */
export type Cost = { cpuPercent?: number; bytesPerSecond?: number; rss: number; stretch: number };

/** The services of the running program for the panes. Components reach the engine only through this. */
export type AppServices = {
  store: Store;
  clock: Clock;
  /** As the files and the context have them now: the same value until one of these changes. */
  readonly settings: Settings;
  /** Tells when the settings were read again, and what came of it; the returned function ends that. */
  onReload(listener: (reloaded: { ok: boolean; text: string }) => void): () => void;
  /** Reads the settings again. */
  reload(): void;
  /** The console's messages and internal errors. */
  messages: MessageLog;
  /** The engine's address, in words: "unix:///var/run/docker.sock (default)". */
  endpoint(): string;
  /** The docker context of the engine; undefined if found in another way. */
  context(): string | undefined;
  /** The engine's full inspect of an object, including secrets. */
  inspect(about: Inspectable, signal: AbortSignal): Promise<unknown>;
  /** The layers of an image, newest first; and what registries say of its tags, where the settings let them be asked. */
  layers(
    image: ImageFacts,
    signal: AbortSignal,
  ): Promise<{ layers: readonly ImageLayer[]; registry?: readonly string[] }>;
  /** The processes of a running container, as `docker top` lists them. */
  processes(container: ContainerId, signal: AbortSignal): Promise<ProcessTable>;
  /** The rows of a table that are not on the desk. */
  rows(resource: AnyResource, signal: AbortSignal, scope: TableScope): Promise<readonly unknown[]>;
  /** Lines that a row asks for. */
  read(ask: ReadLines, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens a log store; the caller sets its sources and closes it. `many`: they are on several hosts of the fleet. */
  openLogs(range: LogRange, only?: LogFilter, many?: boolean): LogStore;
  /** The complete logs of some sources, in pieces. */
  wholeLogs(sources: readonly LogSource[], many?: boolean): AsyncIterable<string>;
  /** What the log server of the settings has of a service beyond its engine; undefined: there is none. */
  olderLog(service: Service, engine: EngineId, hostname: string | undefined, many: boolean): LogSource | undefined;
  /** The tasks of the Swarm that this engine manages, each with the name of its node. */
  swarmTasks(signal: AbortSignal): Promise<readonly PlacedTask[]>;
  /** Sets what is on the screen: those containers are sampled and their details read; those of the selected service are kept fresh. */
  watch(visible: readonly ContainerId[], selected: readonly ContainerId[]): void;
  /** Connects now instead of at the next attempt, and lists again. */
  refresh(): void;
  /** All hosts and docker contexts, each watched lightly once requested. */
  fleet: FleetSource;
  /** Switches to another docker context or host; fails with the message to show. */
  switchContext(name: string): Promise<void>;
  readonly(): boolean;
  armedUntil(): number | undefined;
  /** Lifts read-only for a time (ms from now; 0 ends it). */
  arm(ms: number): void;
  /** Makes a plan from fresh facts and checks the guards. `words`: the action's parameters; `signal` cancels it. */
  draft(action: Action, target: Target, words?: readonly string[], signal?: AbortSignal): Promise<Draft | Refusal>;
  /** One plan for a service on several hosts: a canary, then batches. */
  draftOnHosts(action: Action, on: OnHosts, words?: readonly string[]): Promise<Draft | Refusal>;
  /** What there is to choose from for an action on a target; empty where there is nothing, or nothing to choose. */
  choices(action: Action, target: Target): readonly Choice[];
  /** The session of a planned shell, attachment or command; undefined for other actions. */
  openSession(draft: Draft, suspend: Suspend): Session | undefined;
  /** `talk`: the session to run. */
  execute(
    draft: Draft,
    options: {
      signal: AbortSignal;
      progress(text: string): void;
      output?: OutputSink;
      status?: StatusSink;
      talk?: SessionRunner;
      reason?: string;
    },
  ): Promise<Result>;
  /** Names in the settings that match nothing, one line each with its location; with `metrics` also metric names. */
  unmatchedSettings(about: { metrics: boolean }): readonly string[];
  /** What was typed into prompts, also in earlier runs, oldest first. */
  typed: { all(): Typed; add(kind: keyof Typed, line: string): void };
  /** How the screen of each context was left, also in earlier runs. */
  screens: { of(engine: EngineId): KeptScreen; keep(engine: EngineId, screen: KeptScreen): void };
  /** Plays an incident of the simulated engine; undefined for real engines. */
  incident?: { names: readonly string[]; play(name: string): Promise<void> };
  /** Writes a text, whole or in pieces, to a new file (0600) and returns its path. */
  save(name: string, text: string | AsyncIterable<string>): Promise<string>;
  /** Writes a sequence to the terminal between frames: OSC 52, a bell. */
  write(sequence: string): void;
  /** deskhand's own CPU and memory; CPU undefined until measured. */
  cost(): Cost;
  /** Load of this machine, if the engine runs on it. */
  load(): { cpuPercent?: number; memoryUsed: number; memoryTotal: number } | undefined;
  /** Metrics of the containers' programs and the history of their usage; undefined: none are shown. */
  metrics?: DeskMetrics;
  /** Quits the program. */
  quit(): void;
};

export const ServicesContext = createContext<AppServices | undefined>(undefined);

export function useServices(): AppServices {
  const host = useContext(ServicesContext);
  if (!host) throw new Error('a pane is drawn outside the console');
  return host;
}

/** The state as of the last notification, and the desk derived from it. */
export function useDesk(): { state: DeskState; desk: Desk } {
  const { store } = useServices();
  const state = useSyncExternalStore(store.subscribe, store.seen);
  return { state, desk: store.deskOf(state) };
}
