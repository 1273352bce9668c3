import { parseJson } from '../../lib/json.ts';
import { readLines } from '../../lib/lines.ts';
import { isBelow } from '../../lib/version.ts';
import type { Endpoint } from '../connect/endpoint.ts';
import { notDocker, toEngineError } from '../connect/failure.ts';
import {
  type CallOptions,
  type Engine,
  type EngineChanges,
  EngineError,
  type EngineExec,
  type LogQuery,
} from '../engine.ts';
import { fields, list, text } from '../parse/fields.ts';
import { parseInspected, parseList } from '../parse/parse-container.ts';
import { parseEvent, parseInfo, parseTop } from '../parse/parse-engine.ts';
import {
  parseImage,
  parseNetwork,
  parseNode,
  parseService,
  parseSwarmObject,
  parseTask,
  parseVolume,
} from '../parse/parse-objects.ts';
import { createArchive } from './archive.ts';
import { CALL_TIMEOUT, type Call, createCall, type Request, segment } from './call.ts';
import { CHANGE_TIMEOUT_MS, createChanges } from './changes.ts';
import { createExec } from './exec.ts';
import { createImages } from './images.ts';
import { createSwarmChanges } from './swarm-changes.ts';

/** Engine 20.10: one-shot stats, service status, and everything else that the console relies on. */
const LEAST_API = '1.41';

/**
 * The events that the console subscribes to. The engine filters, so that the exec_* events of health probes cost nothing; its filter
 * `health_status` also matches "health_status: healthy". A word applies to every type that has it.
 */
const EVENTS = {
  type: ['container', 'network', 'volume', 'image', 'service', 'node', 'daemon'],
  event: [
    ...[
      'create',
      'start',
      'die',
      'stop',
      'kill',
      'oom',
      'health_status',
      'pause',
      'unpause',
      'rename',
      'update',
      'destroy',
      'restart',
    ],
    ...['connect', 'disconnect', 'remove', 'pull', 'tag', 'untag', 'delete', 'import', 'load', 'reload'],
  ],
};

/** The engine at an endpoint. Connects on the first call. */
export function createEngine(
  endpoint: Endpoint,
  call: Call = createCall(endpoint),
): Engine & EngineChanges & EngineExec {
  const { time } = call;
  return {
    id: endpoint.name,
    ...createChanges(call),
    ...createExec(call),
    ...createArchive(call),
    ...createSwarmChanges(call),
    ...createImages(call),
    ping: (options) => ping(call, options),
    async info(options) {
      const forbidden: string[] = [];
      const read = async (path: string, doing: string) => {
        const answer = await allowed(call.json({ path, doing }, options));
        if (answer === undefined) forbidden.push(`GET ${path}`);
        return answer;
      };
      const answers = [read('/info', 'reading what the engine is'), read('/version', 'reading its version')] as const;
      const [info, version] = await Promise.all(answers);
      return { ...parseInfo(info, version), ...(forbidden.length > 0 ? { forbidden } : {}) };
    },
    containers: async (options) =>
      time.toConsole(
        parseList(
          await call.json({ path: '/containers/json', query: { all: 1 }, doing: 'listing the containers' }, options),
        ),
      ),
    container: async (id, options) => time.toConsole(parseInspected(await inspect(call, 'container', id, options))),
    inspect: (kind, id, options) => inspect(call, kind, id, options),
    stats: async (id, options) =>
      call.json(
        {
          path: `/containers/${segment(id)}/stats`,
          query: { stream: false, 'one-shot': true },
          doing: 'reading the usage of the container',
        },
        options,
      ),
    top: async (id, options) =>
      parseTop(
        await call.json(
          { path: `/containers/${segment(id)}/top`, doing: 'listing the processes of the container' },
          options,
        ),
      ),
    events: (options, onEvent) => events(call, options, onEvent),
    logs: (id, query) => logs(call, 'container', id, query),
    taskLogs: (id, query) => logs(call, 'task', id, query),
    restart: (id, timeout, options) => change(call, id, 'restart', timeout, options),
    stop: (id, timeout, options) => change(call, id, 'stop', timeout, options),
    start: async (id, options) =>
      call.done(
        { method: 'POST', path: `/containers/${segment(id)}/start`, doing: 'starting the container' },
        { timeoutMs: CHANGE_TIMEOUT_MS, ...options },
      ),
    images: async (options) =>
      time.toConsole(
        list(await call.json({ path: '/images/json', doing: 'listing the images' }, options)).map(parseImage),
      ),
    volumes: async (options) =>
      time.toConsole(
        list(fields(await call.json({ path: '/volumes', doing: 'listing the volumes' }, options)).Volumes).map(
          parseVolume,
        ),
      ),
    networks: async (options) =>
      time.toConsole(
        list(await call.json({ path: '/networks', doing: 'listing the networks' }, options)).map(parseNetwork),
      ),
    swarmServices: (options) =>
      ofManager(
        call,
        { path: '/services', query: { status: true }, doing: 'listing the Swarm services' },
        parseService,
        options,
      ),
    tasks: (options) => ofManager(call, { path: '/tasks', doing: 'listing the Swarm tasks' }, parseTask, options),
    nodes: (options) => ofManager(call, { path: '/nodes', doing: 'listing the Swarm nodes' }, parseNode, options),
    configs: (options) =>
      ofManager(call, { path: '/configs', doing: 'listing the configs' }, parseSwarmObject, options),
    secrets: (options) =>
      ofManager(call, { path: '/secrets', doing: 'listing the secrets' }, parseSwarmObject, options),
    clockOffset: () => time.offset(),
    contact: () => call.contact.facts(),
    close: call.close,
  };
}

