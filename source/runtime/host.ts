import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Action, Outcome, Plan, Result } from '../actions/action.ts';
import { readLines } from '../actions/audit/chain.ts';
import { AUDIT_FILE, auditDirectory, readAudit } from '../actions/audit/file.ts';
import type { Answer, AuditRecord } from '../actions/audit/record.ts';
import { createExecutor, type Executor, waiter } from '../actions/execute.ts';
import { readStates } from '../actions/maintenance/state.ts';
import { composeTool } from '../compose/tool.ts';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskMessage } from '../desk/state.ts';
import { createStore } from '../desk/store.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { createSshMasters } from '../engine/connect/ssh-masters.ts';
import { membersOf } from '../fleet/model.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { duration } from '../lib/format.ts';
import { MessageLog } from '../lib/message-log.ts';
import { LogStore } from '../logs/log-store.ts';
import { wholeLogs } from '../logs/whole-logs.ts';
import { execThrough } from '../metrics/exec-in-container.ts';
import { metricsOptions } from '../metrics/from-settings.ts';
import { createDeskMetrics } from '../metrics/live-metrics.ts';
import { commandNames } from '../panes/console/command.ts';
import { type AppServices, beginsAtOnce } from '../panes/shared/services.ts';
import { DAEMON_FILE, engineEndpoint } from '../prometheus/engine-endpoint.ts';
import { transportOf } from '../prometheus/transport.ts';
import type { TableSources } from '../resources/resource.ts';
import type { SettingsDocument } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';
import { notifySequence } from '../ui/notify.ts';
import {
  actionSettings,
  allBackups,
  auditOf,
  ERRORS_FILE,
  guardOf,
  heldInMemory,
  isReadonly,
  stateDirectory,
  toolsOf,
} from './acting.ts';
import { Arming } from './arming.ts';
import { Attention } from './attention.ts';
import { clockWatch } from './clock-watch.ts';
import { reachOf } from './collectors/plan.ts';
import { startCollectors } from './collectors.ts';
import { type Measure, watchCost } from './cost.ts';
import { EngineSwitch } from './engine-switch.ts';
import { errorFile } from './error-file.ts';
import { watchFleet } from './fleet-watch.ts';
import { endpointNamed, hostNames, hostSpecs } from './hosts.ts';
import { draftOnHosts } from './hosts-draft.ts';
import { keptScreensFile, SCREENS_FILE } from './kept-screens-file.ts';
import { type Link, openLink } from './link.ts';
import { LONG_FILE, longHistoryFile } from './long-history-file.ts';
import { watchMaintenance } from './maintenance-watch.ts';
import { onEndpoint } from './on-endpoint.ts';
import { placedTasks } from './placed-tasks.ts';
import { Planner } from './planner.ts';
import { hintsOf, postureNow } from './posture-now.ts';
import { KEPT_FILE, preferencesFile } from './preferences-file.ts';
import { RegistryCheck } from './registry-check.ts';
import { saveText } from './save.ts';
import { openSession } from './session/sessions.ts';
import { slosOf } from './slos.ts';
import { TYPED_FILE, typedFile } from './typed-file.ts';
import { metricNames, unmatchedNames, unmatchedText } from './unmatched.ts';

/** How often the desk gets the time (ms), as ages count in seconds. */
const TICK_MS = 1000;
/** How long running actions may take to stop between two steps when the program quits (ms). */
const LAST_WORDS_MS = 3000;

/** Bytes of the audit log that the console reads for its table; the line that is cut in two is left out. */
const AUDIT_SHOWN = 1024 * 1024;

