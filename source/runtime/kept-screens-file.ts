import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { withLock } from '../actions/audit/lock.ts';
import type { Clock } from '../lib/clock.ts';
import { maskText } from '../lib/secrets/text.ts';
import type { KeptScreen } from '../panes/shared/kept.ts';
import { replaceFile } from './private-file.ts';

/** The file's name in the state directory. */
export const SCREENS_FILE = 'screens.json';

/** How long changes are collected, as a filter changes with every key (ms). */
const PAUSE_MS = 2000;

const Table = v.object({
  sort: v.optional(v.object({ column: v.string(), descending: v.boolean() })),
  filter: v.optional(v.string()),
  wide: v.optional(v.boolean()),
  columns: v.optional(v.array(v.string())),
});
const Screen = v.object({
  view: v.optional(v.union([v.object({ table: v.string() }), v.object({ page: v.string() })])),
  project: v.optional(v.string()),
  tables: v.record(v.string(), Table),
});
const Screens = v.record(v.string(), Screen);

const NOTHING: KeptScreen = { tables: {} };

/** Remembers the screen of each context in a private file (0600); several consoles may write to it. */
export function keptScreensFile(path: string, clock: Clock, report: (error: unknown) => void) {
  const all = new Map(Object.entries(parsed(readOr(path))));
  const pending = new Map<string, KeptScreen>();
  let last: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;
  const write = () => {
    cancel?.();
    cancel = undefined;
    if (pending.size === 0) return;
    const changes = Object.fromEntries(pending);
    pending.clear();
    last = last.then(() => written(path, changes)).catch(report);
  };
  return {
    of: (context: string): KeptScreen => all.get(context) ?? NOTHING,
    keep(context: string, screen: KeptScreen): void {
      const safe = withoutSecrets(screen);
      all.set(context, safe);
      pending.set(context, safe);
      cancel ??= clock.after(PAUSE_MS, write);
    },
    /** Writes what is pending. */
    async close(): Promise<void> {
      write();
      await last;
    },
  };
}

/** A filter may be anything that was pasted. */
function withoutSecrets(screen: KeptScreen): KeptScreen {
  const tables = Object.entries(screen.tables).map(([name, table]) => [
    name,
    table.filter === undefined ? table : { ...table, filter: maskText(table.filter) },
  ]);
  return { ...screen, tables: Object.fromEntries(tables) };
}

async function written(path: string, changes: Readonly<Record<string, KeptScreen>>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await withLock(`${path}.lock`, async () => {
    const before = parsed(await readFile(path, 'utf8').catch(() => ''));
    await replaceFile(path, `${JSON.stringify({ ...before, ...changes })}\n`);
  });
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A broken file is no reason not to begin; the next change replaces it. */
function parsed(text: string): Record<string, KeptScreen> {
  try {
    return v.parse(Screens, JSON.parse(text));
  } catch {
    return {};
  }
}
