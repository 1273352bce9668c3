import { bytes } from '../lib/format.ts';
import type { Action } from './action.ts';
import { select } from './prune-select.ts';
import { type Disk, readDisk, removeUnused, verifyRemoved } from './removal.ts';
import { refuse } from './targets.ts';

const NAME = 'remove-volume';

/** Removes one volume, by its own name: its data is lost. */
export const removeVolume: Action<unknown, Disk> = {
  name: NAME,
  title: 'Remove volume',
  help: 'remove a volume and its data',
  danger: 4,
  on: ['volume'],
  key: { id: 'remove', keys: ['ctrl-d'], hint: '', help: 'remove a volume (its name is typed)' },
  prepare: readDisk,
  plan({ desk, target, settings, facts }) {
    const name = target.id;
    if (!facts.use.volumes.some((volume) => volume.name === name))
      return refuse(NAME, name, 'there is no such volume', 'look at the list of volumes');
    const { objects, kept } = select('volumes', { ...facts, desk, settings }, true);
    const object = objects.find(({ id }) => id === name);
    if (object === undefined) {
      const why = kept.find((one) => one.name === name)?.why ?? 'it is in use by a container';
      return refuse(NAME, name, why, 'remove that container or the protection first');
    }
    const size = object.bytes === undefined ? 'size unknown' : bytes(object.bytes);
    return {
      action: NAME,
      title: `Remove the volume ${name} (${size})`,
      danger: 4,
      target,
      name,
      objects: [object],
      warnings: ['Its data is lost. Back it up first.'],
      options: { promised: object.bytes ?? 0 },
    };
  },
  run: removeUnused,
  verifiesFailures: true,
  verify: verifyRemoved,
};
