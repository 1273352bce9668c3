import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { errorMessage, hasCode } from '../../lib/error.ts';
import { maskText } from '../../lib/secrets.ts';
import { type Head, holdsHead, keepHead, missingText, readHead } from './head.ts';
import { withLock } from './lock.ts';
import { type AuditIdentity, type AuditRecord, formatLine, GENESIS, sha256 } from './record.ts';
import { firstOf, rotatedWith } from './rotated.ts';

export type AuditSettings = {
  /** Directory of the log; made with mode 0700 where it is missing. See `auditDirectory`. */
  directory: string;
  identity: AuditIdentity;
  now: () => number;
  /** Where the last head is stored, outside the directory; absent: nowhere. See head.ts. */
  headFile?: string;
  /** Masks secrets in a text; by default those of source/engine/secrets.ts. */
  mask?: (text: string) => string;
};

/** The log as the actions see it: `append` resolves once the line is on the disk, and rejects when it could not be written. */
export type Audit = { path: string; append(record: AuditRecord): Promise<void> };

/** The log's name in its directory. */
export const AUDIT_FILE = 'audit.jsonl';

/** `${XDG_STATE_HOME:-~/.local/state}/deskhand`; a relative XDG_STATE_HOME is ignored, as its specification says. */
export function auditDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const state = env.XDG_STATE_HOME;
  return join(state?.startsWith('/') === true ? state : join(homedir(), '.local', 'state'), 'deskhand');
}

/** Opens the log for appending; several consoles may do so at once. Nothing is touched before the first append. */
export function openAudit(settings: AuditSettings): Audit {
  const path = join(settings.directory, AUDIT_FILE);
  let last: Promise<void> = Promise.resolve();
  const append = async (record: AuditRecord) => {
    try {
      await makeDirectory(settings.directory);
      await withLock(`${path}.lock`, () => appendLine(path, record, settings));
    } catch (error) {
      const why = errorMessage(error);
      throw new Error(`cannot write the audit log ${path}: ${why}`, { cause: error });
    }
  };
  return {
    path,
    append(record) {
      const turn = last.then(() => append(record));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** The log's bytes; empty where there is none yet. */
export async function readAudit(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Uint8Array();
    throw error;
  }
}

/** Like mkdir -p with mode 0700; Node's own recursive mkdir never ends where a file system refuses with ENOENT, such as /proc. */
async function makeDirectory(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeDirectory(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another console may have made it in between.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function appendLine(path: string, record: AuditRecord, settings: AuditSettings): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const handle = await open(path, flags, 0o600);
  try {
    const { size, mode } = await handle.stat();
    if ((mode & 0o077) !== 0) await chmod(path, 0o600);
    const known = settings.headFile && (await readHead(settings.headFile, path));
    const lost = known && !(await holdsHead(handle, size, known));
    const rotated = lost ? await rotatedWith(path, known) : undefined;
    // A log that was put aside whole goes on in this one; that lines are missing is said before anything that follows.
    const goesOn = rotated !== undefined && size === 0;
    const isKnown = !lost || (rotated !== undefined && firstOf(await firstBytes(handle, size)).prev === rotated.hash);
    const records = goesOn
      ? [rotation(record, rotated), record]
      : isKnown
        ? [record]
        : [missing(record, missingText(known)), record];
    let at = goesOn ? { torn: false, start: 0, end: 0, time: '', ...rotated } : await endOf(handle, size);
    let text = at.torn ? '\n' : '';
    for (const one of records) {
      const [now, seq] = [settings.now(), at.seq + 1];
      const position = { seq, mono: monotonicMs() };
      const line = formatLine(one, settings.identity, { now, prev: at.hash, position }, settings.mask ?? maskText);
      const start = size + Buffer.byteLength(text);
      text += `${line}\n`;
      const end = size + Buffer.byteLength(text) - 1;
      at = { torn: false, hash: sha256(line), start, end, seq, time: new Date(now).toISOString() };
    }
    await write(handle, text, size);
    await handle.sync();
    if (settings.headFile) await keepHead(settings.headFile, path, at);
  } finally {
    await handle.close();
  }
}

function missing({ engine }: AuditRecord, told: string): AuditRecord {
  return { engine, kind: 'missing', told };
}

function rotation(
  { engine }: AuditRecord,
  { name, seq, hash }: { name: string; seq: number; hash: string },
): AuditRecord {
  return { engine, kind: 'rotated', told: `continues after line ${seq} of ${name}, whose hash is ${hash}` };
}

/** Enough of it for the first line. */
async function firstBytes(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(size, 1 << 16));
  await handle.read(bytes, 0, bytes.length, 0);
  return bytes;
}

/** Since the machine's start, on Linux; cannot be set. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

type End = Head & { torn: boolean };

/** Where the log ends. Lines without a number (of formats 1 and 2, torn ones) are counted. */
async function endOf(handle: FileHandle, size: number): Promise<End> {
  const tail = await lastLine(handle, size);
  if (tail === undefined) return { torn: false, hash: GENESIS, start: 0, end: 0, seq: 0, time: '' };
  const seq = numberOf(tail.bytes) ?? (await countLines(handle, size));
  return { torn: tail.torn, hash: sha256(tail.bytes), start: 0, end: 0, seq, time: '' };
}

function numberOf(line: Buffer): number | undefined {
  const [, seq] = /"seq":(\d{1,15})[,}]/.exec(line.toString('utf8')) ?? [];
  return seq === undefined ? undefined : Number(seq);
}

async function countLines(handle: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(Math.min(size, 1 << 20));
  let count = 0;
  let last = 10;
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) break;
    const part = buffer.subarray(0, bytesRead);
    for (let newline = part.indexOf(10); newline !== -1; newline = part.indexOf(10, newline + 1)) count += 1;
    last = part.at(-1) ?? 10;
    at += bytesRead;
  }
  return last === 10 ? count : count + 1;
}

/** Atomic: a partial line on a full disk is removed again, so that the chain stays intact. */
async function write(handle: FileHandle, text: string, size: number): Promise<void> {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
  } catch (error) {
    if (written > 0) await handle.truncate(size);
    throw error;
  }
}

/** The last line; `torn` when a crash left it without its line break. */
async function lastLine(handle: FileHandle, size: number): Promise<{ bytes: Buffer; torn: boolean } | undefined> {
  if (size === 0) return undefined;
  for (let length = 65_536; ; length *= 4) {
    const start = Math.max(0, size - length);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const torn = buffer.at(-1) !== 10;
    const end = torn ? buffer.length : buffer.length - 1;
    const newline = end === 0 ? -1 : buffer.lastIndexOf(10, end - 1);
    if (newline !== -1 || start === 0) return { bytes: buffer.subarray(newline + 1, end), torn };
  }
}
