import { deriveDesk } from '../../desk/derive.ts';
import { serviceName } from '../../desk/identity.ts';
import type { TimelineEntry } from '../../desk/state.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { parseMoment } from '../../lib/moment.ts';
import { jsonText, safe } from '../../lib/text.ts';
import { takeSnapshot } from '../../runtime/snapshot.ts';
import { EXIT } from '../command-line.ts';
import { namedServices } from '../named-services.ts';

export type ChangesFlags = { project?: string; since?: string; json?: boolean };

export type ChangesDeps = {
  engine: Engine;
  clock: Clock;
  print(text: string): void;
  printError(text: string): void;
  signal: AbortSignal;
};

/**
 * `deskhand changes [SERVICE...]`: what happened to services in the last hour, oldest first, as far as the engine remembers (256 events).
 * Exit status 0, 1 where there is no such service, 3 where the engine cannot be reached, 64 for flags that make no sense.
 */
export async function changes(names: readonly string[], flags: ChangesFlags, deps: ChangesDeps): Promise<number> {
  const { engine, clock, signal, print, printError } = deps;
  const since = flags.since === undefined ? 0 : parseMoment(flags.since, clock.now());
  if (since === undefined) {
    printError(
      `deskhand: "${safe(flags.since ?? '')}" is not a valid time; use 10m, 1h or a date such as 2026-11-20T09:15\n`,
    );
    return EXIT.usage;
  }
  const state = await takeSnapshot(engine, clock, signal);
  if (state.connection.state === 'lost') throw state.connection.why;
  const named = namedServices(deriveDesk(state), names, flags.project);
  if (typeof named === 'string') {
    printError(`deskhand: ${safe(named)}\n`);
    return 1;
  }
  const owners = new Map<string | undefined, string>(named.map((service) => [service.id, serviceName(service)]));
  const whole = names.length === 0 && flags.project === undefined;
  const rows = state.timeline
    .filter(({ at, serviceId }) => at >= since && (owners.has(serviceId) || (whole && serviceId === undefined)))
    .map((entry) => rowOf(entry, owners.get(entry.serviceId)));
  if (flags.json) print(`${jsonText({ schema: 1, changes: rows }, 2)}\n`);
  else if (rows.length === 0) print('Nothing happened, as far as the engine remembers.\n');
  else
    print(
      rows
        .map(({ time, service = '', text }) => `${time}  ${safe([service, text].filter(Boolean).join(': '))}\n`)
        .join(''),
    );
  return 0;
}

function rowOf({ at, kind, level, text }: TimelineEntry, service: string | undefined) {
  return { time: new Date(at).toISOString(), service, kind, level, text };
}
