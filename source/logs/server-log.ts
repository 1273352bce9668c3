import { Readable } from 'node:stream';
import type { Service } from '../desk/model.ts';
import { EngineError, type LogQuery } from '../engine/engine.ts';
import type { LogEngine } from '../engine/logs/follower.ts';
import { STREAMS } from '../engine/logs/frames.ts';
import type { LogSource } from '../engine/logs/session.ts';
import { readStamp } from '../engine/logs/stamp.ts';
import type { Clock } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import { containerId, type EngineId } from '../lib/ids.ts';
import {
  isoTime,
  type LogServerSettings,
  pageReader,
  type ReadPage,
  type Selector,
  type ServerLine,
} from './log-server.ts';

/** A service's lines that only a log server has: those that the engine no longer keeps, and those of removed containers. */

/** Maximum number of lines per request, and per log. */
const PAGE = 5000;
const MOST = 200_000;
/** Servers refuse longer spans (Loki: 721 h), so longer ones are requested in parts; "everything" is one part (ms). */
const ALL_MS = 30 * 24 * 3_600_000;

type OlderLog = {
  /** `project/service`, or the name of a container. */
  name: string;
  selector: Selector;
  /** The service's containers on the engine. */
  containers: readonly { id: string; name: string; tty?: boolean }[];
};

/** The log of a service on a server, as an additional source besides its containers. */
export function olderSource(service: Service, { engine, host, server, reader, clock }: AboutServer): LogSource {
  const containers = service.containers.map(({ id, name, detail }) => ({ id, name, tty: detail?.tty }));
  const older = { name: service.name, selector: selectorOf(service, host, server), containers };
  return sourceOf(older, engine, serverLog(older, pageReader(server), reader, clock));
}

type About = {
  engine: EngineId;
  /** The name on its engine. */
  host?: string;
  server?: LogServerSettings;
  /** The engine, to find where its own lines begin. */
  reader: LogEngine;
  clock: Clock;
};
type AboutServer = About & { server: LogServerSettings };

/** Server logs of some services; none if the settings name no server. */
export function olderSources(services: readonly Service[], { server, ...about }: About): LogSource[] {
  return server ? services.map((service) => olderSource(service, { ...about, server })) : [];
}

/** Server logs of services that the engine does not know. */
export function removedSources(names: readonly string[], { server, ...about }: About): LogSource[] {
  return server ? names.map((name) => removedSource(name, { ...about, server })) : [];
}

/** The log of a service unknown to the engine, by its name. */
function removedSource(name: string, { engine, host, server, reader, clock }: AboutServer): LogSource {
  const [first = '', second] = name.split('/', 2);
  const service = second === undefined ? { name: first } : { project: first, name: second };
  const older = { name, selector: selectorOf({ containers: [], ...service }, host, server), containers: [] };
  return sourceOf(older, engine, serverLog(older, pageReader(server), reader, clock));
}

function sourceOf({ name }: OlderLog, engine: EngineId, from: LogEngine): LogSource {
  return {
    engine,
    id: containerId(`log server: ${name}`),
    name: `${name} (log server)`,
    running: false,
    tty: false,
    from,
  };
}

function selectorOf(
  { project, name, swarm, containers }: Pick<Service, 'name' | 'containers'> & Partial<Service>,
  host: string | undefined,
  { labels }: LogServerSettings,
): Selector {
  const named = (label: string, value: string | undefined) => (label === '' || !value ? {} : { [label]: value });
  const own = swarm
    ? named(labels.swarm, swarm.name)
    : project === undefined
      ? named(labels.container, containers[0]?.name ?? name)
      : { ...named(labels.project, project), ...named(labels.service, name) };
  // Tasks of a Swarm service move from node to node.
  return swarm ? own : { ...own, ...named(labels.host, host) };
}

/** Acts as an engine with one log, with notes where lines may be missing. The log ends; new lines come from the engine itself. */
function serverLog(older: OlderLog, read: ReadPage, engine: LogEngine, clock: Clock): LogEngine {
  return {
    async logs(_id: string, { follow, tail, since, until, signal }: LogQuery) {
      // The last and the new lines come from the engine.
      if (follow || tail !== undefined) return Readable.from([]);
      const end = until ?? clock.now();
      const span = { from: nanos(since ?? end - ALL_MS), to: nanos(end) };
      return Readable.from(frames(older, read, engine, span, signal), { objectMode: false });
    },
    container: (id) => Promise.reject(new EngineError('not-found', `${id} has ended`)),
    clockOffset: engine.clockOffset,
  };
}

