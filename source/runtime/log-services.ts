import type { Clock } from '../lib/clock.ts';
import { containerId } from '../lib/ids.ts';
import { LogStore } from '../logs/log-store.ts';
import { olderSource } from '../logs/server-log.ts';
import { wholeLogs } from '../logs/whole-logs.ts';
import type { AppServices } from '../panes/shared/services.ts';
import type { Settings } from '../settings/schema.ts';
import type { FleetWatch } from './fleet-watch.ts';
import type { Link } from './link.ts';

export type LogServicesDeps = {
  clock: Clock;
  /** As they are now. */
  settings: () => Settings;
  /** The engine that the console is connected to. */
  engine: () => Link['engine'];
  fleet: Pick<FleetWatch, 'engines'>;
};

/** How the panes read logs: those of the connected engine, or of many hosts. */
export function logServices({
  clock,
  settings,
  engine,
  fleet,
}: LogServicesDeps): Pick<AppServices, 'openLogs' | 'wholeLogs' | 'olderLog'> {
  const of = (many = false) => (many ? fleet.engines : engine());
  return {
    openLogs(range, only, many) {
      const { logs, screen } = settings();
      const everyMs = 1000 / screen.frames;
      return new LogStore(of(many), clock, { range, only, limitBytes: logs.buffer * 1024 * 1024, everyMs });
    },
    wholeLogs: (sources, many) => wholeLogs(of(many), clock, sources),
    olderLog(service, id, host, many) {
      const { server } = settings().logs;
      if (!server) return undefined;
      const source = { engine: id, id: containerId(''), name: '', running: false };
      const reader = many ? fleet.engines.of(source) : engine();
      return olderSource(service, { engine: id, host, server, reader, clock });
    },
  };
}
