import type { LastLines } from './state.ts';
import { LIMIT } from './window.ts';

/** A known trouble that a container's last log lines name. */
export type Finding = {
  kind: 'threads' | 'disk-full' | 'connection' | 'configuration';
  words: string;
  /** The host that refuses or is not found, for `connection`. */
  host?: string;
};

type Rule = { kind: Finding['kind']; pattern: RegExp; words: (match: RegExpMatchArray) => string };

/** Of a line so much is looked at: what it says of a trouble stands at its beginning. */
const LOOKED_AT = 2048;

/** From where the name begins, so that a long run of its letters is gone through once. */
const HOST = String.raw`(?<![\w.-])([a-zA-Z][\w.-]*)`;
const RULES: readonly Rule[] = [
  {
    kind: 'threads',
    pattern:
      /blas_thread_init: pthread_create failed|can't start new thread|unable to create new (?:native )?thread|pthread_create.*Resource temporarily unavailable/i,
    words: () => 'no more threads can be created (see its log)',
  },
  {
    kind: 'disk-full',
    pattern: /no space left on device|ENOSPC|disk full/i,
    words: () => 'the disk is full (see its log)',
  },
  {
    kind: 'connection',
    pattern: new RegExp(
      String.raw`(?:ENOTFOUND|EAI_AGAIN|could not translate host name|Name or service not known)[\s:"']*${HOST}?`,
      'i',
    ),
    words: (m) => `cannot find ${m[1] ?? 'a host'}`,
  },
  {
    kind: 'connection',
    pattern: new RegExp(
      String.raw`(?:ECONNREFUSED|ECONNRESET|connection refused|connect(?:ing)? to)\W+(?:\w+:\/\/)?${HOST}:\d+`,
      'i',
    ),
    words: (m) => `cannot connect to ${m[1]}`,
  },
  {
    kind: 'connection',
    pattern: new RegExp(String.raw`${HOST}:\d+[^\n]{0,60}(?:ECONNREFUSED|connection refused|refused)`, 'i'),
    words: (m) => `cannot connect to ${m[1]}`,
  },
  {
    kind: 'connection',
    pattern: /ECONNREFUSED|connection refused|Connection is closed/i,
    words: () => 'a connection is refused',
  },
];

/** What the newest telling line says; undefined when none is known. */
export function findingIn({ lines }: LastLines): Finding | undefined {
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - LIMIT.findings); index -= 1) {
    const found = findingOf(lines[index] ?? '');
    if (found) return found;
  }
  return undefined;
}

function findingOf(line: string): Finding | undefined {
  const looked = line.slice(0, LOOKED_AT);
  for (const { kind, pattern, words } of RULES) {
    const match = looked.match(pattern);
    if (match) return { kind, words: words(match), ...(kind === 'connection' && match[1] ? { host: match[1] } : {}) };
  }
  return undefined;
}
