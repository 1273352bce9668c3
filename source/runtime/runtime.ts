import { join } from 'node:path';
import { auditDirectory } from '../actions/audit/file.ts';
import { composeTool } from '../compose/tool.ts';
import { deriveDesk } from '../desk/derive.ts';
import { createStore } from '../desk/store.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { createSshMasters } from '../engine/connect/ssh-masters.ts';
import { membersOf } from '../fleet/model.ts';
import type { Clock } from '../lib/clock.ts';
import { MessageLog } from '../lib/message-log.ts';
import { commandNames } from '../panes/console/command.ts';
import type { AppServices } from '../panes/shared/services.ts';
import type { SettingsDocument } from '../settings/load.ts';
import { readonlySources } from '../settings/readonly.ts';
import type { Settings } from '../settings/schema.ts';
import { notifySequence } from '../ui/notify.ts';
import { ERRORS_FILE, heldInMemory, stateDirectory } from './acting.ts';
import { Attention } from './attention.ts';
import { clockWatch } from './clock-watch.ts';
import { startCollectors } from './collectors.ts';
import { ConsoleActions } from './console-actions.ts';
import { consoleMetrics } from './console-metrics.ts';
import { type Measure, watchCost } from './cost.ts';
import { EngineSwitch } from './engine-switch.ts';
import { errorFile } from './error-file.ts';
import { watchFleet } from './fleet-watch.ts';
import { endpointNamed, hostNames, hostSpecs } from './hosts.ts';
import { keptScreensFile, SCREENS_FILE } from './kept-screens-file.ts';
import { openLink } from './link.ts';
import { LiveSettings, type SettingsSource } from './live-settings.ts';
import { logServices } from './log-services.ts';
import { watchMaintenance } from './maintenance-watch.ts';
import { placedTasks } from './placed-tasks.ts';
import { RegistryCheck } from './registry-check.ts';
import { saveText } from './save.ts';
import { openSession } from './session/sessions.ts';
import { tableSources } from './table-sources.ts';
import { TYPED_FILE, typedFile } from './typed-file.ts';
import { metricNames, unmatchedNames, unmatchedText } from './unmatched.ts';
import { VolumeSizes } from './volume-sizes.ts';

/** How often the desk gets the time (ms), as ages count in seconds. */
const TICK_MS = 1000;

export type RuntimeOptions = {
  endpoint: Endpoint;
  settings: Settings;
  /** The settings file; undefined if there is none. */
  document?: Pick<SettingsDocument, 'place' | 'values'>;
  /** Where the settings are read again while the console runs. */
  source?: SettingsSource;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** For the simulated engine. */
  incident?: AppServices['incident'];
  /** Reads the resource usage of the process; default: from the system. */
  measure?: Measure;
  write(sequence: string): void;
  quit(): void;
};

/** `close` waits a moment for running actions, else records why they were interrupted. */
export type Runtime = AppServices & {
  close(why?: string): Promise<void>;
  /** A key was pressed. */
  touched(): void;
  /** The terminal has the focus, or has lost it. */
  focused(has: boolean): void;
};