/** Undefined if a proxy or plug-in blocks the request: the console can do without the answer. */
async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'forbidden') return undefined;
    throw error;
  }
}

/** Checks that a Docker Engine answers and is recent enough. Docker sends the version in a header; not every compatible engine does. */
async function ping(call: Call, options?: CallOptions): Promise<void> {
  const request = { path: '/_ping', doing: 'pinging it', limit: 64 * 1024 };
  const headers = await allowed(call.headers(request, options));
  const header = headers?.['api-version'];
  const version = typeof header === 'string' ? header : await allowed(versionFromJson(call, options));
  // A proxy that blocks both requests may still allow the list, which identifies the engine.
  if (version === undefined) return;
  if (!/^\d+\.\d+$/.test(version)) {
    const { kind, message, advice } = notDocker(call.endpoint, 'the answer does not name an API version');
    throw new EngineError(kind, message, advice);
  }
  if (!isBelow(version, LEAST_API)) return;
  throw new EngineError(
    'api-too-old',
    `The engine at ${call.endpoint.url} speaks API ${version}; deskhand needs ${LEAST_API} or newer.`,
    'Update it to Docker Engine 20.10 or newer.',
  );
}

async function versionFromJson(call: Call, options?: CallOptions): Promise<string> {
  return text(fields(await call.json({ path: '/version', doing: 'reading its version' }, options)).ApiVersion);
}

const INSPECT: Readonly<Record<Parameters<Engine['inspect']>[0], (name: string) => string>> = {
  container: (name) => `/containers/${name}/json`,
  image: (name) => `/images/${name}/json`,
  volume: (name) => `/volumes/${name}`,
  network: (name) => `/networks/${name}`,
  service: (name) => `/services/${name}`,
  task: (name) => `/tasks/${name}`,
  node: (name) => `/nodes/${name}`,
};

async function inspect(
  call: Call,
  kind: Parameters<Engine['inspect']>[0],
  id: string,
  options?: CallOptions,
): Promise<unknown> {
  return call.json({ path: INSPECT[kind](segment(id)), doing: `inspecting the ${kind}` }, options);
}

async function events(
  call: Call,
  { since, until, signal, started }: Parameters<Engine['events']>[0],
  onEvent: Parameters<Engine['events']>[1],
): Promise<void> {
  const doing = 'following the events';
  const when = (at: number | undefined) => (at === undefined ? undefined : engineTime(call.time.toEngine(at)));
  const query = { since: when(since), until: when(until), filters: JSON.stringify(EVENTS) };
  const response = await call.stream({ path: '/events', query, doing }, { signal });
  started?.();
  try {
    await readLines(response, (line) => {
      const event = parseEvent(parseLine(line));
      if (event && !signal.aborted) onEvent(call.time.toConsole(event));
    });
  } catch (error) {
    throw toEngineError(error, { endpoint: call.endpoint, doing });
  }
}

function parseLine(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

/** Seconds with a fraction, the format in which the engine accepts times. */
function engineTime(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(6);
}

async function logs(call: Call, of: 'container' | 'task', id: string, query: LogQuery) {
  const { follow, tail, since, until, signal } = query;
  const asked = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    tail: tail === undefined ? 'all' : tail,
    since: since === undefined ? undefined : engineTime(since),
    until: until === undefined ? undefined : engineTime(until),
  };
  return call.stream(
    { path: `/${of}s/${segment(id)}/logs`, query: asked, doing: `reading the logs of the ${of}` },
    { signal },
  );
}

/** Allowance for a stop that uses the container's own timeout. */
const LONG_STOP_SECONDS = 600;

/** Stop and restart answer only when they are done: allow for the container's timeout and some time for the engine. */
async function change(
  call: Call,
  id: string,
  verb: 'stop' | 'restart',
  seconds: number | undefined,
  options: CallOptions = {},
): Promise<void> {
  const waits = seconds ?? LONG_STOP_SECONDS;
  const timeoutMs = waits < 0 ? Number.POSITIVE_INFINITY : waits * 1000 + 3 * CALL_TIMEOUT;
  return call.done(
    {
      method: 'POST',
      path: `/containers/${segment(id)}/${verb}`,
      query: { t: seconds },
      doing: verb === 'stop' ? 'stopping the container' : 'restarting the container',
    },
    { timeoutMs, ...options },
  );
}

/** Empty for an engine that is not a Swarm manager: Docker refuses with 503, podman and old proxies with 404. */
async function ofManager<T>(
  call: Call,
  request: Request,
  parse: (value: unknown) => T,
  options?: CallOptions,
): Promise<T[]> {
  try {
    return call.time.toConsole(list(await call.json(request, options)).map(parse));
  } catch (error) {
    if (error instanceof EngineError && (error.status === 503 || error.status === 404)) return [];
    throw error;
  }
}
