import { type CallOptions, type Engine, type EngineChanges, EngineError } from '../../source/engine/engine.ts';
import type { ContainerFacts, EngineEvent, EngineInfo } from '../../source/engine/facts.ts';
import type { SwarmService } from '../../source/engine/swarm-facts.ts';
import type { Clock } from '../../source/lib/clock.ts';
import { engineId } from '../../source/lib/ids.ts';
import { DETAIL } from './facts.ts';

type Trouble = { call: string; error?: EngineError; until?: Promise<void> };
type Subscriber = { onEvent: (event: EngineEvent) => void; end: (error?: EngineError) => void };

/**
 * An engine for tests: it answers what it is told, at once and in order, without a socket and on a fake clock. For the real
 * HTTP there is the simulator.
 */
export class FakeEngine implements Engine, EngineChanges {
  /** What list and inspect answer, by id; set, change and delete at will. The list leaves the detail out. */
  readonly known: Map<string, ContainerFacts>;
  /** Answers of the stats call, by container id. */
  readonly readings = new Map<string, unknown>();
  /** Every call, in order: `containers`, `container web`, `events 1000`. */
  readonly calls: string[] = [];
  readonly id = engineId('fake');
  engineInfo: EngineInfo = INFO;
  services: readonly SwarmService[] = [];
  readonly #clock: Clock;
  readonly #past: EngineEvent[] = [];
  readonly #subscribers = new Set<Subscriber>();
  #troubles: readonly Trouble[] = [];

  constructor(clock: Clock, containers: readonly ContainerFacts[] = []) {
    this.#clock = clock;
    this.known = new Map(containers.map((container) => [container.id, container]));
  }

  /** An engine of these containers that answers some more calls; it changes what is `known` only as they do. */
  static that(calls: Partial<Engine & EngineChanges>, clock: Clock, containers: readonly ContainerFacts[] = []) {
    return Object.assign(new FakeEngine(clock, containers), calls);
  }

  /** Event streams that are open. */
  subscribers(): number {
    return this.#subscribers.size;
  }