/** The running program as the panes see it; `close` ends everything. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { clock, env, quit } = options;
  /** As they are now. What is read of them once, at the start, is named in settings/in-context.ts. */
  let { settings } = options;
  const watch = watchCost(clock, settings.budget, options.measure);
  const stretch = () => watch.cost().stretch;
  const directory = stateDirectory(settings, env);
  const messages = new MessageLog({ clock, write: errorFile(join(auditDirectory(env), ERRORS_FILE), clock) });
  const attention = new Attention(clock, () => {
    store.flush();
    engines.now.link.readUsage();
  });
  const store = createStore({
    clock,
    engine: options.endpoint.name,
    notifyMs: 1000 / settings.screen.frames,
    away: () => attention.away,
    stretch,
    onError: (error) => messages.report('a message from the engine could not be read', error),
  });
  const masters = createSshMasters(clock);
  store.dispatch({ type: 'held', held: heldInMemory(settings) });
  const actions = new ConsoleActions({
    ...{ store, clock, env, messages, masters },
    settings: () => settings,
    engine: () => engines.now,
    metric: (name, service) => metrics.current(name, service),
    hosts: () => membersOf(fleet.get()).hosts,
  });
  const engines = new EngineSwitch(options.endpoint, {
    open(endpoint) {
      const link = openLink(endpoint, settings, clock, store.dispatch, {
        masters,
        away: () => attention.away,
        stretch,
        // Each connection over ssh is a login or a channel of its own.
        early: endpoint.target.kind !== 'ssh',
      });
      const { engine } = link;
      const stopMaintenance = watchMaintenance(directory, engine.id, clock, store.dispatch);
      const collectors = startCollectors({
        store,
        clock,
        engine,
        endpoint,
        settings,
        compose: composeTool(endpoint, env),
      });
      return {
        id: engine.id,
        link,
        collectors,
        executor: actions.executorOf(link),
        async close() {
          stopMaintenance();
          collectors.close();
          await link.close();
        },
      };
    },
    onLeave: ({ name }) => store.dispatch({ type: 'forget', at: clock.now(), engine: name }),
    onArrive: (from, to) => actions.record({ kind: 'context', engine: to, told: `from ${from} to ${to}` }),
  });
  const specs = hostSpecs(settings, env);
  const fleet = watchFleet({
    specs,
    endpoint: (name) => endpointNamed(name, settings, env),
    settings,
    clock,
    masters,
  });
  const { metrics, written } = consoleMetrics({
    ...{ store, clock, settings, env, messages },
    link: () => engines.now.link,
    onCrossing: ({ text, to }) => notify(to === 'ok' ? undefined : text),
  });
  const typed = typedFile(join(auditDirectory(env), TYPED_FILE), (error) =>
    messages.report('the command history is not saved', error),
  );
  const kept = keptScreensFile(join(auditDirectory(env), SCREENS_FILE), clock, (error) =>
    messages.report('the screen is not kept', error),
  );
  const registries = new RegistryCheck(clock);
  const sizes = new VolumeSizes(clock);
  const live = new LiveSettings({
    settings,
    clock,
    document: options.document,
    source: options.source,
    context: () => engines.now.link.endpoint.context,
  });
  live.onReload(({ ok, text }) => {
    if (ok) store.dispatch({ type: 'held', held: heldInMemory(current()) });
    else messages.add('bad', text);
  });
  let stopTick = clock.after(TICK_MS, tick);

  const sources = () => ({
    ...tableSources(engines.now.link, { settings, env, clock, messages, registries, sizes, state: store.get }),
    hosts: () => specs,
  });

  const watchClocks = clockWatch(clock, () => engines.now.link.engine.clockOffset?.() ?? 0);

  function current(): Settings {
    settings = live.now;
    return settings;
  }

  function tick(): void {
    const now = clock.now();
    store.dispatch({ type: 'tick', now });
    for (const text of watchClocks()) {
      messages.add('warning', text);
      store.dispatch({ type: 'note', entry: { at: now, kind: 'connection', level: 'warning', text } });
    }
    stopTick = clock.after(TICK_MS, tick);
  }

  function notify(text: string | undefined): void {
    const how = settings.metrics.notify;
    if (text !== undefined && how !== 'off') options.write(notifySequence(how, text, env));
  }

  const { wanted } = options.document ? readonlySources(options.document, env) : {};
  if (wanted !== undefined && !settings.readonly) {
    const told = `--write lifts read-only (${wanted}) until this console ends`;
    messages.add('warning', told);
    actions.record({ kind: 'armed', engine: engines.now.link.engine.id, told });
  }

  return {
    store,
    messages,
    clock,
    get settings() {
      return current();
    },
    onReload: (listener) => live.onReload(listener),
    reload: () => live.reload(),
    context: () => engines.now.link.endpoint.context,
    endpoint: () => `${engines.now.link.endpoint.url} (${engines.now.link.endpoint.origin})`,
    async inspect({ engine, kind, id }, signal) {
      if (engine !== engines.now.link.engine.id)
        throw new Error(`It is on ${engine}, and this is ${engines.now.link.engine.id}.`);
      return engines.now.link.engine.inspect(kind, id, { signal });
    },
    async layers(image, signal) {
      const { engine } = engines.now.link;
      const [layers, registry] = await Promise.all([
        engine.imageHistory(image.id, { signal }),
        settings.images.registry ? registries.lines(engine, image) : undefined,
      ]);
      return { layers, registry };
    },
    processes: (container, signal) => engines.now.link.engine.top(container, { signal }),
    rows: async (resource, signal, scope) => (await resource.fetch?.(sources(), signal, scope)) ?? [],
    read: (ask, signal) => ask(sources(), signal),
    ...logServices({ clock, settings: () => settings, engine: () => engines.now.link.engine, fleet }),
    swarmTasks: (signal) => placedTasks(engines.now.link.engine, signal),
    openSession: (made, suspend) => openSession(made, settings, { clock, suspend }),
    watch(visible, selected) {
      // A service compared in another's charts is also on the screen.
      const seen = [...new Set([...visible, ...metrics.watching()])];
      engines.now.link.watch(seen, selected);
      engines.now.collectors.watch(seen, selected);
    },
    refresh: () => engines.now.link.refresh(),
    fleet,
    unmatchedSettings({ metrics: alsoMetrics }) {
      const { document } = live;
      if (document === undefined) return [];
      const { ignored } = readonlySources(document, env);
      const state = store.get();
      const contexts = hostNames(settings, env);
      const names = alsoMetrics ? metricNames(metrics.sources([...state.containers.keys()])) : undefined;
      const unmatched = unmatchedNames(settings, {
        desk: deriveDesk(state),
        contexts,
        commands: commandNames(settings),
        metrics: names,
      });
      return [...(ignored === undefined ? [] : [ignored]), ...unmatched.map((one) => unmatchedText(one, document))];
    },
    switchContext(context) {
      const endpoint = endpointNamed(context, settings, env);
      if (context === engines.now.link.endpoint.context) return Promise.resolve();
      if (actions.isBusy()) throw new Error('An action is running here: wait for it, or cancel it first.');
      return engines.moveTo(endpoint);
    },
    readonly: () => actions.readonly(),
    armedUntil: () => actions.armedUntil(),
    arm: (ms) => actions.arm(ms),
    draft: (action, target, words, signal) => actions.planner.draft(action, target, words, signal),
    choices: (action, target) => actions.planner.choices(action, target),
    draftOnHosts: (action, on, words) => actions.draftOnHosts(action, on, words),
    execute: (draft, options) => actions.execute(draft, options),
    metrics,
    typed,
    screens: {
      of: (engine) => (settings.screen.keep ? kept.of(engine) : { tables: {} }),
      keep: (engine, screen) => settings.screen.keep && kept.keep(engine, screen),
    },
    incident: options.incident,
    save: (name, text) => saveText(join(directory, 'saved'), name, text, clock),
    write: options.write,
    cost: watch.cost,
    load: () =>
      engines.now.link.endpoint.target.kind === 'unix' && store.seen().engine?.simulated === false
        ? watch.load()
        : undefined,
    quit,
    touched: () => attention.touch(),
    focused: (has) => attention.focus(has),
    async close(why = 'deskhand ended') {
      live.close();
      await actions.end(why, [written(), typed.written(), kept.close()]);
      stopTick();
      watch.stop();
      metrics.close();
      await fleet.close();
      store.close();
      await engines.now.close();
      masters.close();
    },
  };
}
