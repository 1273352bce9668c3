import type { CacheRecord, DiskImage, DiskUse } from '../facts.ts';
import { type Fields, fields, list, number, positive, strings, text, texts, time } from './fields.ts';
import { parseListed } from './parse-container.ts';
import { parseImage, parseVolume } from './parse-objects.ts';

/**
 * GET /system/df of engines old and new. To API 1.51 the lists are `Images`, `Containers`, `Volumes`, `BuildCache`; from 1.52 the
 * answer has `ImageUsage.Items` and so on, filled when asked with verbose=1.
 */
export function parseDiskUse(answer: unknown): DiskUse {
  const all = fields(answer);
  return {
    layers: positive(all.LayersSize) ?? positive(fields(all.ImageUsage).TotalSize) ?? 0,
    images: items(all, 'Images', 'ImageUsage').map(diskImage),
    containers: items(all, 'Containers', 'ContainerUsage').map((given) => ({
      ...parseListed(given),
      written: positive(given.SizeRw) ?? 0,
    })),
    volumes: items(all, 'Volumes', 'VolumeUsage').map(parseVolume),
    buildCache: items(all, 'BuildCache', 'BuildCacheUsage').map(cacheRecord),
  };
}

function items(all: Fields, before: string, since: string): Fields[] {
  return list(all[before] ?? fields(all[since]).Items).map(fields);
}

function diskImage(given: Fields): DiskImage {
  const shared = number(given.SharedSize);
  return {
    ...parseImage(given),
    shared: shared === undefined || shared < 0 ? undefined : shared,
    labels: strings(given.Labels),
    ...(text(given.ParentId) === '' ? {} : { parent: text(given.ParentId) }),
  };
}

/** One parent up to API 1.41, several since. */
function cacheRecord(given: Fields): CacheRecord {
  const parents = [...texts(given.Parents), text(given.Parent)].filter((id) => id !== '');
  return {
    id: text(given.ID),
    ...(parents.length === 0 ? {} : { parents }),
    type: text(given.Type),
    description: text(given.Description),
    size: positive(given.Size) ?? 0,
    inUse: given.InUse === true,
    shared: given.Shared === true,
    created: time(given.CreatedAt),
    lastUsed: time(given.LastUsedAt),
  };
}
