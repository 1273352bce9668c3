import { readLines, verifyChain } from '../../actions/audit/chain.ts';
import { readAudit } from '../../actions/audit/file.ts';
import type { AuditLine } from '../../actions/audit/record.ts';
import { duration, parseDuration } from '../../lib/format.ts';
import { fit, jsonText, safe } from '../../lib/text.ts';
import { EXIT } from '../command-line.ts';

export type AuditFlags = {
  /** The lines as they are stored, or the report of verify. */
  json?: boolean;
  /** Only lines not older: 30m, 2h, 7d, or a date such as 2026-11-20T09:15. */
  since?: string;
};

export type AuditDeps = { path: string; now: number; print: (text: string) => void };

/**
 * `deskhand audit` shows the log, `deskhand audit verify` checks its chain. Answers the exit status: 0, or 1 when the chain is
 * broken or the log cannot be read, 64 for words that make no sense.
 */
export async function audit(words: readonly string[], flags: AuditFlags, deps: AuditDeps): Promise<number> {
  const [word, ...more] = words;
  if (more.length > 0 || (word !== undefined && word !== 'verify')) {
    deps.print(`There is "deskhand audit" and "deskhand audit verify", but no "${safe(words.join(' '))}".\n`);
    return EXIT.usage;
  }
  const since = flags.since === undefined ? 0 : parseSince(flags.since, deps.now);
  if (since === undefined) {
    deps.print(`"${safe(flags.since ?? '')}" is no time: 30m, 2h, 7d, or a date such as 2026-11-20T09:15\n`);
    return EXIT.usage;
  }
  const log = await readAudit(deps.path).catch((error: Error) => error);
  if (log instanceof Error) {
    deps.print(`The audit log cannot be read: ${log.message}\n`);
    return 1;
  }
  return word === 'verify' ? verify(log, flags, deps) : show(log, since, flags, deps);
}

/** A time ago or a date, as ms since the epoch. */
export function parseSince(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function verify(log: Uint8Array, { json }: AuditFlags, { path, print }: AuditDeps): number {
  const report = verifyChain(log);
  if (json) print(`${jsonText({ path, ...report }, 2)}\n`);
  else {
    const count = report.lines === 1 ? '1 line' : `${report.lines} lines`;
    if (report.broken === undefined) print(`${path}: ${count}, the chain holds. Last hash: ${report.head}\n`);
    else print(`${path}: line ${report.broken.line} of ${report.lines} ${report.broken.why}.\n`);
    for (const one of report.unfinished) {
      const who = `${one.action} of ${one.name}, begun ${one.time} by ${one.user} in process ${one.pid}`;
      print(safe(`line ${one.line}: ${who}, has no end: it is still running, or the console was killed.`).concat('\n'));
    }
  }
  return report.ok ? 0 : 1;
}

function show(log: Uint8Array, since: number, { json }: AuditFlags, { print, path }: AuditDeps): number {
  const lines = readLines(log, since);
  if (json) for (const { stored } of lines) print(`${jsonText(stored)}\n`);
  else if (lines.length === 0) print(`${path}: nothing is recorded${since > 0 ? ' since then' : ''}.\n`);
  else {
    const ended = new Set(lines.map(({ line }) => (line.kind === 'end' ? line.run : '')));
    for (const { line } of lines) print(`${lineText(line, ended)}\n`);
  }
  return 0;
}

/** One line for the eye: when, who, what, on what, how it went. `ended`: the runs that have an end. */
function lineText(line: AuditLine, ended: ReadonlySet<string>): string {
  const { action, name } = line.kind === 'begin' ? line.plan : line;
  const columns = [
    fit(line.time.replace(/\.\d+Z$/, 'Z'), 20),
    fit(safe(`${line.user}@${line.host}`), 18),
    fit(line.kind, 7),
    fit(safe(action), 16),
    fit(safe(name), 24),
  ];
  return `${columns.join('  ')}  ${safe(detail(line, ended))}`.trimEnd();
}

function detail(line: AuditLine, ended: ReadonlySet<string>): string {
  if (line.kind === 'refused') return `${line.refused} (to change that: ${line.change})`;
  if (line.kind === 'end') {
    const word = line.ok ? 'done' : line.cancelled ? 'cancelled' : 'failed';
    return `${word} after ${duration(line.ms)}: ${line.verification}`;
  }
  const count = line.plan.objects.length;
  const reason = line.reason === undefined ? '' : `, because: ${line.reason}`;
  const open = ended.has(line.run) ? '' : '; NO END: it is still running, or the console was killed';
  return `danger ${line.danger}, ${count === 1 ? '1 object' : `${count} objects`}${reason}${open}`;
}
