import { peerOf } from '../world/shell.ts';
import { SECOND } from '../world/time.ts';
import type { Container, World } from '../world/types.ts';
import { isRunning } from '../world/world.ts';

/** PostgreSQL accepts connections this long (ms) after its start. */
const DATABASE_START = 4 * SECOND;

/** Whether the container can reach this host's program. */
export function reaches(world: World, container: Container, host: string): boolean {
  return isRunning(peerOf(world, container, host));
}

/** Whether the database on this host already accepts connections. */
export function databaseReady(world: World, container: Container, host: string): boolean {
  const db = peerOf(world, container, host);
  return isRunning(db) && world.now - (db?.state.startedAt ?? 0) >= DATABASE_START;
}
