import { useCallback, useEffect, useMemo, useState } from 'react';
import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';
import type { LogRange } from '../../engine/logs/range.ts';
import type { LogSource } from '../../engine/logs/session.ts';
import { plural } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';
import { type PlacedTask, sourcesOf, sourcesOnHosts, taskSources } from '../../logs/sources.ts';
import type { CellContext } from '../../resources/resource.ts';
import { type AppServices, type OnHosts, useServices } from '../shared/services.ts';
import { inScope, type Scope, scopeName } from './scope.ts';

type Subject = { service?: Service; marked?: readonly Service[]; over?: OnHosts };

export type LogSubject = {
  /** Another one is another log. */
  key: string;
  title: string;
  services: readonly Service[];
  sources: readonly LogSource[];
  /** They are on many hosts. */
  many: boolean;
  /** Their engines answer. */
  ready: boolean;
};

/** Whose lines a logs pane shows: services of this desk with their tasks on all nodes, or one service on many hosts. */
export function useLogSources(
  scope: Scope,
  range: LogRange,
  { service, marked, over }: Subject,
  world: CellContext,
): LogSubject {
  const { desk, state, fleet } = world;
  const services = useMemo(
    () => (over ? [] : inScope(scope, service, marked, desk)),
    [over, scope, service, marked, desk],
  );
  const tasks = useTasks(services.some(({ swarm }) => swarm !== undefined));
  const { engineId } = state;
  const older = useOlderLogs(range);
  const hostname = state.engine?.name;
  const own = useMemo(
    () => [
      ...sourcesOf(services, engineId),
      ...taskSources(services, tasks, engineId),
      ...services.flatMap((one) => older(one, engineId, hostname, false)),
    ],
    [services, tasks, engineId, older, hostname],
  );
  const placed = useMemo(
    () =>
      (over && fleet ? fleet.hosts : []).flatMap(({ spec, desk: there, deskState }) => {
        const found = there?.services.find((one) => serviceName(one) === over?.service);
        return found && over?.hosts.includes(spec.name)
          ? [{ host: spec.name, service: found, hostname: deskState.engine?.name }]
          : [];
      }),
    [over, fleet],
  );
  const onHosts = useMemo(
    () => [
      ...sourcesOnHosts(placed),
      ...placed.flatMap(({ host, service: one, hostname: name }) =>
        older(one, host, name, true).map((source) => ({ ...source, name: `${host} ${source.name}` })),
      ),
    ],
    [placed, older],
  );
  if (over)
    return {
      key: `${over.service} ${over.hosts.join()}`,
      title: safe(`${over.service} on ${plural(over.hosts.length, 'host')}`),
      services: placed.map((one) => one.service),
      sources: onHosts,
      many: true,
      ready: true,
    };
  return {
    key: [scope, service?.id, ...(marked ?? []).map(({ id }) => id)].join(' '),
    title: scopeName(scope, service, marked),
    services,
    sources: own,
    many: false,
    ready: state.connection.state === 'ready',
  };
}

/** What a log server has beyond the engine, where lines of the past are shown. */
function useOlderLogs({ kind }: LogRange) {
  const host = useServices();
  const wanted = host.settings.logs.server !== undefined && (kind === 'head' || kind === 'since' || kind === 'between');
  return useCallback(
    (...about: Parameters<AppServices['olderLog']>): LogSource[] => {
      const source = wanted ? host.olderLog(...about) : undefined;
      return source ? [source] : [];
    },
    [host, wanted],
  );
}

const NONE: readonly PlacedTask[] = [];
const EVERY_MS = 5000;

/** The tasks of the Swarm, read again from time to time. Where they cannot be read, those before stay. */
function useTasks(wanted: boolean): readonly PlacedTask[] {
  const host = useServices();
  const [tasks, setTasks] = useState(NONE);
  useEffect(() => {
    if (!wanted) return;
    const ending = new AbortController();
    let cancel = () => {};
    const run = async () => {
      const read = await host.swarmTasks(ending.signal).catch(() => undefined);
      if (ending.signal.aborted) return;
      if (read) setTasks(read);
      cancel = host.clock.after(EVERY_MS, run);
    };
    void run();
    return () => {
      cancel();
      ending.abort();
    };
  }, [wanted, host]);
  return tasks;
}
