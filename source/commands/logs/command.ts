import { deriveDesk } from '../../desk/derive.ts';
import type { Engine } from '../../engine/engine.ts';
import { type LineBatch, stampAt } from '../../engine/logs/batch.ts';
import type { LogEngine } from '../../engine/logs/follower.ts';
import type { LogRange } from '../../engine/logs/range.ts';
import { type LogEngines, type LogSource, openLogs, type SourceStatus } from '../../engine/logs/session.ts';
import { toMillis } from '../../engine/logs/stamp.ts';
import type { Clock } from '../../lib/clock.ts';
import { recognise } from '../../lib/log-line/recognise.ts';
import { parseMoment } from '../../lib/moment.ts';
import { maskText } from '../../lib/secrets.ts';
import { jsonText, safe } from '../../lib/text.ts';
import type { LogServerSettings } from '../../logs/log-server.ts';
import { savedLine } from '../../logs/log-text.ts';
import { type LogQuery, parseLogQuery } from '../../logs/query.ts';
import { olderSources, removedSources } from '../../logs/server-log.ts';
import { sourcesOf, taskSources } from '../../logs/sources.ts';
import { plainText } from '../../logs/spans.ts';
import { placedTasks } from '../../runtime/placed-tasks.ts';
import { listed } from '../../runtime/snapshot.ts';
import { EXIT, parseCount } from '../command-line.ts';
import { namedServices } from '../named-services.ts';

export type LogsFlags = {
  project?: string;
  since?: string;
  until?: string;
  tail?: string;
  follow?: boolean;
  where?: string;
  json?: boolean;
};

export type LogsDeps = PrintDeps & { engine: Engine };

/** Lines from before a moment may be wanted, which the engine may not have any longer. */
export function isPast({ kind }: LogRange): boolean {
  return kind === 'since' || kind === 'between' || kind === 'head';
}

export type PrintDeps = {
  server?: LogServerSettings;
  clock: Clock;
  print(text: string): void;
  printError(text: string): void;
  signal: AbortSignal;
};

/** What the flags ask for. */
export type Wanted = { range: LogRange; follow: boolean; query?: LogQuery; json: boolean };

/** Lines of each container where nothing else is asked for. */
const TAIL = 100;
const MOST_LINES = 10_000_000;

/**
 * `deskhand logs`: the logs of services, merged by time, secrets masked. Exit status 0, 1 where a service is not there or a log
 * cannot be read, 3 where the engine cannot be reached, 64 for flags that make no sense.
 */
export async function logs(names: readonly string[], flags: LogsFlags, deps: LogsDeps): Promise<number> {
  const { engine, clock, signal, printError } = deps;
  const wanted = wantedOf(flags, clock.now());
  if (typeof wanted === 'string') {
    printError(`deskhand: ${safe(wanted)}\n`);
    return EXIT.usage;
  }
  if (names.length === 0 && flags.project === undefined) {
    printError(
      'deskhand: Name services, or a project with --project. "deskhand services --quiet" lists the services.\n',
    );
    return EXIT.usage;
  }
  const state = await listed(engine, clock, signal);
  const named = namedServices(deriveDesk(state), names, flags.project);
  const { server } = deps;
  const about = { engine: engine.id, host: state.engine?.name, server, reader: engine, clock };
  if (typeof named === 'string') {
    // The log server may know what the engine has forgotten.
    const removed = isPast(wanted.range) ? removedSources(names, about) : [];
    if (removed.length > 0) return readLogs(removed, wanted, engine, deps);
    printError(`deskhand: ${safe(named)}\n`);
    return 1;
  }
  const tasks = named.some(({ swarm }) => swarm) ? await placedTasks(engine, signal) : [];
  const own = [...sourcesOf(named, engine.id), ...taskSources(named, tasks, engine.id)];
  const older = isPast(wanted.range) ? olderSources(named, about) : [];
  return readLogs([...own, ...older], wanted, engine, deps);
}

