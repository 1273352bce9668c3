import { posix } from 'node:path';
import { listVolume, readVolumeFile, type VolumeEntry } from '../actions/volume-files.ts';
import { bytes } from '../lib/format.ts';
import { displayText } from '../lib/secrets.ts';
import { safe } from '../lib/text.ts';
import { ageColumn } from './columns.ts';
import type { Resource, TableSources } from './resource.ts';

/** An entry of a directory of a volume; `cut`: the listing was not read to its end. */
type Row = VolumeEntry & { volume: string; path: string; cut: boolean };

const MARKS: Readonly<Record<VolumeEntry['kind'], string>> = { directory: '/', file: '', link: '@', other: '?' };

/** What is in a directory of a volume: `enter` on a volume, and on a directory in it. */
export const files: Resource<Row> = {
  name: 'files',
  title: 'Files',
  aliases: ['files'],
  sort: { column: 'kind', descending: false },
  empty: 'Nothing here: enter on a volume (:volumes) lists its files.',
  // It reads directories.
  everyMs: 60_000,
  id: ({ name }) => name,
  nameOf: ({ path }) => safe(path),
  async fetch({ engine }, signal, { volume, path = '/' }) {
    if (volume === undefined) return [];
    const { entries, whole } = await listVolume(engine, volume, path, signal);
    return entries.map((entry) => ({ ...entry, volume, path: posix.join(path, entry.name), cut: !whole }));
  },
  enter: ({ kind, volume, path, name }) =>
    kind === 'directory'
      ? { open: 'table', resource: 'files', scope: { volume, path } }
      : { open: 'read', name: safe(name), read: (sources, signal) => contents(sources, signal, volume, path) },
  columns: [
    {
      id: 'name',
      title: 'NAME',
      width: 24,
      grow: { max: 100 },
      rank: 0,
      cut: 'middle',
      value: ({ name, kind }) => `${safe(name)}${MARKS[kind]}`,
    },
    {
      id: 'size',
      title: 'SIZE',
      width: 9,
      align: 'right',
      rank: 0,
      descending: true,
      value: ({ size, kind, cut }) => (kind === 'directory' && size === 0 ? '' : `${bytes(size)}${cut ? '+' : ''}`),
      sort: ({ size }) => size,
    },
    {
      id: 'mode',
      title: 'MODE',
      width: 5,
      rank: 2,
      value: ({ mode }) => mode.toString(8).padStart(4, '0'),
    },
    ageColumn(({ modified }) => modified, { title: 'CHANGED', width: 7, rank: 1 }),
    {
      id: 'kind',
      title: 'KIND',
      width: 9,
      rank: 3,
      wide: true,
      value: ({ kind }) => kind,
      sort: ({ kind, name }) => `${kind === 'directory' ? 0 : 1} ${name}`,
    },
  ],
};

/** The beginning of a file, line by line, with secrets masked. */
async function contents(
  { engine }: Pick<TableSources, 'engine'>,
  signal: AbortSignal,
  volume: string,
  path: string,
): Promise<string[]> {
  const { bytes: content, whole } = await readVolumeFile(engine, volume, path, signal);
  if (content.includes(0)) return [`${path} holds binary data.`].map(safe);
  const lines = content.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const shown = lines.map((line) => displayText(line.replaceAll('\t', '  ')));
  return whole ? shown : [...shown, `… only its first ${bytes(content.length)} are shown`];
}
