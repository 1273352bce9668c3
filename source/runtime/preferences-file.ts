import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withLock } from '../actions/audit/lock.ts';
import { errorMessage, hasCode } from '../lib/error.ts';
import {
  changed,
  NOTHING_KEPT,
  type PreferencesStore,
  readPreferences,
  type SavedPreferences,
  writePreferences,
} from '../metrics/metric-preferences.ts';
import { replaceFile } from './private-file.ts';

/** The file's name in the state directory. */
export const KEPT_FILE = 'metrics.json';

/**
 * Saves pins and thresholds in a private file (0600), for the engine that `engine` returns. Several consoles may write at once: each change
 * is applied to the current file under a lock and replaces it atomically. A file that cannot be parsed is not modified, and nothing is
 * written until it is fixed.
 */
export function preferencesFile(path: string, engine: () => string): PreferencesStore {
  let trouble: string | undefined;
  let all: SavedPreferences = {};
  let last: Promise<void> = Promise.resolve();
  const wrong = (error: unknown) => {
    const why = errorMessage(error);
    trouble = `pins and thresholds are not saved: ${path} ${why}`;
    return new Error(trouble, { cause: error });
  };
  try {
    all = readWhole(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) wrong(error);
  }
  const write = async (change: (all: SavedPreferences) => SavedPreferences) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await withLock(`${path}.lock`, async () => {
      const before = await readFile(path, 'utf8').then(readWhole, (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return {};
        throw error;
      });
      await replaceFile(path, writePreferences(change(before)));
    });
    trouble = undefined;
  };
  return {
    of: (endpoint) => all[engine()]?.[endpoint] ?? NOTHING_KEPT,
    change(endpoint, change) {
      const at = engine();
      const turn = (before: SavedPreferences) => changed(before, at, endpoint, change);
      all = turn(all);
      const done = last.then(() => write(turn)).catch((error: unknown) => Promise.reject(wrong(error)));
      last = done.catch(() => undefined);
      return done;
    },
    written: () => last,
    trouble: () => trouble,
  };
}

function readWhole(text: string): SavedPreferences {
  try {
    return readPreferences(text);
  } catch (error) {
    const why = errorMessage(error);
    throw new Error(`cannot be parsed (${why}); fix or remove it. It was not modified`, { cause: error });
  }
}
