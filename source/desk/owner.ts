import type { ContainerId } from '../lib/ids.ts';
import type { Desk, Service } from './model.ts';

/** The service that a container belongs to; undefined while the desk does not have it. */
export function ownerOf(
  { byId, ownerOf: owners }: Pick<Desk, 'byId' | 'ownerOf'>,
  container: ContainerId,
): Service | undefined {
  const id = owners.get(container);
  return id === undefined ? undefined : byId.get(id);
}
