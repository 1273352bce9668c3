import { readStates } from '../actions/maintenance/state.ts';
import { windowsOf } from '../actions/maintenance/windows.ts';
import type { DeskMessage, MaintenanceWindow } from '../desk/state.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { deepEqual } from '../lib/equal.ts';
import type { EngineId } from '../lib/ids.ts';

/** How often the files of procedures are looked at (ms): other consoles and `deskhand run` write them, too. */
const EVERY_MS = 2000;

/** The procedures that are under way on an engine, as a message for the desk. */
export async function maintenanceNow(directory: string, engine: EngineId, clock: Clock): Promise<DeskMessage> {
  return { type: 'maintenance', windows: windowsOf(await readStates(directory), engine, wallTime(clock)) };
}

/** Tells the desk which procedures are under way, with every change. The returned function ends that. */
export function watchMaintenance(
  directory: string,
  engine: EngineId,
  clock: Clock,
  dispatch: (message: DeskMessage) => void,
  everyMs = EVERY_MS,
): () => void {
  let known: readonly MaintenanceWindow[] = [];
  let over = false;
  let cancel = () => {};
  const look = async () => {
    const message = await maintenanceNow(directory, engine, clock);
    if (over) return;
    if (message.type === 'maintenance' && !deepEqual(known, message.windows)) {
      known = message.windows;
      dispatch(message);
    }
    cancel = clock.after(everyMs, look);
  };
  void look();
  return () => {
    over = true;
    cancel();
  };
}
