import { fields, text } from '../engine/parse/fields.ts';
import { isUp } from '../lib/container-state.ts';
import { forEachLimited } from '../lib/limit.ts';
import type { PrepareInput } from './action.ts';
import { type Disk, readDisk } from './removal.ts';
import { type Histories, sharingImages } from './shared-layers.ts';

/** What a prune is planned from: the disk use, and what the engine does not add up by itself. */
export type PruneFacts = Disk & { histories: Histories; logs: ReadonlyMap<string, number> };

/** Objects that are read at the same time. */
const WIDTH = 8;

/** What cannot be read is missing: the plan says so. */
export async function readUnused(input: PrepareInput): Promise<PruneFacts> {
  const disk = await readDisk(input);
  const { engine, signal } = input;
  const wanted = (...kinds: string[]) => kinds.includes(input.target.id) || input.target.id === 'system';
  const histories = new Map<string, Awaited<ReturnType<typeof engine.imageHistory>>>();
  await forEachLimited(wanted('images', 'all-images') ? sharingImages(disk.use) : [], WIDTH, async ({ id }) => {
    const steps = await engine.imageHistory(id, { signal }).catch(() => undefined);
    if (steps !== undefined) histories.set(id, steps.toReversed());
  });
  const stopped = wanted('containers') ? disk.use.containers.filter((one) => !isUp(one)) : [];
  const ids = stopped.map(({ id }) => id);
  return { ...disk, histories, logs: await readLogSizes(ids, input) };
}

/** Bytes of the logs of containers, as far as they can be read here. */
export async function readLogSizes(
  ids: readonly string[],
  { engine, tools, signal }: Pick<PrepareInput, 'engine' | 'tools' | 'signal'>,
): Promise<ReadonlyMap<string, number>> {
  const logs = new Map<string, number>();
  await forEachLimited(ids, WIDTH, async (id) => {
    const inspected = await engine.inspect('container', id, { signal }).catch(() => undefined);
    const size = await tools.logBytes(text(fields(inspected).LogPath));
    if (size !== undefined) logs.set(id, size);
  });
  return logs;
}
