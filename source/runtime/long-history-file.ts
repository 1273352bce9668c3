import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { hasCode } from '../lib/error.ts';
import { jsonText } from '../lib/text.ts';
import { LongHistory, type LongKey, type LongValue } from '../metrics/long-history.ts';
import { replaceFile } from './private-file.ts';

/** The file's name in the state directory. */
export const LONG_FILE = 'metrics-history.jsonl';
/** Size in bytes from which the file is rewritten with the current entries. */
const LARGEST = 32 * 1024 * 1024;

export type LongStore = {
  history: LongHistory;
  /** Adds values and appends them to the file. */
  record(at: number, values: readonly LongValue[]): void;
  /** Resolves when the file has been read. */
  loaded: Promise<void>;
  /** Resolves when everything has been written. */
  written(): Promise<void>;
};

/**
 * Keeps the values of charts for weeks in a private file (0600) of bounded size: a line for each new key, and a line for each time with
 * values by the ids of their keys. Several consoles may write at once. A line that cannot be read, such as a torn last one, is skipped.
 */
export function longHistoryFile(
  path: string,
  now: () => number,
  failed: (error: unknown) => void,
  largest = LARGEST,
): LongStore {
  const history = new LongHistory();
  let written = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  /** Lines of the file for values; new keys first. */
  const linesOf = (at: number, values: readonly LongValue[], known: Set<string>) => {
    const lines: string[] = [];
    const pairs = values.map(([key, value]) => {
      const id = idOf(key);
      if (!known.has(id)) lines.push(jsonText({ id, key }));
      known.add(id);
      return [id, Number(value.toPrecision(7))];
    });
    lines.push(jsonText({ at, values: pairs }));
    return `${lines.join('\n')}\n`;
  };

  const load = async () => {
    const keys = new Map<string, LongKey>();
    try {
      for await (const line of createInterface({ input: createReadStream(path) })) read(line, keys, history);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    written = new Set(keys.keys());
  };

  const append = async (at: number, values: readonly LongValue[]) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < largest) {
      // A torn line of another run must not swallow the next one.
      await appendFile(path, `\n${linesOf(at, values, written)}`, { mode: 0o600 });
      return chmod(path, 0o600);
    }
    const known = new Set<string>();
    const pieces: string[] = [];
    for (const entry of history.all(now())) pieces.push(linesOf(entry.at, entry.values, known));
    await replaceFile(path, pieces.join(''));
    written = known;
  };

  const loaded = load().catch(failed);
  last = loaded;
  return {
    history,
    loaded,
    record(at, values) {
      history.record(at, values);
      if (values.length > 0) last = last.then(() => append(at, values)).catch(failed);
    },
    written: () => last,
  };
}

/** The same in every console that writes to the file. */
function idOf(key: LongKey): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('base64url').slice(0, 8);
}

function read(line: string, keys: Map<string, LongKey>, history: LongHistory): void {
  if (line === '') return;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return;
  }
  if (typeof entry !== 'object' || entry === null) return;
  if ('key' in entry && isKey(entry.key)) keys.set(idOf(entry.key), entry.key);
  if (!('at' in entry && typeof entry.at === 'number' && 'values' in entry && Array.isArray(entry.values))) return;
  const values = entry.values.flatMap((pair: unknown): LongValue[] => {
    if (!Array.isArray(pair) || typeof pair[1] !== 'number') return [];
    const key = keys.get(String(pair[0]));
    return key ? [[key, pair[1]]] : [];
  });
  history.record(entry.at, values);
}

function isKey(value: unknown): value is LongKey {
  return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'string');
}