  /** What happens from now on is kept, but the open streams say nothing of it. */
  mute(): void {
    for (const subscriber of this.#subscribers) subscriber.onEvent = () => {};
  }

  /** Sends an event to whoever is subscribed, and keeps it for later subscriptions that ask for what they missed. */
  emit(event: EngineEvent): void {
    this.#past.push(event);
    for (const { onEvent } of [...this.#subscribers]) onEvent(event);
  }

  /** From now on calls whose name starts with `call` ('' for all) fail so. */
  fail(call: string, error: EngineError): void {
    this.#troubles = [{ call, error }, ...this.#troubles];
  }

  /** From now on calls whose name starts with `call` ('' for all) are never answered: they time out. */
  hang(call = ''): void {
    this.#troubles = [{ call }, ...this.#troubles];
  }

  /** Holds back the answers of such calls, taken when they were asked for; the returned function lets them go. */
  hold(call: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const trouble = { call, until: promise };
    this.#troubles = [trouble, ...this.#troubles];
    return () => {
      this.#troubles = this.#troubles.filter((other) => other !== trouble);
      resolve();
    };
  }

  /** Undoes fail and hang. */
  heal(): void {
    this.#troubles = [];
  }

  /** Ends the event streams: as the engine does when it shuts down, or by a failure. */
  endEvents(error?: EngineError): void {
    for (const { end } of [...this.#subscribers]) end(error);
  }

  ping(options?: CallOptions): Promise<void> {
    return this.#answer('ping', options, () => undefined);
  }

  info(options?: CallOptions): Promise<EngineInfo> {
    return this.#answer('info', options, () => this.engineInfo);
  }

  containers(options?: CallOptions): Promise<ContainerFacts[]> {
    const listed = () => [...this.known.values()].map((facts) => ({ ...facts, detail: undefined }));
    return this.#answer('containers', options, listed);
  }

  container(id: string, options?: CallOptions): Promise<ContainerFacts> {
    return this.#answer(`container ${id}`, options, () => {
      const facts = found(this.known, id);
      return { ...facts, detail: facts.detail ?? DETAIL };
    });
  }

  stats(id: string, options?: CallOptions): Promise<unknown> {
    return this.#answer(`stats ${id}`, options, () => found(this.readings, id));
  }

  swarmServices(options?: CallOptions): Promise<SwarmService[]> {
    return this.#answer('swarmServices', options, () => [...this.services]);
  }

  async events(
    { since, until, signal, started }: Parameters<Engine['events']>[0],
    onEvent: (event: EngineEvent) => void,
  ): Promise<void> {
    await this.#answer(`events ${since ?? 'now'}`, { signal }, () => undefined);
    started?.();
    const asked = (at: number) => since !== undefined && at >= since && at <= (until ?? at);
    for (const event of this.#past) if (asked(event.at)) onEvent(event);
    if (until !== undefined) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const subscriber: Subscriber = { onEvent, end: (error) => (error ? reject(error) : resolve()) };
    this.#subscribers.add(subscriber);
    signal.addEventListener('abort', () => subscriber.end(cancelled('events')), { once: true });
    await promise.finally(() => this.#subscribers.delete(subscriber));
  }

  inspect = refuse('inspect');
  top = refuse('list processes');
  logs = refuse('read logs');
  restart = refuse('restart');
  stop = refuse('stop');
  start = refuse('start');
  images = refuse('list images');
  volumes = refuse('list volumes');
  networks = refuse('list networks');
  tasks = refuse('list tasks');
  nodes = refuse('list nodes');
  kill = refuse('kill');
  updateLimits = refuse('updateLimits');
  createVolume = refuse('createVolume');
  pause = refuse('pause');
  unpause = refuse('unpause');
  remove = refuse('remove');
  create = refuse('create');
  connect = refuse('connect');
  disconnect = refuse('disconnect');
  rename = refuse('rename');
  tagImage = refuse('tag images');
  pullImage = refuse('pull images');
  imageHistory = refuse('list layers');
  registryDigest = refuse('ask registries');
  diskUse = refuse('measure the disk');
  removeImage = refuse('remove images');
  removeVolume = refuse('remove volumes');
  removeNetwork = refuse('remove networks');
  removeBuildCache = refuse('remove build cache');
  scaleService = refuse('scale services');
  forceService = refuse('force updates');
  rollbackService = refuse('roll services back');
  setServiceImage = refuse('set images of services');
  removeService = refuse('remove services');
  changeNode = refuse('change nodes');
  configs = refuse('list configs');
  secrets = refuse('list secrets');
  exec = refuse('exec');
  attach = refuse('attach');
  readArchive = refuse('read archives');
  writeArchive = refuse('write archives');
  close(): void {}

  async #answer<T>(name: string, options: CallOptions | undefined, value: () => T): Promise<T> {
    this.calls.push(name);
    const trouble = this.#troubles.find(({ call }) => name.startsWith(call));
    if (trouble?.error) throw trouble.error;
    const given = value();
    const answered = trouble && (trouble.until ?? new Promise<void>(() => {}));
    if (answered) await Promise.race([answered, timedOut(this.#clock, name, options)]);
    return given;
  }
}

/** What this engine is not told to do it refuses; a test may put its own function in place. */
function refuse(name: string) {
  return async (): Promise<never> => {
    throw new EngineError('bad-request', `the fake engine does not ${name}`);
  };
}

function found<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new EngineError('not-found', `No such container: ${id}`, '', { status: 404 });
  return thing;
}

/** Fails at the call's time-out, or when it is cancelled. */
function timedOut(clock: Clock, name: string, { signal, timeoutMs }: CallOptions = {}): Promise<never> {
  return new Promise((_, reject) => {
    const cancel =
      timeoutMs === undefined
        ? () => {}
        : clock.after(timeoutMs, () =>
            reject(new EngineError('timeout', `no answer to ${name} within ${timeoutMs} ms`)),
          );
    const abort = () => {
      cancel();
      reject(cancelled(name));
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
  });
}

const cancelled = (name: string) => new EngineError('cancelled', `${name} was cancelled`);

/** What an engine of two processors and 8 GiB says of itself. */
export const INFO: EngineInfo = {
  name: 'fake',
  version: '20.10.24',
  apiVersion: '1.41',
  operatingSystem: 'Debian GNU/Linux 12',
  cpus: 2,
  memory: 8 * 1024 ** 3,
  swarm: 'inactive',
  rootless: false,
  simulated: false,
  warnings: [],
};

/** An event of container `id`, as the engine's stream has it. */
export function fakeEvent(
  id: string,
  action: string,
  at: number,
  attributes: Readonly<Record<string, string>> = {},
): EngineEvent {
  return { at, type: 'container', action, id, name: id, attributes: { name: id, ...attributes } };
}
