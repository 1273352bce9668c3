import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Action, Choice, OutputSink, Plan, Refusal, SessionRunner, Target } from '../../actions/action.ts';
import type { Result } from '../../actions/execute.ts';
import type { Desk } from '../../desk/model.ts';
import type { DeskState } from '../../desk/state.ts';
import type { Store } from '../../desk/store.ts';
import type { ProcessTable } from '../../engine/facts.ts';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import type { FleetSource } from '../../fleet/model.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ContainerId } from '../../lib/ids.ts';
import type { MessageLog } from '../../lib/message-log.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { DeskMetrics } from '../../metrics/desk-metrics.ts';
import type { AnyResource, Inspectable } from '../../resources/resource.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Output } from './output.ts';

/** A plan ready to be asked for: the guards have raised its danger where they had to. */
export type Draft = {
  /** The action that made the plan, and runs it. */
  action: Action;
  plan: Plan;
  reasons: readonly string[];
  /** As the action's schema made them. */
  parameters: unknown;
};

/** It begins as soon as it is planned: what was chosen says enough. */
export function beginsAtOnce({ action, plan }: Pick<Draft, 'action' | 'plan'>): boolean {
  const chosen = action.session !== undefined || action.output === true;
  return chosen && plan.danger < 2 && plan.confirm !== true;
}

/** Hands the terminal over while `run` has it. */
export type Suspend = (run: () => Promise<void>) => Promise<void>;

/** `output`: where a command that takes no terminal is seen, under this name. */
export type Session = { talk: SessionRunner; output?: { output: Output; name: string; title: string } };

/** What the panes may ask of the running program. No component reaches the engine but through this. */
export type AppServices = {
  store: Store;
  clock: Clock;
  settings: Settings;
  /** What the console said, and what went wrong inside it. */
  messages: MessageLog;
  /** Where the engine is, in words: "unix:///var/run/docker.sock (default)". */
  endpoint(): string;
  /** The docker context that it was found by; undefined: another way. */
  context(): string | undefined;
  /** All that the engine knows of an object, secrets included. */
  inspect(about: Inspectable, signal: AbortSignal): Promise<unknown>;
  /** The processes of a running container, as `docker top` lists them. */
  processes(container: ContainerId, signal: AbortSignal): Promise<ProcessTable>;
  /** The rows of a table that the desk does not hold. */
  rows(resource: AnyResource, signal: AbortSignal): Promise<readonly unknown[]>;
  /** Opens logs; the store is told which, and closed by the one who opened it. */
  openLogs(range: LogRange): LogStore;
  /** The complete logs of some sources, in pieces. */
  wholeLogs(sources: readonly LogSource[]): AsyncIterable<string>;
  /** Containers on the screen are sampled and their details read; those of the selected service are kept fresh. */
  watch(visible: readonly string[], selected: readonly string[]): void;
  /** Connects at once instead of at the next try, and lists again. */
  refresh(): void;
  /** All hosts and docker contexts, each watched lightly once it is asked for. */
  fleet: FleetSource;
  /** Switches to another docker context or host; fails with the sentence to show. */
  switchContext(name: string): Promise<void>;
  readonly(): boolean;
  armedUntil(): number | undefined;
  /** Lifts read-only for a time (ms from now; 0 ends it). */
  arm(ms: number): void;
  /** A plan on fresh facts that the guards let pass. `words` fill the action's parameters. */
  draft(action: Action, target: Target, words?: readonly string[]): Promise<Draft | Refusal>;
  /** What there is to choose from for an action on a target; empty where there is nothing, or nothing to choose. */
  choices(action: Action, target: Target): readonly Choice[];
  /** What happens in a planned shell, attachment or command; undefined for other actions. */
  openSession(draft: Draft, suspend: Suspend): Session | undefined;
  /** `talk` is what goes on in a session. */
  execute(
    draft: Draft,
    options: {
      signal: AbortSignal;
      progress(text: string): void;
      output?: OutputSink;
      talk?: SessionRunner;
      reason?: string;
    },
  ): Promise<Result>;
  /** Names in the settings that stand for nothing here, one line each with its place; with `metrics`, those of metrics, too. */
  unmatchedSettings(about: { metrics: boolean }): readonly string[];
  /** Plays an incident of the simulated engine; undefined where there is none. */
  incident?: { names: readonly string[]; play(name: string): Promise<void> };
  /** Writes a text, whole or in pieces, to a file of its own (0600) and answers its path. */
  save(name: string, text: string | AsyncIterable<string>): Promise<string>;
  /** Writes a sequence to the terminal beside the frames: OSC 52, a bell. */
  write(sequence: string): void;
  /** What the console itself costs; CPU undefined until it has been measured. */
  cost(): { cpuPercent?: number; rss: number };
  /** Load of this machine, where the engine runs on it. */
  load(): { cpuPercent?: number; memoryUsed: number; memoryTotal: number } | undefined;
  /** Metrics of the containers' programs, and the past of their resources; a host without them shows none. */
  metrics?: DeskMetrics;
  /** Ends the program. */
  quit(): void;
};

export const ServicesContext = createContext<AppServices | undefined>(undefined);

export function useServices(): AppServices {
  const host = useContext(ServicesContext);
  if (!host) throw new Error('a pane is drawn outside the console');
  return host;
}

/** The state as last told, and the desk derived from it. */
export function useDesk(): { state: DeskState; desk: Desk } {
  const { store } = useServices();
  const state = useSyncExternalStore(store.subscribe, store.seen);
  return { state, desk: store.deskOf(state) };
}
