import { bytes } from '../lib/format.ts';
import type { VerdictCode } from './model.ts';
import type { ContainerMemory } from './state.ts';

export type ExitFacts = {
  exitCode?: number;
  /** State.Error of the engine; empty when there is none. */
  error: string;
  oomKilled: boolean;
  /** What the events showed about this exit. */
  exit?: ContainerMemory['exits'][number];
  /** Bytes. */
  memoryLimit?: number;
  stopTimeoutSeconds?: number;
};

export type ExitExplained = {
  code: Extract<VerdictCode, 'oom-killed' | 'killed' | 'stopped' | 'exited' | 'cannot-start' | 'completed'>;
  words: string;
};

/**
 * The meaning of an exit, in words. A SIGKILL (137) has four possible reasons: the kernel's OOM killer, a stop that timed out, a `kill`, or
 * a kill from outside Docker. The flag OOMKilled and the preceding events distinguish them. Codes 125–127 and 128+n follow the shell's and
 * `docker run`'s conventions.
 */
export function explainExit(facts: ExitFacts): ExitExplained {
  const code = facts.exitCode ?? facts.exit?.exitCode;
  const explained = explain(facts, code);
  const inside = facts.oomKilled && !facts.exit && explained.code !== 'oom-killed' && explained.code !== 'cannot-start';
  return inside
    ? { ...explained, words: `${explained.words}; a process inside had been killed for memory` }
    : explained;
}

function explain(facts: ExitFacts, code: number | undefined): ExitExplained {
  const { exit } = facts;
  if (facts.error) return { code: 'cannot-start', words: explainError(facts.error) };
  if (isOom(facts, code)) return { code: 'oom-killed', words: oomWords(facts, code) };
  if (code === undefined) return { code: 'exited', words: 'exited, exit code not known' };
  if (code === 137) return explainSigkill(facts);
  if (exit?.wanted)
    return { code: 'stopped', words: code === 0 ? 'stopped' : `stopped (exit ${code}${signalWords(code)})` };
  if (code === 0) return { code: 'completed', words: 'exit 0' };
  return { code: code === 126 || code === 127 ? 'cannot-start' : 'exited', words: `exit ${code}${meaning(code)}` };
}

/**
 * OOMKilled is set when the kernel kills any process of the container, even long before an ordinary end; the events are more precise.
 */
function isOom({ exit, oomKilled }: ExitFacts, code: number | undefined): boolean {
  if (exit?.oom) return true;
  if (exit) return oomKilled && !exit.wanted && code !== 0 && !CAUGHT.has(code);
  return oomKilled && code !== 0 && !CAUGHT.has(code);
}

/** Whether it ended by a signal that the OOM killer does not send. */
const CAUGHT: ReadonlySet<number | undefined> = new Set([129, 130, 131, 143]);

function oomWords(facts: ExitFacts, code: number | undefined): string {
  const inside = code !== undefined && code !== 137;
  return `exit ${code ?? 137}${inside ? ' after a process inside ran' : ','} out of memory${memoryWords(facts)}`;
}

function memoryWords({ memoryLimit, exit }: ExitFacts): string {
  const parts = [
    memoryLimit ? `limit ${bytes(memoryLimit)}` : 'no limit of its own',
    ...lastUseWords(exit?.lastUse, memoryLimit),
  ];
  return ` (${parts.join(', ')})`;
}

/** The last reading may have been taken long before a sudden growth: then it says nothing about the end. */
export function lastUseWords(lastUse: number | undefined, limit: number | undefined): string[] {
  const isRelevant = lastUse !== undefined && (!limit || lastUse >= limit / 2);
  return isRelevant ? [`last use ${bytes(lastUse)}`] : [];
}