/** Prints the lines of the sources; answers the exit status: 1 where one of them cannot be read. */
export async function readLogs(
  sources: readonly LogSource[],
  wanted: Wanted,
  engines: LogEngine | LogEngines,
  deps: PrintDeps,
): Promise<number> {
  const statuses = await printed(sources, wanted, engines, deps);
  const unread = statuses.filter(({ state }) => state === 'unreadable');
  for (const { name, reason } of unread) deps.printError(`deskhand: ${safe(`${name}: not read: ${reason}`)}\n`);
  return unread.length > 0 ? 1 : 0;
}

/** Prints until all is read, or the signal ends it; resolves with what became of each source. */
async function printed(
  sources: readonly LogSource[],
  wanted: Wanted,
  engines: LogEngine | LogEngines,
  { clock, print, printError, signal }: PrintDeps,
): Promise<readonly SourceStatus[]> {
  const names = sources.map(({ name }) => name);
  const lines = (source: number, batch: LineBatch, from: number, to: number) => {
    let piece = '';
    for (let at = from; at < to; at += 1) {
      const text = plainText(batch.bytes.toString('utf8', batch.starts[at], batch.ends[at]));
      const name = names[source] ?? '';
      if (wanted.query && !wanted.query.test(text, name)) continue;
      const time = toMillis(stampAt(batch, at));
      piece += wanted.json
        ? jsonLine(time, name, text)
        : savedLine(time, names.length > 1 ? name : undefined, maskText(text));
    }
    if (piece !== '') print(piece);
  };
  const session = openLogs(engines, clock, wanted.range, { lines });
  try {
    session.setSources(sources);
    const left = session.leftOut();
    if (left.length > 0) printError(`deskhand: ${safe(`not read, too many logs at once: ${left.join(', ')}`)}\n`);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race(wanted.follow ? [aborted] : [session.ended(), aborted]);
    return session.statuses();
  } finally {
    session.close();
  }
}

function jsonLine(time: number, service: string, text: string): string {
  const { level, message, fields, error } = recognise(text);
  const values = Object.fromEntries(fields.map(([name, value]) => [name, maskText(value)]));
  return `${jsonText({
    time: new Date(time).toISOString(),
    container: service,
    level,
    message: maskText(message),
    error: error === undefined ? undefined : maskText(error),
    fields: fields.length > 0 ? values : undefined,
    line: maskText(text),
  })}\n`;
}

export function wantedOf(
  { since, until, tail, follow = false, where, json = false }: LogsFlags,
  now: number,
): Wanted | string {
  const range = rangeOf({ since, until, tail }, follow, now);
  if (typeof range === 'string') return range;
  const query = where === undefined ? undefined : parseLogQuery(where);
  if (query && 'error' in query) return `--where: ${query.error}`;
  return { range, follow, query, json };
}

function rangeOf({ since, until, tail }: LogsFlags, follow: boolean, now: number): LogRange | string {
  if (follow && until !== undefined) return '--follow never ends, but --until does: use only one of them.';
  if (tail !== undefined && (since ?? until) !== undefined) return 'Give either --tail, or --since and --until.';
  const lines = tail === undefined ? TAIL : parseCount('tail', tail, MOST_LINES);
  if (typeof lines === 'string') return lines;
  if (since === undefined && until === undefined) return { kind: follow ? 'tail' : 'last', lines };
  const from = since === undefined ? 1 : parseMoment(since, now);
  const to = until === undefined ? now : parseMoment(until, now);
  if (from === undefined) return timeTrouble('since', since);
  if (to === undefined) return timeTrouble('until', until);
  if (from >= to) return '--since must be before --until.';
  return follow ? { kind: 'since', ms: now - from } : { kind: 'between', since: from, until: to };
}

function timeTrouble(flag: string, text = ''): string {
  return `--${flag} takes 30m, 2h, 7d, 15:20 or a time such as 2026-01-31T09:15, not "${text}".`;
}
