import { parseJson } from '../../lib/json.ts';
import { isAuditLine } from './line-schema.ts';
import { type AuditLine, GENESIS, sha256 } from './record.ts';

/** What a check of the log found. */
export type ChainReport = {
  ok: boolean;
  lines: number;
  /** First line that does not hold, counted from 1, and why. */
  broken?: { line: number; why: string };
  /** Runs that began and have no end: still running, or the console was killed in the middle. */
  unfinished: readonly { line: number; time: string; action: string; name: string; user: string; pid: number }[];
  /** Hash of the last line: noted elsewhere, it also proves later that nothing was cut off. */
  head: string;
};

const HASH_FIELD = /,"hash":"([0-9a-f]{64})"\}$/;

/** Checks the whole log: each line parses, has not been changed, and follows the line before it. Works on bytes. */
export function verifyChain(log: Uint8Array): ChainReport {
  let prev = GENESIS;
  let number = 0;
  let broken: ChainReport['broken'];
  const open = new Map<string, ChainReport['unfinished'][number]>();
  for (const bytes of splitLines(log)) {
    number += 1;
    const line = parse(bytes);
    broken ??= fault(bytes, line, prev, number);
    prev = sha256(bytes);
    if (line?.kind === 'begin') {
      const { time, plan, user, pid } = line;
      open.set(line.run, { line: number, time, action: plan.action, name: plan.name, user, pid });
    } else if (line?.kind === 'end') open.delete(line.run);
  }
  return { ok: broken === undefined, lines: number, broken, unfinished: [...open.values()], head: prev };
}

/** A line with its number, counted from 1, and the record as it is stored. */
export type ReadLine = { number: number; line: AuditLine; stored: unknown };

/** The lines that parse, oldest first; `since` in ms. Lines that do not parse are left to verifyChain. */
export function readLines(log: Uint8Array, since = 0): ReadLine[] {
  const lines: ReadLine[] = [];
  let number = 0;
  for (const bytes of splitLines(log)) {
    number += 1;
    const stored = parse(bytes);
    if (stored === undefined || !(Date.parse(stored.time) >= since)) continue;
    lines.push({ number, line: current(stored), stored });
  }
  return lines;
}

function fault(
  bytes: Buffer,
  line: StoredLine | undefined,
  prev: string,
  number: number,
): { line: number; why: string } | undefined {
  if (line === undefined) return { line: number, why: 'is not a record of an action: torn by a crash, or changed' };
  const text = bytes.toString('utf8');
  const own = HASH_FIELD.exec(text);
  const body = own === null ? text : `${text.slice(0, own.index)}}`;
  if (own === null || sha256(body) !== own[1] || !Buffer.from(text).equals(bytes)) {
    return { line: number, why: 'was changed after it was written: its own hash does not fit its text' };
  }
  if (line.prev === prev) return undefined;
  const before =
    number === 1 ? 'it claims a line before it that is not there' : `it does not follow line ${number - 1}`;
  return { line: number, why: `${before}: lines were removed, inserted or moved` };
}

function parse(bytes: Buffer): StoredLine | undefined {
  try {
    const value = parseJson(bytes.toString('utf8'));
    return isAuditLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A line of any format, as it was written: format 1 had no `format`, and the engine in `context`. */
type StoredLine = Loose<AuditLine>;
type Loose<Line> = Line extends AuditLine
  ? Omit<Line, 'format' | 'engine'> & { format?: number; engine?: string; context?: string }
  : never;

function current(line: StoredLine): AuditLine {
  return { ...line, format: line.format ?? 1, engine: line.engine ?? line.context ?? '' };
}

function* splitLines(log: Uint8Array): Generator<Buffer> {
  const buffer = Buffer.from(log.buffer, log.byteOffset, log.byteLength);
  let start = 0;
  while (start < buffer.length) {
    const end = buffer.indexOf(10, start);
    const stop = end === -1 ? buffer.length : end;
    yield buffer.subarray(start, stop);
    start = stop + 1;
  }
}
