import * as v from 'valibot';

/** The manifest next to an archive, `<archive>.json`: its content and checksums. */
const ManifestSchema = v.object({
  schema: v.literal(1),
  /** The real name on the engine, project prefix included. */
  volume: v.pipe(v.string(), v.nonEmpty()),
  /** File name of the archive, in the same directory. */
  archive: v.pipe(v.string(), v.regex(/^[^/\0]+$/, 'must be a file name')),
  compression: v.picklist(['zst', 'gz']),
  project: v.optional(v.string()),
  /** Name of the engine's host, and its context. */
  engine: v.string(),
  /** Labels of the volume. */
  labels: v.record(v.string(), v.string()),
  /** Containers that mounted the volume. */
  users: v.array(v.string()),
  /** One of them was running and could write while the archive was made. */
  live: v.boolean(),
  /** ms since the epoch. */
  startedAt: v.number(),
  finishedAt: v.number(),
  /** Entries of the archive: files, directories, links. */
  files: v.number(),
  /** Bytes of the files together, and of the archive file. */
  bytes: v.number(),
  archiveBytes: v.number(),
  /** Of the archive file, in hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;
export type Compression = Manifest['compression'];

/** What is known of any backup; what only archives have is optional. */
export type BackupFacts = Omit<Manifest, 'schema' | ArchiveOnly> & Partial<Pick<Manifest, ArchiveOnly>>;
type ArchiveOnly = 'archive' | 'compression' | 'archiveBytes' | 'sha256';

/** Reads a manifest's text. Throws an Error that says what is wrong with it. */
export function parseManifest(text: string): Manifest {
  const result = v.safeParse(ManifestSchema, JSON.parse(text));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'manifest'}: ${issue.message}`);
}

/** `exness_pgdata-20261128T154501Z.tar.zst`: sorts by time, and no character needs quoting. `number`: of several in one second. */
export function archiveName(volume: string, at: number, compression: Compression, number = 1): string {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${volume.replace(/[^\w.-]/g, '_')}-${time}${number > 1 ? `-${number}` : ''}.tar.${compression}`;
}
