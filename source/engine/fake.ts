import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { type CallOptions, type Engine, EngineError } from './engine.ts';
import type { ContainerDetail, ContainerFacts, EngineEvent, EngineInfo, SwarmService } from './facts.ts';

/**
 * An engine for tests: it answers what it is told, at once and in order, without a socket and on a fake clock. For the real
 * HTTP there is the simulator.
 */
export type FakeEngine = Engine & {
  /** What list and inspect answer, by id; set, change and delete at will. The list leaves the detail out. */
  readonly known: Map<string, ContainerFacts>;
  /** Answers of the stats call, by container id. */
  readonly readings: Map<string, unknown>;
  /** Every call, in order: `containers`, `container web`, `events 1000`. */
  readonly calls: string[];
  engineInfo: EngineInfo;
  services: SwarmService[];
  /** Event streams that are open. */
  subscribers(): number;
  /** Sends an event to whoever is subscribed, and keeps it for later subscriptions that ask for what they missed. */
  emit(event: EngineEvent): void;
  /** From now on calls whose name starts with `call` ('' for all) fail so. */
  fail(call: string, error: EngineError): void;
  /** From now on calls whose name starts with `call` ('' for all) are never answered: they time out. */
  hang(call?: string): void;
  /** Holds back the answers of such calls, taken when they were asked for; the returned function lets them go. */
  hold(call: string): () => void;
  /** Undoes fail and hang. */
  heal(): void;
  /** Ends the event streams: as the engine does when it shuts down, or by a failure. */
  endEvents(error?: EngineError): void;
};

type Trouble = { call: string; error?: EngineError; until?: Promise<void> };
type Subscriber = { onEvent: (event: EngineEvent) => void; end: (error?: EngineError) => void };

export function fakeEngine(clock: Clock, containers: readonly ContainerFacts[] = []): FakeEngine {
  const known = new Map(containers.map((container) => [container.id, container]));
  const readings = new Map<string, unknown>();
  const calls: string[] = [];
  const past: EngineEvent[] = [];
  const subscribers = new Set<Subscriber>();
  let troubles: Trouble[] = [];

  const answer = async <T>(name: string, options: CallOptions | undefined, value: () => T): Promise<T> => {
    calls.push(name);
    const trouble = troubles.find(({ call }) => name.startsWith(call));
    if (trouble?.error) throw trouble.error;
    if (!trouble) return value();
    const given = value();
    await Promise.race([trouble.until ?? new Promise(() => {}), timedOut(clock, name, options)]);
    return given;
  };
  const refuse = (name: string) => async (): Promise<never> => {
    throw new EngineError('bad-request', `the fake engine does not ${name}`);
  };

  return {
    known,
    readings,
    calls,
    engineInfo: FAKE_INFO,
    services: [],
    subscribers: () => subscribers.size,
    emit(event) {
      past.push(event);
      for (const { onEvent } of [...subscribers]) onEvent(event);
    },
    fail: (call, error) => void troubles.unshift({ call, error }),
    hang: (call = '') => void troubles.unshift({ call }),
    hold(call) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const trouble = { call, until: promise };
      troubles.unshift(trouble);
      return () => {
        troubles = troubles.filter((other) => other !== trouble);
        resolve();
      };
    },
    heal() {
      troubles = [];
    },
    endEvents(error) {
      for (const { end } of [...subscribers]) end(error);
    },
    ping: (options) => answer('ping', options, () => undefined),
    info(options) {
      return answer('info', options, () => this.engineInfo);
    },
    containers: (options) =>
      answer('containers', options, () => [...known.values()].map((facts) => ({ ...facts, detail: undefined }))),
    container: (id, options) =>
      answer(`container ${id}`, options, () => {
        const facts = found(known, id);
        return { ...facts, detail: facts.detail ?? FAKE_DETAIL };
      }),
    stats: (id, options) => answer(`stats ${id}`, options, () => found(readings, id)),
    swarmServices(options) {
      return answer('swarmServices', options, () => [...this.services]);
    },
    async events({ since, signal, started }, onEvent) {
      await answer(`events ${since ?? 'now'}`, { signal }, () => undefined);
      started?.();
      if (since !== undefined) for (const event of past) if (event.at >= since) onEvent(event);
      await new Promise<void>((resolve, reject) => {
        const subscriber: Subscriber = { onEvent, end: (error) => (error ? reject(error) : resolve()) };
        subscribers.add(subscriber);
        signal.addEventListener('abort', () => subscriber.end(cancelled('events')), { once: true });
      }).finally(() => subscribers.clear());
    },
    inspect: refuse('inspect'),
    top: refuse('list processes'),
    logs: async () => Readable.from([]),
    restart: refuse('restart'),
    stop: refuse('stop'),
    start: refuse('start'),
    images: async () => [],
    volumes: async () => [],
    networks: async () => [],
    close: () => {},
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

const FAKE_INFO: EngineInfo = {
  name: 'fake',
  version: '20.10.24',
  apiVersion: '1.41',
  operatingSystem: 'Debian GNU/Linux 12',
  kernel: '6.1.0',
  cpus: 2,
  memory: 8 * 1024 ** 3,
  swarm: 'inactive',
  rootless: false,
  simulated: false,
  warnings: [],
};

const FAKE_DETAIL: ContainerDetail = {
  error: '',
  oomKilled: false,
  pid: 4242,
  restartCount: 0,
  restartPolicy: { name: 'no', maximumRetries: 0 },
  limits: {},
  tty: false,
  entrypoint: [],
  command: ['sleep', '600'],
  env: [],
  user: '',
  networkMode: 'bridge',
  logDriver: 'json-file',
  logOptions: {},
  failingStreak: 0,
  probes: [],
};

/** A running container without a health check, as a list shows it; `id` serves as its name, too. */
export function fakeContainer(id: string, facts: Partial<ContainerFacts> = {}): ContainerFacts {
  return {
    id,
    name: id,
    image: 'deskhand/busybox:1',
    imageId: 'sha256:44c89b01e751',
    command: 'sleep 600',
    labels: {},
    created: Date.UTC(2026, 10, 20, 6),
    state: 'running',
    health: 'none',
    status: 'Up 3 hours',
    ports: [],
    mounts: [],
    attachments: [],
    ...facts,
  };
}

/** An event of container `id`, as the engine's stream has it. */
export function fakeEvent(
  id: string,
  action: string,
  at: number,
  attributes: Readonly<Record<string, string>> = {},
): EngineEvent {
  return { at, type: 'container', action, id, name: id, attributes: { name: id, ...attributes } };
}
