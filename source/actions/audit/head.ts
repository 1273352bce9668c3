import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../lib/json.ts';
import { sha256 } from './record.ts';

/**
 * The end of the log, kept outside its directory: a log that was emptied, cut off, deleted or replaced no longer has the line that
 * this user's consoles wrote last. It protects against mistakes and careless tampering by the same user, not against a determined forger.
 */
export type Head = {
  /** Of the whole line. */
  hash: string;
  /** Where the line begins and ends in the file (bytes, without its line break), and its number. */
  start: number;
  end: number;
  seq: number;
  /** When it was written, as the line says. */
  time: string;
};

/** Logs whose heads are kept, the ones last written. */
const LOGS = 100;

const HEADS = v.record(
  v.string(),
  v.object({ hash: v.string(), start: v.number(), end: v.number(), seq: v.number(), time: v.string() }),
);

/** `${XDG_DATA_HOME:-~/.local/share}/deskhand/audit-heads.json`. */
export function headFile(env: Readonly<Record<string, string | undefined>>): string {
  const data = env.XDG_DATA_HOME;
  return join(
    data?.startsWith('/') === true ? data : join(env.HOME ?? homedir(), '.local', 'share'),
    'deskhand',
    'audit-heads.json',
  );
}

/** The last head of the log at `log`; undefined where none was kept. */
export async function readHead(file: string, log: string): Promise<Head | undefined> {
  return (await readHeads(file))[log];
}

/** Keeps the head of one log; those of other logs stay. A failure here does not prevent the line from being written. */
export async function keepHead(file: string, log: string, head: Head): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    const others = Object.entries(await readHeads(file)).filter(([path]) => path !== log);
    const newest = others.sort(([, a], [, b]) => b.time.localeCompare(a.time)).slice(0, LOGS - 1);
    const heads = Object.fromEntries([[log, head], ...newest]);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(aside, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(heads, undefined, 2)}\n`).finally(() => handle.close());
    await rename(aside, file);
  } catch {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}

async function readHeads(file: string): Promise<Readonly<Record<string, Head>>> {
  try {
    const heads = parseJson(await readFile(file, 'utf8'));
    return v.is(HEADS, heads) ? heads : {};
  } catch {
    return {};
  }
}

/** Whether the open log, `size` bytes long, still has the line at its position. */
export async function holdsHead(handle: FileHandle, size: number, { start, end, hash }: Head): Promise<boolean> {
  if (size < end || start > end) return false;
  const line = Buffer.alloc(end - start);
  await handle.read(line, 0, line.length, start);
  return sha256(line) === hash;
}

/** What is missing, in words. */
export function missingText({ seq, time, hash }: Head): string {
  return `line ${seq}, written ${time} with hash ${hash}, is not in the log any more: the log was emptied, cut off, deleted or replaced`;
}
