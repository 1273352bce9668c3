import { type LogLine, nextLineAt, readLog } from '../world/log.ts';
import { fromUnix, rfc3339 } from '../world/time.ts';
import { type Container, Refusal } from '../world/types.ts';
import { advance } from '../world/world.ts';
import { type Call, flag, type Handler, TAKEN } from './call.ts';
import { containerOf } from './containers.ts';
import { frame, openSink, type Sink } from './sink.ts';

/** GET /containers/{id}/logs, and attach, which is the same stream starting now. */

type Query = {
  stdout: boolean;
  stderr: boolean;
  follow: boolean;
  timestamps: boolean;
  tail?: number;
  since: number;
  until: number;
};

export const containerLogs: Handler = (call) => {
  const container = containerOf(call);
  const query = queryOf(call);
  if (!query.stdout && !query.stderr) throw new Refusal(400, 'Bad parameters: you must choose at least one stream');
  const { tail } = query;
  const sink = openSink(call, !container.config.Tty);
  const until = Math.min(query.until, call.world.now);
  sendLines(sink, container, query, readLog(container, { from: query.since, to: until, tail }, call.world.seed));
  if (query.follow && isLive(container) && query.until > call.world.now) follow(call, container, query, sink);
  else sink.end();
  return TAKEN;
};

export const attachContainer: Handler = (call) => {
  const container = containerOf(call);
  const sink = openSink(call, !container.config.Tty);
  const query = { ...queryOf(call), timestamps: false, until: Infinity };
  if (flag(call.query, 'logs')) {
    sendLines(sink, container, query, readLog(container, { from: 0, to: call.world.now }, call.world.seed));
  }
  if (!flag(call.query, 'stream')) sink.end();
  else if (container.state.status === 'created') followFromStart(call, container, query, sink);
  else if (isLive(container)) follow(call, container, query, sink);
  else sink.end();
  return TAKEN;
};

/** `docker run` attaches before it starts: the stream begins with the first line. */
function followFromStart(call: Call, container: Container, query: Query, sink: Sink): void {
  const begin = (): void => {
    const { startedAt } = container.state;
    if (startedAt === undefined) return;
    container.watchers.delete(begin);
    follow(call, container, query, sink, startedAt - 1);
  };
  container.watchers.add(begin);
  sink.onClose(() => container.watchers.delete(begin));
}

function queryOf({ query }: Call): Query {
  const tail = query.get('tail') ?? 'all';
  return {
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr'),
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    ...(/^\d+$/.test(tail) && { tail: Number(tail) }),
    since: moment(query, 'since') || 0,
    until: moment(query, 'until') || Infinity,
  };
}

/** A Unix time from the query in ms; 0 if it is absent or zero. */
export function moment(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  const at = text === '' ? 0 : fromUnix(text);
  if (at === undefined)
    throw new Refusal(400, `invalid value for "${name}": strconv.ParseInt: parsing "${text}": invalid syntax`);
  return at;
}

function isLive({ state }: Container): boolean {
  return state.status === 'running' || state.status === 'paused';
}

function sendLines(sink: Sink, container: Container, query: Query, lines: readonly LogLine[]): void {
  if (lines.length === 0) return;
  const { Tty } = container.config;
  const parts: Uint8Array[] = [];
  for (const line of lines) {
    if (!Tty && !query[line.stream]) continue;
    const text = `${query.timestamps ? `${rfc3339(line.at)} ` : ''}${line.text}`;
    parts.push(Tty ? Buffer.from(`${text}\r\n`) : frame(line.stream, `${text}\n`));
  }
  sink.write(Buffer.concat(parts));
}

/** The resolution of a double at current epoch milliseconds. */
const TICK = 0.0005;

/** Sends new lines as they are written, until the container stops, the time is up or the client disconnects. */
function follow(call: Call, container: Container, query: Query, sink: Sink, from = call.world.now): void {
  const { world, clock } = call;
  const { run } = container.state;
  let last = from;
  let cancel: (() => void) | undefined;
  const stop = (): void => {
    cancel?.();
    container.watchers.delete(wake);
  };
  function wake(): void {
    if (sink.closed()) return stop();
    const to = Math.min(world.now, query.until);
    sendLines(sink, container, query, readLog(container, { from: last + TICK, to }, world.seed));
    last = Math.max(last, to);
    const over = !isLive(container) || container.state.run !== run || world.now >= query.until;
    if (over) {
      stop();
      return sink.end();
    }
    cancel?.();
    const next = Math.min(nextLineAt(container, last, world.seed) ?? Infinity, query.until);
    if (next !== Infinity) cancel = clock.after(Math.max(1, Math.ceil(next - world.now)), onTime);
  }
  function onTime(): void {
    advance(world, clock.now());
    wake();
  }
  container.watchers.add(wake);
  sink.onClose(stop);
  wake();
}
