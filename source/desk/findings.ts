import type { Found, LastLines } from './state.ts';
import { LIMIT, WINDOW } from './window.ts';

type Rule = { kind: Found['kind']; pattern: RegExp; words: (match: RegExpMatchArray) => string; past: string };

/** How many characters of a line are examined: a problem is named at its beginning. */
const LOOKED_AT = 2048;

/** Starts at a word boundary, so that a long run of letters is scanned only once. */
const HOST = String.raw`(?<![\w.-])([a-zA-Z][\w.-]*)`;
/** Required near an address: a program may log where it connects without failing. */
const FAILED = String.raw`\b(?:fail\w*|error|unable|cannot|can't|could not|couldn't|timed? ?out)\b[^\n]{0,40}`;
const RULES: readonly Rule[] = [
  {
    kind: 'threads',
    pattern:
      /blas_thread_init: pthread_create failed|can't start new thread|unable to create new (?:native )?thread|pthread_create.*Resource temporarily unavailable/i,
    words: () => 'no more threads can be created (see its log)',
    past: 'no more threads could be created',
  },
  {
    kind: 'shm-full',
    pattern:
      /no space left on device[^\n]{0,200}\/dev\/shm|\/dev\/shm[^\n]{0,200}no space left on device|could not resize shared memory segment/i,
    words: () => 'its shared memory is full (/dev/shm, see its log)',
    past: 'its shared memory was full',
  },
  {
    kind: 'disk-full',
    pattern: /no space left on device|ENOSPC|disk full/i,
    words: () => 'the disk is full (see its log)',
    past: 'the disk was full',
  },
  {
    kind: 'store-refuses',
    pattern: /OOM command not allowed when used memory > 'maxmemory'/,
    words: () => 'redis refuses writes: its maxmemory is reached (see its log)',
    past: 'redis refused writes',
  },
  {
    kind: 'store-refuses',
    pattern: /MISCONF Redis is configured to save RDB snapshots/,
    words: () => 'redis refuses writes: it cannot save to its disk (see its log)',
    past: 'redis refused writes',
  },
  {
    kind: 'store-refuses',
    pattern: /sorry, too many clients already|remaining connection slots are reserved|Too many connections\b/,
    words: () => 'its database has no connections left (see its log)',
    past: 'its database had no connections left',
  },
  {
    kind: 'connection',
    pattern: new RegExp(
      String.raw`(?:ENOTFOUND|EAI_AGAIN|could not translate host name|Name or service not known)[\s:"']*${HOST}?`,
      'i',
    ),
    words: (m) => `cannot reach ${m[1] ?? 'a host'}`,
    past: 'a host was not reached',
  },
  {
    kind: 'connection',
    pattern: new RegExp(
      String.raw`(?:ECONNREFUSED|ECONNRESET|connection refused|${FAILED}connect(?:ing)? to)\W+(?:\w+:\/\/)?${HOST}:\d+`,
      'i',
    ),
    words: (m) => `cannot reach ${m[1]}`,
    past: 'a host was not reached',
  },
  {
    kind: 'connection',
    pattern: new RegExp(String.raw`${HOST}:\d+[^\n]{0,60}(?:ECONNREFUSED|connection refused|refused)`, 'i'),
    words: (m) => `cannot reach ${m[1]}`,
    past: 'a host was not reached',
  },
  {
    kind: 'connection',
    pattern: /ECONNREFUSED|connection refused|Connection is closed/i,
    words: () => 'cannot reach a host',
    past: 'a host was not reached',
  },
];

/**
 * The problem that the newest relevant line names; undefined if it names no known one. `before`: the previous finding, whose start time is
 * kept while the same problem continues.
 */
export function findingIn({ lines, times, at }: LastLines, before?: Found): Found | undefined {
  const from = Math.max(0, lines.length - LIMIT.findings);
  const writtenAt = (index: number) => times?.[index] || at;
  let last: Pick<Found, 'kind' | 'words' | 'past' | 'host'> | undefined;
  const written: number[] = [];
  for (let index = lines.length - 1; index >= from; index -= 1) {
    const found = findingOf(lines[index] ?? '');
    last ??= found;
    if (!found || found.kind !== last?.kind) continue;
    if ((written[0] ?? 0) - writtenAt(index) > WINDOW.episode) break;
    written.unshift(writtenAt(index));
  }
  const [first, newest] = [written[0], written.at(-1)];
  if (!last || first === undefined || newest === undefined) return undefined;
  const same = before?.kind === last.kind && first - before.at <= WINDOW.episode;
  const until = newest + stays(last.kind, (newest - first) / Math.max(1, written.length - 1));
  return { ...last, since: same ? Math.min(before.since, first) : first, at: newest, until };
}

/**
 * How long a line counts as current: exhausted threads stay exhausted; the other problems are over when no more lines come, with a longer
 * wait for rare lines. `spacing`: between two of them (ms).
 */
function stays(kind: Found['kind'], spacing: number): number {
  return kind === 'threads' ? WINDOW.recent : Math.min(WINDOW.recent, Math.max(WINDOW.saying, 3 * spacing));
}

function findingOf(line: string): Pick<Found, 'kind' | 'words' | 'past' | 'host'> | undefined {
  const looked = line.slice(0, LOOKED_AT);
  for (const { kind, pattern, words, past } of RULES) {
    const match = looked.match(pattern);
    if (!match) continue;
    const host = kind === 'connection' && match[1] ? { host: match[1] } : {};
    return { kind, words: words(match), past, ...host };
  }
  return undefined;
}
