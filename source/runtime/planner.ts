import type { Action, Choice, Refusal, Target } from '../actions/action.ts';
import type { ActionSettings } from '../actions/action-settings.ts';
import type { Audit } from '../actions/audit/file.ts';
import { draft, isRefusal } from '../actions/draft.ts';
import { recordRefusal } from '../actions/execute.ts';
import { type GuardInput, guard, READONLY } from '../actions/guard.ts';
import { readWords } from '../actions/parameters.ts';
import { targetName } from '../actions/targets.ts';
import type { Store } from '../desk/store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Draft } from '../panes/shared/services.ts';
import type { Settings } from '../settings/schema.ts';
import { actionSettings, type Environment, toolsOf } from './acting.ts';
import type { Link } from './link.ts';

/** The same refusal within this time (ms) counts once. */
const REPEAT_MS = 5000;

export type PlannerDeps = {
  store: Store;
  clock: Clock;
  /** As they are now. */
  settings: () => Settings;
  env: Environment;
  /** The currently connected engine. */
  link: () => Link;
  readonly: () => boolean;
  guard: () => GuardInput;
  audit: () => Audit;
};

/** Turns a request into a plan accepted by the guards, or a refusal, which is recorded. */
export class Planner {
  readonly #deps: PlannerDeps;
  #lastRefusal: { what: string; at: number } | undefined;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  async draft(
    action: Action,
    target: Target,
    words: readonly string[] = [],
    signal?: AbortSignal,
  ): Promise<Draft | Refusal> {
    const { store, link, audit } = this.#deps;
    const at = link();
    const state = store.get();
    const name = targetName(state, store.deskOf(state), target);
    const checked = this.#hindered(action, name) ?? (await this.#planned(action, target, name, { words, signal }));
    // The name may also exist there.
    const made = at === link() ? checked : switched(checked);
    // What was dropped amid its reading says nothing.
    if ('refused' in made && !signal?.aborted && !this.#isRepeat(made))
      await recordRefusal(audit(), at.engine.id, made);
    return made;
  }

  get #settings(): ActionSettings {
    return actionSettings(this.#deps.settings());
  }

  /** What there is to choose from for an action on a target. */
  choices(action: Action, target: Target): readonly Choice[] {
    const { store } = this.#deps;
    const state = store.get();
    return action.choices?.({ state, desk: store.deskOf(state), target, settings: this.#settings }) ?? [];
  }

  async #planned(
    action: Action,
    target: Target,
    name: string,
    { words, signal }: { words: readonly string[]; signal?: AbortSignal },
  ): Promise<Draft | Refusal> {
    const { store, settings, env, link, clock } = this.#deps;
    const read = readWords(action, words);
    if ('error' in read) return { action: action.name, name, refused: read.error, change: 'correct the command' };
    const { parameters } = read;
    const { engine, endpoint } = link();
    const source = {
      engine,
      tools: toolsOf(endpoint, env, settings(), clock),
      state: store.get(),
      buildDesk: store.deskOf,
    };
    const plan = await draft({ action, target, parameters }, source, this.#settings, signal);
    if (isRefusal(plan)) return plan;
    const { danger, reasons, refusal } = guard(plan, this.#deps.guard());
    if (refusal) return { action: plan.action, name: plan.name, ...refusal };
    return { action, parameters, words, plan: { ...plan, danger }, reasons };
  }

  /** A held key would be refused many times a second. */
  #isRepeat({ action, name, refused }: Refusal): boolean {
    const [what, now] = [`${action} ${name} ${refused}`, this.#deps.clock.now()];
    const repeats = this.#lastRefusal?.what === what && now - this.#lastRefusal.at < REPEAT_MS;
    if (!repeats) this.#lastRefusal = { what, at: now };
    return repeats;
  }

  /** Requests that are not even planned: planning needs the engine. */
  #hindered({ name: action, danger }: Action, name: string): Refusal | undefined {
    // One that may only read is planned: the guards know what it does.
    if (this.#deps.readonly() && danger > 0) return { action, name, ...READONLY };
    if (this.#deps.store.get().connection.state !== 'lost') return undefined;
    const change = 'wait until it is back';
    return { action, name, refused: 'the engine is not reachable', change };
  }
}

function switched(made: Draft | Refusal): Refusal {
  const { action, name } = 'refused' in made ? made : made.plan;
  return {
    action,
    name,
    refused: 'the context was switched in the meantime',
    change: 'start the action again in this context',
  };
}