function explainSigkill({ exit, stopTimeoutSeconds }: ExitFacts): ExitExplained {
  if (!exit)
    return { code: 'killed', words: 'exit 137, killed: a stop that timed out or kill -9 (its events were not seen)' };
  if (exit.killedAfterStop) {
    return {
      code: 'stopped',
      words: `stopped; ignored the stop signal, killed after ${stopTimeoutSeconds ?? 10}s (exit 137)`,
    };
  }
  if (exit.signal !== undefined) return { code: 'killed', words: 'exit 137, killed on request (docker kill)' };
  if (exit.wanted) return { code: 'stopped', words: 'stopped (exit 137)' };
  return { code: 'killed', words: 'exit 137, killed from outside Docker (kill -9 or the host ran out of memory)' };
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL, illegal instruction',
  6: 'SIGABRT, aborted',
  7: 'SIGBUS, bus error',
  8: 'SIGFPE, arithmetic error',
  9: 'SIGKILL',
  11: 'SIGSEGV, segmentation fault',
  13: 'SIGPIPE, broken pipe',
  15: 'SIGTERM, asked to end',
  31: 'SIGSYS, forbidden system call',
};

function signalWords(code: number): string {
  const signal = SIGNALS[code - 128];
  return signal ? `, ${signal.split(',')[0]}` : '';
}

function meaning(code: number): string {
  if (code === 125) return ', the engine could not run it';
  if (code === 126) return ', command found but not executable';
  if (code === 127) return ', command not found';
  if (code === 128) return ', did not start';
  if (code === 255) return ', error or engine crash';
  const signal = SIGNALS[code - 128];
  return signal ? `, ${signal}` : '';
}

const ERRORS: readonly [RegExp, (match: RegExpMatchArray) => string][] = [
  [/Bind for (\S+?):(\d+) failed: port is already allocated/i, (m) => `port ${m[2]} is already allocated (on ${m[1]})`],
  [/port is already allocated/i, () => 'port is already allocated'],
  [
    /(?:listen|bind) \w+ (\S+):(\d+): bind: address already in use/i,
    (m) => `port ${m[2]} is in use on the host (${m[1]})`,
  ],
  [/address already in use/i, () => 'port is in use on the host'],
  [
    /Range of CPUs is from ([\d.]+) to ([\d.]+)/i,
    (m) => `CPU limit out of range: this host has ${m[1]} to ${m[2]} CPUs`,
  ],
  [/bind source path does not exist: (\S+)/i, (m) => `mount missing: ${m[1]} does not exist on the host`],
  [
    /error mounting "([^"]+)".*not a directory/is,
    (m) => `mount ${m[1]} failed: a file where a directory is wanted, or the reverse`,
  ],
  [/error mounting "([^"]+)"|error while mounting volume '([^']+)'/i, (m) => `mount failed: ${m[1] ?? m[2]}`],
  [/no space left on device/i, () => 'no space left on the disk'],
  [/exec: \\?"([^"\\]+)\\?": executable file not found/i, (m) => `command not found in the image: ${m[1]}`],
  [/exec: \\?"([^"\\]+)\\?": permission denied/i, (m) => `command is not executable: ${m[1]}`],
  [/exec format error/i, () => 'wrong architecture or no interpreter line (exec format error)'],
  [
    /exec:? \\?"?([^":\\]+)\\?"?: (?:stat [^:]+: )?no such file or directory/i,
    (m) => `command not found in the image: ${m[1]}`,
  ],
  [/No such container: [0-9a-f]{64}/i, () => 'the container whose network (or other namespace) it uses is gone'],
  [/cannot join network of a non running container/i, () => 'the container whose network it uses is not running'],
  [/network (\S+) not found/i, (m) => `network ${m[1]} is gone`],
  [/could not select device driver/i, () => 'no such device driver (GPU runtime missing)'],
  [/unable to find user (\S+?):/i, (m) => `user ${m[1]} does not exist in the image`],
  [/minimum memory limit/i, () => 'memory limit is below the minimum'],
];

/** State.Error in words: known errors in short form, others by their last, most specific part. */
export function explainError(error: string): string {
  for (const [pattern, words] of ERRORS) {
    const match = error.match(pattern);
    if (match) return words(match);
  }
  const line = error.replace(/\s+/g, ' ').trim();
  return line.length <= 120 ? line : `…${line.slice(-119)}`;
}
