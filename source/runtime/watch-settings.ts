import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Calls `changed` when the settings, a file beside them or a skin changes; the returned function ends that. Events may come in bursts. */
export function watchSettings(path: string, changed: () => void): () => void {
  const names = new Set([basename(path), ...['aliases', 'hotkeys', 'plugins', 'views'].map((name) => `${name}.yaml`)]);
  const watchers = [
    watched(dirname(path), (name) => names.has(name), changed),
    watched(join(dirname(path), 'skins'), (name) => name.endsWith('.yaml'), changed),
  ];
  return () => {
    for (const watcher of watchers) watcher?.close();
  };
}

/** The directory, as editors replace files. Nothing is watched where it does not exist, or the system cannot. */
function watched(directory: string, mine: (name: string) => boolean, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => {
      if (name === null || mine(name)) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
