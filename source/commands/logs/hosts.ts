import { deriveDesk } from '../../desk/derive.ts';
import type { Desk } from '../../desk/model.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import type { HostSpec } from '../../fleet/model.ts';
import { selectHosts } from '../../fleet/select.ts';
import { startDeadline } from '../../lib/deadline.ts';
import { errorMessage } from '../../lib/error.ts';
import type { EngineId } from '../../lib/ids.ts';
import { safe } from '../../lib/text.ts';
import { olderSources } from '../../logs/server-log.ts';
import { sourcesOnHosts } from '../../logs/sources.ts';
import { listed } from '../../runtime/snapshot.ts';
import { EXIT } from '../command-line.ts';
import { namedServices } from '../named-services.ts';
import { isPast, type LogsFlags, type PrintDeps, readLogs, wantedOf } from './command.ts';

export type HostLogsDeps = PrintDeps & {
  specs: readonly HostSpec[];
  /** Why a host is not to be connected to; undefined where it is. */
  off(spec: HostSpec): string | undefined;
  /** Connects to a host; fails where its name leads nowhere. Closed by the caller of the command. */
  open(name: EngineId): Engine;
};

/** A host has so long to list its containers (ms); over ssh it has to log in first. */
const TIMEOUT_MS = 40_000;

type Found = { host: EngineId; hostname?: string; engine: Engine; desk: Desk } | { host: EngineId; why: string };

/**
 * `deskhand logs --hosts`: the same services on many hosts as one log, by the console's clock. Exit status as of one host, and 3 where a
 * host could not be read; the others are.
 */
export async function logsOnHosts(
  names: readonly string[],
  flags: LogsFlags & { hosts: string },
  deps: HostLogsDeps,
): Promise<number> {
  const tell = (text: string) => deps.printError(`deskhand: ${safe(text)}\n`);
  const wanted = wantedOf(flags, deps.clock.now());
  const chosen = selectHosts(
    deps.specs.map((spec) => ({ spec })),
    flags.hosts,
  );
  const nameless = names.length === 0 && flags.project === undefined;
  const trouble = [wanted, chosen, nameless && 'Name services, or a project with --project.'];
  const wrong = trouble.find((one) => typeof one === 'string');
  if (typeof wanted === 'string' || typeof chosen === 'string' || typeof wrong === 'string') {
    tell(String(wrong));
    return EXIT.usage;
  }
  const found = await Promise.all(chosen.map(({ spec }) => look(spec, deps)));
  const unread = found.filter((one) => 'why' in one);
  for (const { host, why } of unread) tell(`${host} is not read: ${why}`);
  const read = found.filter((one) => 'desk' in one);
  const placed = read.flatMap(({ host, hostname, desk }) => {
    const services = namedServices(desk, names, flags.project);
    return typeof services === 'string' ? [] : services.map((service) => ({ host, hostname, service }));
  });
  if (placed.length === 0) {
    tell(`No host that could be read has ${names.join(' or ') || `the project ${flags.project}`}.`);
    return unread.length > 0 ? 3 : 1;
  }
  const engines = new Map(read.map(({ host, engine }) => [host, engine]));
  const of = ({ engine }: LogSource) => {
    const known = engines.get(engine);
    if (!known) throw new Error(`no engine ${engine}`);
    return known;
  };
  const older = !isPast(wanted.range)
    ? []
    : placed.flatMap(({ host, hostname, service }) => {
        const reader = engines.get(host);
        if (!reader) return [];
        const about = { engine: host, host: hostname, server: deps.server, reader, clock: deps.clock };
        return olderSources([service], about).map((source) => ({ ...source, name: `${host} ${source.name}` }));
      });
  const exit = await readLogs([...sourcesOnHosts(placed), ...older], wanted, { of }, deps);
  return unread.length > 0 ? 3 : exit;
}

async function look(spec: HostSpec, { clock, signal, off, open }: HostLogsDeps): Promise<Found> {
  const host = spec.name;
  const why = off(spec);
  if (why !== undefined) return { host, why: `off: ${why}` };
  const deadline = startDeadline({ signal, timeoutMs: TIMEOUT_MS }, clock);
  try {
    const engine = open(host);
    const state = await listed(engine, clock, deadline.signal);
    return { host, hostname: state.engine?.name, engine, desk: deriveDesk(state) };
  } catch (error) {
    return { host, why: errorMessage(error) };
  } finally {
    deadline.end();
  }
}
