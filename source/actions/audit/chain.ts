import { duration } from '../../lib/format.ts';
import { engineId } from '../../lib/ids.ts';
import { parseJson } from '../../lib/json.ts';
import { type Head, missingText } from './head.ts';
import { isAuditLine } from './line-schema.ts';
import { type AuditLine, GENESIS, sha256 } from './record.ts';

/** Something about one line, counted from 1. */
export type Finding = { line: number; why: string };

/** What a check of the log found. */
export type ChainReport = {
  ok: boolean;
  lines: number;
  /** Invalid lines, and why: changed, removed, inserted, moved. `broken` is the first one. */
  faults: readonly Finding[];
  broken?: Finding;
  /** Lines that a crash left incomplete; the following line records that. */
  torn: readonly Finding[];
  /** Oddities that prove nothing: the wall clock was set back, an end without its begin. */
  notes: readonly Finding[];
  /** Runs that began and have no end: still running, or the console was killed in the middle. */
  unfinished: readonly { line: number; time: string; action: string; name: string; user: string; pid: number }[];
  /** Hash of the last line: stored elsewhere, it proves later that nothing was cut off. */
  head: string;
  /** Why the log does not match the noted head; absent: it matches, or none was given. */
  missing?: string;
};

const HASH_FIELD = /,"hash":"([0-9a-f]{64})"\}$/;

/** An earlier note about the log: the hash of a line (or its first digits), or the stored head. */
export type Noted = { hash?: string; head?: Head };

/** Checks the whole log: each line parses, has not been changed, and follows the line before it. Works on bytes. */
export function verifyChain(log: Uint8Array, noted: Noted = {}): ChainReport {
  const report = { faults: [] as Finding[], torn: [] as Finding[], notes: [] as Finding[] };
  const open = new Map<string, ChainReport['unfinished'][number]>();
  const wanted = noted.hash?.toLowerCase();
  let found = wanted === undefined;
  const rotated = rotation(log);
  let last: { hash: string; line?: StoredLine; torn?: Finding } = { hash: rotated.prev };
  let number = rotated.seq - 1;
  for (const bytes of splitLines(log)) {
    number += 1;
    const line = parse(bytes);
    const hash = sha256(bytes);
    if (wanted !== undefined && hash.startsWith(wanted)) found = true;
    if (last.torn) report[line?.prev === last.hash ? 'torn' : 'faults'].push(last.torn);
    if (line) {
      report.faults.push(...faultsOf(bytes, line, last.hash, number));
      report.notes.push(...oddities(line, last.line, number, open));
      follow(open, line, number);
    }
    last = line ? { hash, line } : { hash, line: last.line, torn: { line: number, why: TORN } };
  }
  // No following line records its state; a complete line was not torn.
  if (last.torn) (log.at(-1) === 10 ? report.faults : report.torn).push(last.torn);
  const missing = found ? (rotated.missing ?? lostHead(log, noted.head)) : lostHash(noted.hash);
  const ok = report.faults.length === 0 && missing === undefined;
  return {
    ok,
    lines: number,
    ...report,
    broken: report.faults[0],
    unfinished: [...open.values()],
    head: last.hash,
    missing,
  };
}

/** Where the log begins: anew, or after a log that was put aside and is not here; then also what cannot be checked. */
function rotation(log: Uint8Array): { prev: string; seq: number; missing?: string } {
  const [first] = splitLines(log);
  const line = first && parse(first);
  if (line?.kind !== 'rotated') return { prev: GENESIS, seq: 1 };
  const missing = `the log ${line.told}; that log is not here, so its lines cannot be checked: keep it next to this one`;
  return { prev: line.prev, seq: line.seq ?? 1, missing };
}

const TORN = 'is not a record of an action: torn by a crash, or changed';

function lostHash(hash: string | undefined): string {
  return `no line has the hash ${hash}: lines were cut off, or this is another log`;
}

function lostHead(log: Uint8Array, head: Head | undefined): string | undefined {
  if (head === undefined) return undefined;
  return sha256(log.subarray(head.start, head.end)) === head.hash ? undefined : missingText(head);
}

function follow(open: Map<string, ChainReport['unfinished'][number]>, line: StoredLine, number: number): void {
  if (line.kind === 'end') open.delete(line.run);
  if (line.kind !== 'begin') return;
  const { time, plan, user, pid } = line;
  open.set(line.run, { line: number, time, action: plan.action, name: plan.name, user, pid });
}

/** Clocks that differ by less drift (ms). */
const SET_BACK_MS = 10_000;

function oddities(
  line: StoredLine,
  before: StoredLine | undefined,
  number: number,
  open: ReadonlyMap<string, unknown>,
): Finding[] {
  const notes: Finding[] = [];
  if ((line.kind === 'end' || line.kind === 'call') && !open.has(line.run))
    notes.push({ line: number, why: `is the ${line.kind} of an action whose beginning is not in the log` });
  const passed = elapsed(line, before);
  const back = passed === undefined || !before ? 0 : passed - (Date.parse(line.time) - Date.parse(before.time));
  if (back > SET_BACK_MS)
    notes.push({ line: number, why: `was written after the clock had been set back by ${duration(back)}` });
  return notes;
}

/** Milliseconds from one line to the next by the monotonic clock; undefined if the machine was restarted in between. */
function elapsed(line: StoredLine, before: StoredLine | undefined): number | undefined {
  if (line.mono === undefined || before?.mono === undefined || line.boot !== before.boot) return undefined;
  return line.mono - before.mono;
}

/** A line with its number, counted from 1, and the record as it is stored. */
export type ReadLine = { number: number; line: AuditLine; stored: unknown };

/** The lines that parse, oldest first; `since` in ms. Lines that do not parse are left to verifyChain. */
export function readLines(log: Uint8Array, since = 0): ReadLine[] {
  const lines: ReadLine[] = [];
  let latest = 0;
  let number = 0;
  for (const bytes of splitLines(log)) {
    number += 1;
    const stored = parse(bytes);
    if (stored === undefined) continue;
    // Also lines written after the clock was set back.
    latest = Math.max(latest, Date.parse(stored.time));
    if (!(latest >= since)) continue;
    lines.push({ number, line: current(stored), stored });
  }
  return lines;
}

function faultsOf(bytes: Buffer, line: StoredLine, prev: string, number: number): Finding[] {
  const text = bytes.toString('utf8');
  const own = HASH_FIELD.exec(text);
  const body = own === null ? text : `${text.slice(0, own.index)}}`;
  if (own === null || sha256(body) !== own[1] || !Buffer.from(text).equals(bytes)) {
    return [{ line: number, why: 'was changed after it was written: its own hash does not fit its text' }];
  }
  if (line.kind === 'missing') return [{ line: number, why: `says what was found when it was written: ${line.told}` }];
  if (line.prev === prev) return misnumbered(line, number);
  const before =
    number === 1 ? 'it claims a line before it that is not there' : `it does not follow line ${number - 1}`;
  return [{ line: number, why: `${before}: lines were removed, inserted or moved` }];
}

function misnumbered({ seq = 0 }: StoredLine, number: number): Finding[] {
  if (seq === 0 || seq === number) return [];
  return [{ line: number, why: `says that it is line ${seq}: lines were removed or inserted before it` }];
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
  return { ...line, format: line.format ?? 1, engine: engineId(line.engine ?? line.context ?? '') };
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
