import type { Clock } from '../../lib/clock.ts';
import { Coalescer } from '../../lib/coalesce.ts';
import { deepEqual } from '../../lib/equal.ts';
import { age, plural } from '../../lib/format.ts';
import { type ContainerId, containerId } from '../../lib/ids.ts';
import { type CallOptions, type Connection, type Engine, EngineError } from '../engine.ts';
import type { EngineEvent, EngineInfo } from '../facts.ts';
import type { EngineMessage } from '../message.ts';
import type { SwarmService } from '../swarm-facts.ts';
import { type Connecting, type ConnectionHandler, connect, isUnreachable } from './connection.ts';
import { ContainerCache } from './container-cache.ts';
import { Details } from './details.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inspector } from './inspector.ts';
import { EventReplay } from './replay.ts';
import { readSwarmUnlessRefused } from './swarm.ts';
import { effectOf } from './transition.ts';

export type InventorySettings = {
  /** Seconds between two lists. */
  pollSeconds: number;
  /** Inspects at once. */
  parallel: number;
  /** Inspects per second for containers that changed, have problems or are visible; and for all others. */
  inspectsPerSecond: number;
  restPerSecond: number;
  /** After which an unanswered call counts as failed. */
  timeoutMs: number;
  /** How far back the first subscription asks for events (the engine keeps its last 256). */
  historySeconds: number;
};

const DEFAULTS: InventorySettings = {
  pollSeconds: 10,
  parallel: 4,
  inspectsPerSecond: 100,
  restPerSecond: 100,
  timeoutMs: 10_000,
  historySeconds: 3600,
};

export type InventoryOptions = {
  engine: Engine;
  clock: Clock;
  emit: (message: EngineMessage) => void;
  settings?: Partial<InventorySettings>;
  /** 0–1, for the jitter of the back-off. */
  random?: () => number;
};

/** Events of one container within this time cause one inspect (ms). */
const COALESCE_MS = 50;
/** How much older than the list (ms) an event may seem and still count as newer: clocks differ. */
const CLOCK_SLACK_MS = 1000;

/**
 * Watches one engine for as long as the console runs: one list, then events, each of which touches only its container, and a slow poll that
 * corrects what they missed. Emits only changes. Starts to connect when created.
 */
export class Inventory {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #emit: (message: EngineMessage) => void;
  readonly #settings: InventorySettings;
  readonly #stock = new ContainerCache();
  readonly #replay = new EventReplay();
  readonly #details: Details;
  readonly #inspectSoon: Coalescer;
  readonly #swarmSoon: Coalescer;
  readonly #connecting: Connecting;
  readonly #historyFrom: number | undefined;
  /** Missing from the last list, but not yet known to be removed. */
  readonly #missing = new Set<ContainerId>();
  readonly #heartbeat: Heartbeat;
  /** Aborts with the connection under way. */
  #link = AbortSignal.abort();
  /** Events that arrived before the first list of a connection. */
  #held: EngineEvent[] | undefined;
  /** Events with this time or later are newer than the last list. */
  #liveFrom = Number.POSITIVE_INFINITY;
  #manager = false;
  /** This connection has no events. */
  #noEvents = false;
  #swarm: readonly SwarmService[] = [];
  #stopped = false;

