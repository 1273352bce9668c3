import { deriveDesk } from '../../desk/derive.ts';
import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';
import { reduce } from '../../desk/reduce.ts';
import type { DeskMessage, DeskState } from '../../desk/state.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { jsonText, safe } from '../../lib/text.ts';
import type { CellContext } from '../../resources/resource.ts';
import { services as table } from '../../resources/services.ts';
import { listed, takeSnapshot } from '../../runtime/snapshot.ts';
import type { Theme } from '../../ui/theme.ts';
import { namedServices } from '../named-services.ts';
import { textTable } from '../text-table.ts';

export type ServicesFlags = { project?: string; json?: boolean; quiet?: boolean };

export type ServicesDeps = {
  engine: Engine;
  clock: Clock;
  theme: Theme;
  print(text: string): void;
  printError(text: string): void;
  /** The maintenance windows that are open. */
  maintenance?(): Promise<DeskMessage>;
  signal: AbortSignal;
};

/** Columns of the table that one look can fill. */
const SHOWN = ['name', 'state', 'ready', 'health', 'restarts', 'up', 'ports', 'image'];

/**
 * `deskhand services`: the services as a table, worst first; with --quiet their names alone, which need one list of the engine. Exit
 * status 0, 1 where there is no such project, 3 where the engine cannot be reached.
 */
export async function listServices(flags: ServicesFlags, deps: ServicesDeps): Promise<number> {
  const { engine, clock, signal, print, printError } = deps;
  const looked = await (flags.quiet ? listed(engine, clock, signal) : takeSnapshot(engine, clock, signal));
  const windows = await deps.maintenance?.();
  const state = windows === undefined ? looked : reduce(looked, windows);
  if (state.connection.state === 'lost') throw state.connection.why;
  const desk = deriveDesk(state);
  const named = namedServices(desk, [], flags.project);
  if (typeof named === 'string') {
    printError(`deskhand: ${safe(named)}\n`);
    return 1;
  }
  if (flags.quiet) print(named.map((service) => `${safe(serviceName(service))}\n`).join(''));
  else print(flags.json ? jsonOf(named) : tableOf(named, state, deps.theme));
  return 0;
}

function jsonOf(services: readonly Service[]): string {
  const rows = services.map((service) => ({
    name: serviceName(service),
    project: service.project,
    kind: service.kind,
    level: service.verdict.level,
    reason: service.verdict.reason,
    running: service.running,
    wanted: service.wanted,
    health: service.health,
    restarts: service.restarts,
    startedAt: service.startedAt === undefined ? undefined : new Date(service.startedAt).toISOString(),
    image: service.image,
    containers: service.containers.map(({ id, name, state }) => ({ id, name, state })),
  }));
  return `${jsonText({ schema: 1, services: rows }, 2)}\n`;
}

function tableOf(services: readonly Service[], state: DeskState, theme: Theme): string {
  const world: CellContext = { state, desk: deriveDesk(state), glyph: (name) => theme.glyph(name) };
  const columns = SHOWN.flatMap((id) => table.columns.find((column) => column.id === id) ?? []);
  const state0 = columns.find(({ id }) => id === 'state');
  const urgency = (service: Service) => Number(state0?.sort?.(service, world) ?? 0);
  const rows = services.toSorted((a, b) => urgency(a) - urgency(b));
  return textTable(columns, rows, world);
}
