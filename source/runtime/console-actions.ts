import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, Outcome, Plan, Refusal, Result } from '../actions/action.ts';
import type { Answer, AuditRecord } from '../actions/audit/record.ts';
import type { ReadMetric } from '../actions/condition.ts';
import { createExecutor, type Executor, waiter } from '../actions/execute.ts';
import type { GuardInput } from '../actions/guard.ts';
import type { DeskMessage } from '../desk/state.ts';
import type { Store } from '../desk/store.ts';
import type { SshMasters } from '../engine/connect/ssh-masters.ts';
import type { FleetHost } from '../fleet/model.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { duration } from '../lib/format.ts';
import type { MessageLog } from '../lib/message-log.ts';
import { type AppServices, beginsAtOnce, type Draft, type OnHosts } from '../panes/shared/services.ts';
import type { Settings } from '../settings/schema.ts';
import { actionSettings, auditOf, type Environment, guardOf, isReadonly, toolsOf } from './acting.ts';
import { Arming } from './arming.ts';
import { endpointNamed } from './hosts.ts';
import { draftOnHosts } from './hosts-draft.ts';
import type { Link } from './link.ts';
import { onEndpoint } from './on-endpoint.ts';
import { Planner } from './planner.ts';

/** How long running actions may take to stop between two steps when the program quits (ms). */
const LAST_WORDS_MS = 3000;

export type ConsoleActionsDeps = {
  store: Store;
  clock: Clock;
  /** As they are now. */
  settings: () => Settings;
  env: Environment;
  messages: MessageLog;
  masters: SshMasters;
  /** The engine that the console is connected to. */
  engine: () => { link: Link; executor: Executor };
  /** The current values of a metric, for conditions. */
  metric: ReadMetric;
  /** The hosts of the fleet. */
  hosts: () => readonly FleetHost[];
};

/** What the console does on engines: what it may do there, its plans, what is running, and what is recorded of it. */
export class ConsoleActions {
  readonly planner: Planner;
  readonly #deps: ConsoleActionsDeps;
  readonly #arming: Arming;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<Result>>();

  constructor(deps: ConsoleActionsDeps) {
    const { store, clock, settings, env, engine } = deps;
    this.#deps = deps;
    this.#arming = new Arming(clock);
    this.planner = new Planner({
      ...{ store, clock, settings, env },
      link: () => engine().link,
      readonly: () => this.readonly(),
      guard: () => this.#guard(),
      audit: () => this.#audit(),
    });
  }

  readonly(): boolean {
    return this.#isReadonly() && this.armedUntil() === undefined;
  }

  armedUntil(): number | undefined {
    return this.#arming.until(this.#engine.id);
  }

  /** Allows actions on this engine for so long (ms); 0 ends that. */
  arm(ms: number): void {
    const { id } = this.#engine;
    this.#arming.arm(id, ms);
    const text = ms === 0 ? 'read-only again' : `actions are allowed for ${duration(ms)}`;
    this.record({ kind: ms === 0 ? 'unarmed' : 'armed', engine: id, told: text });
  }

  /** Arming and switching happen even if this cannot be recorded: dangerous actions are refused anyway while the log cannot be written. */
  record(record: AuditRecord): void {
    this.#audit()
      .append(record)
      .catch((error: unknown) => this.#deps.messages.report('this could not be recorded', error));
  }

  executorOf({ engine, endpoint }: Link): Executor {
    const { store, clock, settings, env } = this.#deps;
    return createExecutor({
      engine,
      tools: toolsOf(endpoint, env, settings(), clock),
      state: store.get,
      now: clock.now,
      wait: waiter(clock),
      audit: this.#audit(),
      guard: () => this.#guard(),
      observe: async () => ({ ...store.get(), maintenance: [] }),
      get settings() {
        return actionSettings(settings());
      },
    });
  }

  draftOnHosts(action: Action, on: OnHosts, words: readonly string[] = []): Promise<Draft | Refusal> {
    const { clock, env, masters, hosts } = this.#deps;
    const settings = this.#deps.settings();
    const audit = this.#audit();
    return draftOnHosts(action, on, words, {
      ...{ audit, clock, hosts },
      look: async (names) => hosts().filter(({ spec }) => names?.includes(spec.name) ?? true),
      onHost: (name, use) =>
        onEndpoint(endpointNamed(name, settings, env), use, {
          ...{ settings, env, clock, masters, audit },
          signal: this.#closing.signal,
          progress: () => {},
          armedUntil: (engine) => this.#arming.until(engine),
        }),
    });
  }

  execute: AppServices['execute'] = async (
    { action, plan, perform },
    { signal, progress, output, status, talk, reason },
  ) => {
    const until = AbortSignal.any([signal, this.#closing.signal]);
    if (perform) return this.#track(perform({ signal: until, progress, reason }));
    const { store, clock, engine } = this.#deps;
    const answer = answerTo(action, plan);
    const result = await this.#track(
      engine().executor.execute({ action, plan, answer, reason, signal: until, progress, output, status, talk }),
    );
    if (result.kind === 'done') store.dispatch(noteOf(plan, result.outcome, clock));
    engine().link.refresh();
    return result;
  };

  isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Lets what is running end between two steps, but does not wait for long; `more` is waited for with it. */
  async end(why: string, more: readonly Promise<unknown>[]): Promise<void> {
    this.#closing.abort();
    // Their ends are recorded, unless that would delay quitting too much.
    await Promise.race([Promise.allSettled([...this.#running, ...more]), sleep(LAST_WORDS_MS)]);
    await this.#deps.engine().executor.interrupt(why);
  }

  get #engine() {
    return this.#deps.engine().link.engine;
  }

  #audit() {
    const { settings, env, clock } = this.#deps;
    return auditOf(settings(), env, clock);
  }

  #isReadonly(): boolean {
    const { settings, env, engine } = this.#deps;
    return isReadonly(settings(), engine().link.endpoint, env);
  }

  #guard(): GuardInput {
    const { settings, clock, metric } = this.#deps;
    return guardOf(settings(), this.#isReadonly(), wallTime(clock), metric, this.armedUntil());
  }

  /** Counts it among what is running. */
  #track(done: Promise<Result>): Promise<Result> {
    this.#running.add(done);
    return done.finally(() => this.#running.delete(done));
  }
}

/** Includes everything that the console has requested before. */
function answerTo(action: Action, plan: Plan): Answer {
  if (plan.danger >= 3) return { kind: 'typed', text: plan.name };
  return { kind: beginsAtOnce({ action, plan }) ? 'none' : 'confirmed' };
}

function noteOf({ action, name, target }: Plan, outcome: Outcome, clock: Clock): DeskMessage {
  const serviceId = target.kind === 'service' ? target.id : undefined;
  const level = outcome.ok ? 'good' : 'bad';
  return {
    type: 'note',
    entry: { at: clock.now(), kind: 'action', serviceId, level, text: `${action} ${name}: ${outcome.verification}` },
  };
}