  constructor(options: InventoryOptions) {
    const { engine, clock, random = Math.random } = options;
    this.#engine = engine;
    this.#clock = clock;
    this.#emit = (message) => {
      if (!this.#stopped) options.emit(message);
    };
    this.#settings = { ...DEFAULTS, ...options.settings };
    this.#heartbeat = new Heartbeat(engine, clock, this.#replay);
    const { historySeconds, parallel, pollSeconds, restPerSecond, timeoutMs } = this.#settings;
    this.#historyFrom = historySeconds > 0 ? clock.now() - historySeconds * 1000 : undefined;
    const inspect = (id: ContainerId) => this.#inspect(id);
    const perSecond = this.#settings.inspectsPerSecond;
    const inspector = new Inspector({ clock, parallel, perSecond, restPerSecond, inspect });
    this.#details = new Details(clock, this.#stock, inspector);
    this.#inspectSoon = new Coalescer(clock, COALESCE_MS, (ids) => {
      for (const id of ids) this.#details.changed(containerId(id));
    });
    this.#swarmSoon = new Coalescer(clock, 5 * COALESCE_MS, () => this.#check(this.#readSwarm()));
    const onChange = (connection: Connection) => this.#onConnection(connection);
    const pollMs = pollSeconds * 1000;
    this.#connecting = connect({ engine, clock, random, pollMs, timeoutMs, onChange, visitor: this.#visitor() });
  }

  /** The containers whose details are needed soon: those on the screen. Replaces the previous set. */
  want(ids: readonly ContainerId[]): void {
    this.#details.want(ids);
  }

  /** The containers whose details are read at every poll, as health check probes cause no event. Replaces the previous set. */
  follow(ids: readonly ContainerId[]): void {
    this.#details.follow(ids);
  }

  /** Polls now. */
  refresh(): void {
    this.#connecting.pollNow();
  }

  /** Tries a lost engine now. */
  retryNow(): void {
    this.#connecting.retryNow();
  }

  connection(): Connection {
    return this.#connecting.connection();
  }

  /** Ends everything; nothing is emitted any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#connecting.stop();
    this.#quieten();
  }

  #visitor(): ConnectionHandler {
    return {
      info: (info) => this.#onInfo(info),
      since: () => this.#replay.since() ?? this.#historyFrom,
      event: (event) => this.#onEvent(event),
      withoutEvents: () => {
        this.#noEvents = true;
      },
      list: (signal) => this.#list(signal),
    };
  }

  #onConnection(connection: Connection): void {
    if (connection.state === 'lost') this.#noEvents = false;
    if (connection.state !== 'ready') {
      this.#quieten();
      this.#held ??= [];
    }
    this.#emit({ type: 'connection', connection });
  }

  #quieten(): void {
    this.#details.clear();
    this.#inspectSoon.clear();
    this.#swarmSoon.clear();
  }

  #onInfo(info: EngineInfo): void {
    this.#manager = info.swarm === 'manager';
    const forbidden = [...(info.forbidden ?? []), ...(this.#noEvents ? ['GET /events'] : [])];
    this.#emit({ type: 'engine', info: { ...info, ...(forbidden.length > 0 ? { forbidden } : {}) } });
  }

  #onEvent(event: EngineEvent): void {
    if (event.action.startsWith('exec_') || !this.#replay.isNew(event)) return;
    if (this.#held) this.#held.push(event);
    else this.#apply(event);
  }

  #apply(event: EngineEvent): void {
    this.#emit({ type: 'event', event });
    const effect = effectOf(event);
    if (effect.kind === 'gone') this.#gone(effect.id);
    if (effect.kind === 'swarm') this.#swarmSoon.add('services');
    if (effect.kind === 'engine') this.#check(this.#readInfo());
    if (effect.kind !== 'changed') return;
    if (this.#stock.touched(effect.id, event, event.at >= this.#liveFrom)) this.#emitContainer(effect.id);
    this.#inspectSoon.add(effect.id);
  }

  #gone(id: ContainerId): void {
    this.#details.drop(id);
    this.#inspectSoon.drop(id);
    this.#missing.delete(id);
    if (this.#stock.remove(id)) this.#emit({ type: 'container-gone', at: this.#clock.now(), id });
  }

  #emitContainer(id: ContainerId): void {
    const container = this.#stock.get(id);
    if (container) this.#emit({ type: 'container', at: this.#clock.now(), container });
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#link = signal;
    const began = this.#clock.now();
    const mark = this.#stock.mark();
    const listed = await this.#engine.containers(this.#call());
    const { moved, missing } = await this.#stock.adopt(listed, mark, signal);
    if (signal.aborted) return;
    this.#liveFrom = began - CLOCK_SLACK_MS;
    this.#emit({ type: 'containers', at: this.#clock.now(), containers: this.#stock.all() });
    await this.#readSwarm();
    if (signal.aborted) return;
    this.#release();
    this.#details.afterList(moved);
    // One answer without them may come from a proxy: each is requested individually.
    for (const id of missing) {
      this.#missing.add(id);
      this.#details.changed(id);
    }
    this.#check(this.#listen(signal));
  }

  /** Applies events that a silent stream missed, and reopens it. */
  async #listen(signal: AbortSignal): Promise<void> {
    const unheard = await this.#heartbeat.missed(this.#call());
    const [first] = unheard;
    if (signal.aborted || first === undefined) return;
    for (const event of unheard) this.#apply(event);
    this.#connecting.resubscribe();
    const now = this.#clock.now();
    const events = plural(unheard.length, 'event');
    const text = `the event stream had gone silent: ${events} of the last ${age(now - first.at)} came late, and it was opened again`;
    this.#emit({ type: 'trouble', at: now, text });
  }

  #release(): void {
    const events = this.#held ?? [];
    this.#held = undefined;
    for (const event of events) this.#apply(event);
  }

  async #inspect(id: ContainerId): Promise<void> {
    const signal = this.#link;
    const mark = this.#stock.mark();
    try {
      const facts = await this.#engine.container(id, this.#call());
      if (signal.aborted) return;
      this.#details.succeeded(id);
      this.#stillThere(id);
      if (this.#stock.inspected(facts, mark, this.#clock.now())) this.#emitContainer(id);
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) return this.#gone(id);
      this.#details.failed(id);
      this.#connecting.pollNow();
    }
  }

  #stillThere(id: ContainerId): void {
    if (!this.#missing.delete(id)) return;
    const name = this.#stock.get(id)?.name ?? id;
    this.#emit({ type: 'trouble', at: this.#clock.now(), text: `the engine's list left out ${name}, which is there` });
  }

  async #readInfo(): Promise<void> {
    this.#onInfo(await this.#engine.info(this.#call()));
  }

  async #readSwarm(): Promise<void> {
    const services = this.#manager ? await readSwarmUnlessRefused(this.#engine, this.#call()) : [];
    if (services === undefined || deepEqual(services, this.#swarm)) return;
    this.#swarm = services;
    this.#emit({ type: 'swarm', services });
    // No event says that the engine has left its Swarm.
    if (services.length === 0) this.#check(this.#readInfo());
  }

  /** Runs `work` in the background. */
  #check(work: Promise<unknown>): void {
    work.catch((error) => this.#pollOnTrouble(error));
  }

  /** The list decides whether the engine is lost, as the desk depends on it. */
  #pollOnTrouble(error: unknown): void {
    if (isUnreachable(error)) this.#connecting.pollNow();
  }

  #call(): CallOptions {
    return { signal: this.#link, timeoutMs: this.#settings.timeoutMs };
  }
}

/** The engine's own message that a container does not exist; a bare 404 may come from a proxy. */
function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.kind === 'not-found' && /no such container/i.test(error.message);
}