export type HostOptions = {
  endpoint: Endpoint;
  settings: Settings;
  /** The settings file; undefined if there is none. */
  document?: Pick<SettingsDocument, 'place'>;
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
export type Host = AppServices & {
  close(why?: string): Promise<void>;
  /** A key was pressed. */
  touched(): void;
  /** The terminal has the focus, or has lost it. */
  focused(has: boolean): void;
};

/** The running program as the panes see it; `close` ends everything. */
export function createHost(options: HostOptions): Host {
  const { settings, clock, env, quit } = options;
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
  const arming = new Arming(clock);
  const masters = createSshMasters(clock);
  store.dispatch({ type: 'held', held: heldInMemory(settings) });
  const engines = new EngineSwitch(options.endpoint, {
    open(endpoint) {
      const link = openLink(endpoint, settings, clock, store.dispatch, {
        masters,
        away: () => attention.away,
        stretch,
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
        executor: executorOf(link),
        async close() {
          stopMaintenance();
          collectors.close();
          await link.close();
        },
      };
    },
    onLeave: ({ name }) => store.dispatch({ type: 'forget', at: clock.now(), engine: name }),
    onArrive: (from, to) => recordState({ kind: 'context', engine: to, told: `from ${from} to ${to}` }),
  });
  const fleet = watchFleet({
    specs: hostSpecs(settings, env),
    endpoint: (name) => endpointNamed(name, settings, env),
    settings,
    clock,
    masters,
  });
  const measured = metricsOptions(settings);
  const inContainers = settings.metrics.exec ? execThrough(() => engines.now.link.engine, clock) : undefined;
  const ownEndpoint = engineEndpoint(() => readFileSync(DAEMON_FILE, 'utf8'));
  // Not next to an audit log that several operators may share: preferences are personal.
  const keeper = preferencesFile(join(auditDirectory(env), KEPT_FILE), () => engines.now.link.endpoint.name);
  const recorder = longHistoryFile(join(auditDirectory(env), LONG_FILE), clock.now, (error) =>
    messages.report('the history of metrics is not kept', error),
  );
  const metrics = createDeskMetrics({
    recorder,
    ...measured.options,
    slos: slosOf(settings),
    store,
    clock,
    keeper,
    scrape: { ...measured.options.scrape, transport: transportOf(inContainers) },
    discover() {
      const reach = reachOf(engines.now.link.endpoint, store.get());
      return { ...reach, settings: [...measured.endpoints, ...(reach.local ? ownEndpoint : [])] };
    },
    onCrossing: ({ text, to }) => notify(to === 'ok' ? undefined : text),
  });
  const typed = typedFile(join(auditDirectory(env), TYPED_FILE), (error) =>
    messages.report('what is typed is not kept', error),
  );
  const kept = keptScreensFile(join(auditDirectory(env), SCREENS_FILE), clock, (error) =>
    messages.report('the screen is not kept', error),
  );
  const registries = new RegistryCheck(clock);
  const planner = new Planner({
    store,
    clock,
    settings,
    env,
    link: () => engines.now.link,
    readonly,
    guard: guardInput,
    audit: () => auditOf(settings, env, clock),
  });
  const closing = new AbortController();
  const running = new Set<Promise<Result>>();
  let stopTick = clock.after(TICK_MS, tick);

  async function procedures() {
    const engine = engines.now.link.engine.id;
    const states = (await readStates(directory)).filter((state) => state.engine === engine);
    const names = new Set([...Object.keys(settings.maintenance), ...states.map(({ name }) => name)]);
    return [...names].map((name) => ({
      name,
      procedure: settings.maintenance[name],
      state: states.find((state) => state.name === name),
    }));
  }

  /** Where tables and texts are asked for. */
  function sources(): TableSources {
    return {
      engine: engines.now.link.engine,
      audit,
      messages: () => messages.all(),
      procedures,
      newer: settings.images.registry ? (image) => registries.word(engines.now.link.engine, image) : undefined,
      backups: () => allBackups(settings, env),
      posture: (until) =>
        postureNow({
          engine: engines.now.link.engine,
          endpoint: engines.now.link.endpoint,
          state: store.get(),
          hints: hintsOf(settings),
          backups: () => allBackups(settings, env),
          now: clock.now(),
          signal: until,
        }),
    };
  }

  async function audit() {
    // The newest lines: a log of years is for "deskhand audit".
    const log = await readAudit(join(directory, AUDIT_FILE));
    return readLines(log.subarray(-AUDIT_SHOWN)).map(({ line }) => line);
  }

  const watchClocks = clockWatch(clock, () => engines.now.link.engine.clockOffset?.() ?? 0);

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

  function guardInput() {
    return guardOf(
      settings,
      isReadonly(settings, engines.now.link.endpoint, env),
      wallTime(clock),
      (name, service) => metrics.current(name, service),
      arming.until(engines.now.link.engine.id),
    );
  }

  function executorOf(of: Link): Executor {
    return createExecutor({
      engine: of.engine,
      tools: toolsOf(of.endpoint, env, settings, clock),
      state: store.get,
      now: clock.now,
      wait: waiter(clock),
      audit: auditOf(settings, env, clock),
      guard: guardInput,
      observe: async () => ({ ...store.get(), maintenance: [] }),
      settings: actionSettings(settings),
    });
  }

  function readonly(): boolean {
    return (
      isReadonly(settings, engines.now.link.endpoint, env) && arming.until(engines.now.link.engine.id) === undefined
    );
  }

  /** Counts it among what is under way. */
  function track(done: Promise<Result>): Promise<Result> {
    running.add(done);
    return done.finally(() => running.delete(done));
  }

  /** Arming and switching happen even if this cannot be recorded: dangerous actions are refused anyway while the log cannot be written. */
  function recordState(record: AuditRecord): void {
    auditOf(settings, env, clock)
      .append(record)
      .catch((error: unknown) => messages.report('this could not be recorded', error));
  }

  return {
    store,
    messages,
    clock,
    settings,
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
    openLogs: (range, only, many) =>
      new LogStore(many ? fleet.engines : engines.now.link.engine, clock, {
        range,
        only,
        limitBytes: settings.logs.buffer * 1024 * 1024,
        everyMs: 1000 / settings.screen.frames,
      }),
    wholeLogs: (sources, many) => wholeLogs(many ? fleet.engines : engines.now.link.engine, clock, sources),
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
      const { document } = options;
      if (document === undefined) return [];
      const state = store.get();
      const contexts = hostNames(settings, env);
      const names = alsoMetrics ? metricNames(metrics.sources([...state.containers.keys()])) : undefined;
      const unmatched = unmatchedNames(settings, {
        desk: deriveDesk(state),
        contexts,
        commands: commandNames(settings),
        metrics: names,
      });
      return unmatched.map((one) => unmatchedText(one, document));
    },
    switchContext(context) {
      const endpoint = endpointNamed(context, settings, env);
      if (context === engines.now.link.endpoint.context) return Promise.resolve();
      if (running.size > 0) throw new Error('An action is running here: wait for it, or cancel it first.');
      return engines.moveTo(endpoint);
    },
    readonly,
    armedUntil: () => arming.until(engines.now.link.engine.id),
    arm(ms) {
      arming.arm(engines.now.link.engine.id, ms);
      const text = ms === 0 ? 'read-only again' : `actions are allowed for ${duration(ms)}`;
      recordState({ kind: ms === 0 ? 'unarmed' : 'armed', engine: engines.now.link.engine.id, told: text });
    },
    draft: (action, target, words, signal) => planner.draft(action, target, words, signal),
    choices: (action, target) => planner.choices(action, target),
    draftOnHosts: (action, on, words = []) =>
      draftOnHosts(action, on, words, {
        audit: auditOf(settings, env, clock),
        clock,
        hosts: () => membersOf(fleet.get()).hosts,
        look: async (names) => membersOf(fleet.get()).hosts.filter(({ spec }) => names?.includes(spec.name) ?? true),
        onHost: (name, use) =>
          onEndpoint(endpointNamed(name, settings, env), use, {
            ...{ settings, env, clock, masters },
            audit: auditOf(settings, env, clock),
            signal: closing.signal,
            progress: () => {},
            armedUntil: (engine) => arming.until(engine),
          }),
      }),
    async execute({ action, plan, perform }, { signal, progress, output, status, talk, reason }) {
      const until = AbortSignal.any([signal, closing.signal]);
      if (perform) return track(perform({ signal: until, progress, reason }));
      const answer = answerTo(action, plan);
      const { executor } = engines.now;
      const result = await track(
        executor.execute({ action, plan, answer, reason, signal: until, progress, output, status, talk }),
      );
      if (result.kind === 'done') store.dispatch(noteOf(plan, result.outcome, clock));
      engines.now.link.refresh();
      return result;
    },
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
      closing.abort();
      // Their ends are recorded, unless that would delay quitting too much.
      await Promise.race([
        Promise.allSettled([...running, keeper.written(), typed.written(), kept.close()]),
        sleep(LAST_WORDS_MS),
      ]);
      await engines.now.executor.interrupt(why);
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
