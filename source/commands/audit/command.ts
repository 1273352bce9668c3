import { type ChainReport, readLines, verifyChain } from '../../actions/audit/chain.ts';
import { readAudit } from '../../actions/audit/file.ts';
import { readHead } from '../../actions/audit/head.ts';
import { lineAction, lineName, lineResult } from '../../actions/audit/line-text.ts';
import type { AuditLine } from '../../actions/audit/record.ts';
import { wholeLog } from '../../actions/audit/rotated.ts';
import { plural } from '../../lib/format.ts';
import { parseMoment } from '../../lib/moment.ts';
import { fit, jsonText, safe } from '../../lib/text.ts';
import { EXIT } from '../command-line.ts';

export type AuditFlags = {
  /** Print the stored lines, or the report of verify, as JSON. */
  json?: boolean;
  /** Only lines not older: 30m, 2h, 7d, or a date such as 2026-11-20T09:15. */
  since?: string;
  /** verify: the hash of a line that was noted before; its first digits do. */
  head?: string;
};

export type AuditDeps = {
  path: string;
  /** Where the head of the log was kept; absent: nowhere. */
  headFile?: string;
  now: number;
  print: (text: string) => void;
};

/**
 * `deskhand audit` shows the log, `deskhand audit verify` checks its chain. Returns the exit status: 0; 1 if the chain is broken or the log
 * cannot be read; 64 for invalid arguments.
 */
export async function audit(words: readonly string[], flags: AuditFlags, deps: AuditDeps): Promise<number> {
  const [word, ...more] = words;
  if (more.length > 0 || (word !== undefined && word !== 'verify')) {
    deps.print(`There is "deskhand audit" and "deskhand audit verify", but no "${safe(words.join(' '))}".\n`);
    return EXIT.usage;
  }
  const since = flags.since === undefined ? 0 : parseMoment(flags.since, deps.now);
  if (since === undefined) {
    deps.print(
      `"${safe(flags.since ?? '')}" is not a valid time; use 30m, 2h, 7d or a date such as 2026-11-20T09:15\n`,
    );
    return EXIT.usage;
  }
  const log = await readAudit(deps.path).catch((error: Error) => error);
  if (log instanceof Error) {
    deps.print(`The audit log cannot be read: ${log.message}\n`);
    return 1;
  }
  return word === 'verify' ? verify(log, flags, deps) : show(log, since, flags, deps);
}

async function verify(
  log: Uint8Array,
  { json, head }: AuditFlags,
  { path, headFile, print }: AuditDeps,
): Promise<number> {
  const kept = headFile === undefined ? undefined : await readHead(headFile, path);
  const { bytes, before } = await wholeLog(path, log, kept);
  const here = kept && { ...kept, start: kept.start + before, end: kept.end + before };
  const report = verifyChain(bytes, { hash: head, head: here });
  print(json ? `${jsonText({ path, ...report }, 2)}\n` : reportText(path, report));
  return report.ok ? 0 : 1;
}

function reportText(path: string, report: ChainReport): string {
  const count = plural(report.lines, 'line');
  const { faults, torn, notes, unfinished, missing } = report;
  const verdict =
    faults.length === 0
      ? `${count}, ${missing === undefined ? 'the chain is intact' : 'but others are missing'}. Last hash: ${report.head}`
      : `${count}, the chain is broken.`;
  return [
    `${path}: ${verdict}`,
    ...(missing === undefined ? [] : [missing]),
    ...faults.map(({ line, why }) => `line ${line} of ${report.lines} ${why}`),
    ...torn.map(({ line }) => `line ${line} is incomplete: a crash or a full disk tore it`),
    ...notes.map(({ line, why }) => `line ${line} ${why}`),
    ...unfinished.map(({ line, action, name, time, user, pid }) => {
      const who = `${action} of ${name}, begun ${time} by ${user} in process ${pid}`;
      return `line ${line}: ${who}, has no end: it is still running, or the console was killed`;
    }),
  ]
    .map((text) => `${safe(text)}\n`)
    .join('');
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

/** One readable line: when, who, engine, action, object, outcome. `ended`: the runs that have an end. */
function lineText(line: AuditLine, ended: ReadonlySet<string>): string {
  const columns = [
    fit(line.time.replace(/\.\d+Z$/, 'Z'), 20),
    fit(safe(`${line.user}@${line.host}`), 18),
    fit(safe(line.engine), 16),
    fit(line.kind, 7),
    fit(safe(lineAction(line)), 16),
    fit(safe(lineName(line)), 24),
  ];
  const open = line.kind === 'begin' && !ended.has(line.run);
  const end = open ? '; NO END: it is still running, or the console was killed' : '';
  return `${columns.join('  ')}  ${safe(lineResult(line).text)}${end}`.trimEnd();
}
