import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, Plan } from '../../actions/action.ts';
import { readLines } from '../../actions/audit/chain.ts';
import { AUDIT_FILE, readAudit } from '../../actions/audit/file.ts';
import { createExecutor, draft, type Executor, isRefusal, recordRefusal, waiter } from '../../actions/execute.ts';
import { guard } from '../../actions/guard.ts';
import { actionFor, actionOf } from '../../actions/registry.ts';
import type { Clock } from '../../clock.ts';
import { deriveDesk } from '../../desk/derive.ts';
import type { DeskMessage } from '../../desk/state.ts';
import { createStore } from '../../desk/store.ts';
import { listContexts } from '../../engine/contexts.ts';
import { type Endpoint, resolveEndpoint } from '../../engine/endpoint.ts';
import type { Host } from '../../panes/host.ts';
import { createDeskMetrics } from '../../panes/metrics/desk-metrics.ts';
import { metricsOptions } from '../../panes/metrics/from-settings.ts';
import type { DiscoverOptions } from '../../prometheus/endpoints.ts';
import type { Settings } from '../../settings/schema.ts';
import { notifySequence } from '../../ui/notify.ts';
import { actionSettings, auditOf, guardOf, stateDirectory } from '../acting.ts';
import { watchCost } from './cost.ts';
import { startFeeders } from './feeders.ts';
import { type Link, openLink } from './link.ts';
import { saveText } from './save.ts';

/** The desk is told the time so often (ms): ages count in seconds. */
const TICK_MS = 1000;

export type HostOptions = {
  endpoint: Endpoint;
  settings: Settings;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** Of the simulated engine, where that is what is shown. */
  incident?: Host['incident'];
  write(sequence: string): void;
  quit(): void;
};

/** The running program as the panes see it; `close` ends all it began. */
export function createHost(options: HostOptions): Host & { close(): Promise<void> } {
  const { settings, clock, env, quit } = options;
  const store = createStore({ clock, notifyMs: 1000 / settings.screen.frames });
  const watch = watchCost(clock);
  const directory = stateDirectory(settings, env);
  let armedUntil: number | undefined;
  let link = openLink(options.endpoint, settings, clock, store.dispatch);
  const measured = metricsOptions(settings);
  const metrics = createDeskMetrics({
    ...measured.options,
    store,
    clock,
    discover: () => ({ settings: measured.endpoints, ...reach(link.endpoint) }),
    onCrossing: ({ text, to }) => notify(to === 'ok' ? undefined : text),
  });
  let feeders = feedersOf(link);
  let executor = executorOf(link);
  let stopTick = clock.after(TICK_MS, tick);

  function tick(): void {
    store.dispatch({ type: 'tick', now: clock.now() });
    stopTick = clock.after(TICK_MS, tick);
  }

  function feedersOf({ engine, endpoint }: Link) {
    return startFeeders({ store, clock, engine, endpoint, settings });
  }

  function notify(text: string | undefined): void {
    const how = settings.metrics.notify;
    if (text !== undefined && how !== 'off') options.write(notifySequence(how, text, env));
  }

  function guardInput() {
    return guardOf(settings, clock.now(), (name, service) => metrics.value(name, service), armedUntil);
  }

  function executorOf(of: Link): Executor {
    return createExecutor({
      engine: of.engine,
      state: store.get,
      now: clock.now,
      wait: waiter(clock),
      audit: auditOf(settings, of.endpoint, env, clock),
      guard: guardInput,
    });
  }

  return {
    store,
    clock,
    settings,
    endpoint: () => `${link.endpoint.url} (${link.endpoint.origin})`,
    engine: () => link.engine,
    audit: async () => readLines(await readAudit(join(directory, AUDIT_FILE))).map(({ line }) => line),
    watch(visible, selected) {
      link.watch(visible, selected);
      feeders.watch(visible, selected);
    },
    refresh: () => link.refresh(),
    contexts: () => listContexts({ env, home: homedir() }).map(({ name }) => name),
    async switchContext(context) {
      const endpoint = resolveEndpoint({ flags: { context }, env, home: homedir() });
      const old = link;
      link = openLink(endpoint, settings, clock, (message) => store.dispatch(message));
      executor = executorOf(link);
      feeders.close();
      feeders = feedersOf(link);
      await old.close();
      store.dispatch({ type: 'containers', at: clock.now(), containers: [] }, { type: 'swarm', services: [] });
    },
    readonly: () => settings.readonly && !(armedUntil !== undefined && clock.now() < armedUntil),
    armedUntil: () => armedUntil,
    arm(ms) {
      armedUntil = ms === 0 ? undefined : clock.now() + ms;
    },
    async draft(name, target, args = {}) {
      const state = store.get();
      const action = await actionFor(name, args, { engine: link.engine, desk: deriveDesk(state), target });
      const plan =
        'refused' in action
          ? action
          : await draft(
              action,
              target,
              { engine: link.engine, state, buildDesk: deriveDesk },
              actionSettings(settings),
            );
      if (isRefusal(plan)) {
        await recordRefusal(auditOf(settings, link.endpoint, env, clock), plan);
        return plan;
      }
      const { danger, reasons, refusal } = guard(plan, guardInput());
      if (!refusal) return { plan: { ...plan, danger }, reasons };
      const refused = { action: plan.action, name: plan.name, ...refusal };
      await recordRefusal(auditOf(settings, link.endpoint, env, clock), refused);
      return refused;
    },
    async execute(plan, { signal, progress }) {
      const action = actionOf(plan);
      if (!action) throw new Error(`there is no action "${plan.action}"`);
      const answer =
        plan.danger >= 3 ? ({ kind: 'typed', text: plan.name } as const) : ({ kind: 'confirmed' } as const);
      const result = await executor.execute({ action, plan, answer, signal, progress });
      if (result.kind === 'done') store.dispatch(noteOf(plan, result.outcome, clock));
      link.refresh();
      return result;
    },
    metrics,
    incident: options.incident,
    save: (name, text) => saveText(join(directory, 'saved'), name, text, clock),
    write: options.write,
    cost: watch.cost,
    load: () =>
      link.endpoint.target.kind === 'unix' && store.seen().engine?.simulated === false ? watch.load() : undefined,
    quit,
    async close() {
      stopTick();
      watch.stop();
      feeders.close();
      metrics.close();
      store.close();
      await link.close();
    },
  };
}

function noteOf({ action, name, target }: Plan, outcome: Outcome, clock: Clock): DeskMessage {
  const serviceId = target.kind === 'service' ? target.id : undefined;
  const level = outcome.ok ? 'good' : 'bad';
  return {
    type: 'note',
    entry: { at: clock.now(), kind: 'action', serviceId, level, text: `${action} ${name}: ${outcome.verification}` },
  };
}

/** Published ports answer on the engine's host; container addresses only where the engine is on this machine. */
function reach({ target }: Endpoint): DiscoverOptions {
  return { host: target.kind === 'unix' ? '127.0.0.1' : target.host, routable: target.kind === 'unix' };
}