const nanos = (ms: number) => BigInt(Math.floor(ms * 1000)) * 1000n;

async function* frames(
  { containers, selector }: OlderLog,
  read: ReadPage,
  engine: LogEngine,
  span: { from: bigint; to: bigint },
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const oldest = new Map<string, bigint | undefined>();
  for (const { id, name, tty = false } of containers) oldest.set(name, await oldestLine(engine, id, tty, signal));
  /** The newest line that the server has of each container. */
  const reached = new Map<string, bigint>();
  try {
    for await (const line of pages(read, selector, span, signal)) {
      if (typeof line === 'string') {
        yield note(line);
        continue;
      }
      const { container = '' } = line;
      reached.set(container, line.at);
      if (line.at < (cutOf(container, oldest) ?? span.to))
        yield frame(STREAMS.stdout, `${isoTime(line.at)} ${line.text}\n`);
    }
    for (const text of seams(oldest, reached, span)) yield note(text);
  } catch (error) {
    if (!signal?.aborted) yield note(`the log server was not read: ${errorMessage(error)}`);
  }
}

/** The time from which the engine itself has the lines of a container; without a container label, of any container. */
function cutOf(container: string, oldest: ReadonlyMap<string, bigint | undefined>): bigint | undefined {
  if (container !== '') return oldest.get(container);
  return [...oldest.values()].reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
}

/** Notes where the server's lines of a container do not reach the engine's. */
function seams(
  oldest: ReadonlyMap<string, bigint | undefined>,
  reached: ReadonlyMap<string, bigint>,
  { from, to }: { from: bigint; to: bigint },
): string[] {
  return [...oldest].flatMap(([name, at]) => {
    if (at === undefined || at < from || at > to) return [];
    const last = reached.get(name) ?? reached.get('');
    if (last === undefined) return [`${name}: the log server has nothing from before ${isoTime(at).slice(0, 19)}Z`];
    if (last >= at) return [];
    return [
      `${name}: lines may be missing from ${isoTime(last).slice(0, 19)}Z, where the log server ends, to ${isoTime(at).slice(0, 19)}Z, where the engine begins`,
    ];
  });
}

/** All lines of a span, page by page; a text if some are left out. */
async function* pages(
  read: ReadPage,
  selector: Selector,
  { from, to }: { from: bigint; to: bigint },
  signal?: AbortSignal,
): AsyncGenerator<ServerLine | string> {
  let next = from;
  /** Lines with the time `next` that were already emitted. */
  let seen = 0;
  let count = 0;
  while (next < to) {
    const part = next + nanos(ALL_MS);
    const end = part < to ? part : to;
    const page = await read(selector, { from: next, to: end, limit: PAGE }, signal);
    const fresh = page.slice(page[0]?.at === next ? seen : 0);
    yield* fresh;
    count += fresh.length;
    const last = page.at(-1);
    if (page.length < PAGE || !last) {
      next = end;
      seen = 0;
      continue;
    }
    if (count >= MOST)
      return yield `the log server has more lines than ${MOST}: those after ${isoTime(last.at)} are left out`;
    if (last.at === page[0]?.at) {
      yield `the log server has more than ${PAGE} lines of ${isoTime(last.at)}: some are left out`;
      next = last.at + 1n;
      seen = 0;
    } else {
      next = last.at;
      seen = page.filter(({ at }) => at === last.at).length;
    }
  }
}

/** The time of the engine's first line of a container; undefined if it has none or cannot be asked. */
async function oldestLine(
  engine: LogEngine,
  id: string,
  tty: boolean,
  signal?: AbortSignal,
): Promise<bigint | undefined> {
  try {
    const stream = await engine.logs(id, { follow: false, signal });
    try {
      for await (const chunk of stream) {
        const bytes = chunk as Buffer;
        const stamp = { seconds: 0, nanos: 0 };
        if (readStamp(bytes, tty ? 0 : 8, bytes.length, stamp) === 0) return undefined;
        return BigInt(stamp.seconds) * 1_000_000_000n + BigInt(stamp.nanos);
      }
    } finally {
      stream.destroy();
    }
  } catch {
    // Its log driver may keep nothing: then all lines come from the server.
  }
  return undefined;
}

function note(text: string): Buffer {
  return frame(STREAMS.engine, `${text}\n`);
}

function frame(stream: number, text: string): Buffer {
  const payload = Buffer.from(text.replaceAll(/\n(?!$)/g, ' '));
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
