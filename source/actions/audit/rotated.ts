import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseJson } from '../../lib/json.ts';
import type { Head } from './head.ts';
import { sha256 } from './record.ts';

/**
 * Logs that logrotate or a hand has put aside: audit.jsonl.1, audit.jsonl-20261128, audit.jsonl.2.gz in the same directory. The chain goes on
 * over them: the first line of a new log names the last line of the one before as its `prev`.
 */

type RotatedLog = { name: string; bytes: Buffer };

/** The last line of a log: hash, number, and whether a crash left it without its line break. */
type Last = { hash: string; seq: number };

/** The rotated log that has the line with this head, and that log's last line; undefined if none has it. */
export async function rotatedWith(path: string, head: Head): Promise<(Last & { name: string }) | undefined> {
  const found = (await rotatedLogs(path)).find(({ bytes }) => holds(bytes, head));
  return found && { name: found.name, ...lastOf(found.bytes) };
}

/**
 * The log with all that were rotated away before it and are still here, oldest first; `before`: bytes ahead of the log in which the kept
 * head is. A log to which nothing was written since is the one that was put aside last.
 */
export async function wholeLog(path: string, log: Uint8Array, head?: Head): Promise<{ bytes: Buffer; before: number }> {
  const rotated = log.length === 0 || firstOf(log).kind === 'rotated' ? await rotatedLogs(path) : [];
  const aside = log.length > 0 || head === undefined ? undefined : rotated.find(({ bytes }) => holds(bytes, head));
  const newest = aside?.bytes ?? log;
  const parts: Uint8Array[] = [newest];
  for (let at = firstOf(newest); at.kind === 'rotated'; ) {
    const { prev } = at;
    const place = rotated.findIndex(({ bytes }) => lastOf(bytes).hash === prev);
    const [earlier] = place < 0 ? [] : rotated.splice(place, 1);
    if (earlier === undefined) break;
    parts.unshift(earlier.bytes.at(-1) === 10 ? earlier.bytes : Buffer.concat([earlier.bytes, Buffer.from('\n')]));
    at = firstOf(earlier.bytes);
  }
  const bytes = Buffer.concat(parts);
  return { bytes, before: bytes.length - newest.length };
}

function holds(log: Uint8Array, { start, end, hash }: Head): boolean {
  return sha256(log.subarray(start, end)) === hash;
}

/** What the first line of a log says of itself. */
export function firstOf(log: Uint8Array): { kind?: unknown; prev?: unknown } {
  const end = log.indexOf(10);
  try {
    const line = parseJson(Buffer.from(log.subarray(0, end < 0 ? log.length : end)).toString('utf8'));
    return typeof line === 'object' && line !== null ? line : {};
  } catch {
    return {};
  }
}

async function rotatedLogs(path: string): Promise<RotatedLog[]> {
  const own = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const found = names.filter((name) => name.startsWith(own) && name !== own && !name.startsWith(`${own}.lock`));
  const logs = await Promise.all(found.map(async (name) => ({ name, bytes: await read(join(dirname(path), name)) })));
  return logs.flatMap(({ name, bytes }) => (bytes === undefined || bytes.length === 0 ? [] : [{ name, bytes }]));
}

async function read(path: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(path);
    return path.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes;
  } catch {
    return undefined;
  }
}

function lastOf(log: Buffer): Last {
  const end = log.at(-1) === 10 ? log.length - 1 : log.length;
  const line = log.subarray(log.lastIndexOf(10, end - 1) + 1, end);
  const [, seq] = /"seq":(\d{1,15})[,}]/.exec(line.toString('utf8')) ?? [];
  return { hash: sha256(line), seq: seq === undefined ? log.toString('latin1').split('\n').length - 1 : Number(seq) };
}
