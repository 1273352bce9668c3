import { deriveDesk } from '../../desk/derive.ts';
import { initialState } from '../../desk/reduce.ts';
import { type FleetHost, isOld } from '../../fleet/model.ts';
import { differences } from '../../fleet/parity.ts';
import type { Clock } from '../../lib/clock.ts';
import { engineId } from '../../lib/ids.ts';
import { jsonText, safe } from '../../lib/text.ts';
import { parity as table } from '../../resources/fleet-services.ts';
import type { Theme } from '../../ui/theme.ts';
import { textTable } from '../text-table.ts';

export type ParityFlags = { role?: string; json?: boolean };

export type ParityDeps = {
  /** One look at every host of the fleet. */
  look(): Promise<readonly FleetHost[]>;
  clock: Clock;
  theme: Theme;
  print(text: string): void;
  printError(text: string): void;
};

/**
 * `deskhand parity`: where hosts of one role differ. Exit status 0 alike, 1 different (or fewer than two hosts to compare), 3 a host
 * could not be read, so that nothing can be said of it.
 */
export async function parity({ role, json }: ParityFlags, deps: ParityDeps): Promise<0 | 1 | 3> {
  const { print, printError } = deps;
  const hosts = (await deps.look()).filter(
    ({ spec, state }) => state !== 'off' && (role === undefined || spec.role === role),
  );
  const unread = hosts.filter((host) => isOld(host) || !host.desk);
  const found = differences(hosts, role);
  const exit = unread.length > 0 ? 3 : found.length > 0 || hosts.length < 2 ? 1 : 0;
  const compared = hosts.length - unread.length;
  if (json) {
    const missing = unread.map(({ spec, state, why }) => ({ host: spec.name, state, why }));
    const rows = found.map(({ id: _, ...difference }) => difference);
    print(`${jsonText({ schema: 1, exit, role, compared, differences: rows, unread: missing }, 2)}\n`);
    return exit;
  }
  for (const { spec, state, why } of unread)
    printError(`deskhand: ${safe(`${spec.name} is not compared: ${state}${why ? `, ${why}` : ''}`)}\n`);
  const whose = role === undefined ? '' : ` with the role ${safe(role)}`;
  if (hosts.length < 2)
    printError(`deskhand: There are ${hosts.length === 1 ? 'no two hosts' : 'no hosts'}${whose} to compare.\n`);
  else if (found.length === 0) print(`${compared} hosts${whose} are alike.\n`);
  else print(differenceTable(found, deps));
  return exit;
}

function differenceTable(found: ReturnType<typeof differences>, { clock, theme }: ParityDeps): string {
  const state = initialState(clock.now(), engineId(''));
  const world = { state, desk: deriveDesk(state), glyph: theme.glyph };
  const shown = table.columns.map((column) => (column.id === 'hosts' ? { ...column, value: allHosts } : column));
  return textTable(shown, found, world);
}

/** A file has room for all of them. */
function allHosts({ hosts }: { hosts: readonly string[] }): string {
  return safe(hosts.join(', '));
}
